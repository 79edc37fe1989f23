/** Standard Webhooks 1.0.0, and Svix, whose headers it was made from. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { decodeBase64, decodeBase64Secret } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import { anyMac } from '../mac.ts';
import { isKeyDocument } from '../public-keys/public-key.ts';
import { requireHeader, requireList } from '../read-header.ts';
import { headerValues } from '../request.ts';
import type { Check, Verifier } from '../scheme.ts';
import { rejected, type Verdict, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';
import { anyEd25519, ed25519Keys } from './ed25519.ts';

const SECRET_PREFIX = 'whsec_';
const PRIVATE_KEY_PREFIX = 'whsk_';
const PRIVATE_KEY_BYTES = 64;
const SEED_BYTES = 32;
/** PrivateKeyInfo of ed25519 up to the seed (RFC 8410 section 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** What ids of senders are made of; a full stop, which the specification forbids, would let one message pass as another. */
const MESSAGE_ID = /^[A-Za-z0-9_-]{1,256}$/;

/** https://www.standardwebhooks.com, `webhook-…` headers. */
export const verifyStandardWebhooks: Verifier<ToleranceOption> = (check) => verifyWith('webhook', check);

/** https://docs.svix.com/receiving/verifying-payloads/how-manual: `svix-…` headers, or the standard ones. */
export const verifySvix: Verifier<ToleranceOption> = (check) =>
  verifyWith(headerValues(check.request, 'svix-signature').length > 0 ? 'svix' : 'webhook', check);

function verifyWith(prefix: 'webhook' | 'svix', check: Check<ToleranceOption>): Verdict {
  const { request, secrets, options, nowSeconds } = check;
  const keys = hmacKeys(secrets);
  const publicKeys = ed25519Keys(publicKeyTexts(secrets));
  if (keys.length === 0 && publicKeys.length === 0) return NO_SECRET;
  const id = requireHeader(request, `${prefix}-id`);
  if (!id.ok) return id;
  const timestamp = requireHeader(request, `${prefix}-timestamp`);
  if (!timestamp.ok) return timestamp;
  const elements = requireList(request, `${prefix}-signature`, ' ');
  if (!elements.ok) return elements;
  if (!MESSAGE_ID.test(id.value)) {
    return rejected(
      'malformed_header',
      `The ${prefix}-id header has other characters than letters, digits, - and _.`,
    );
  }
  const tolerance = options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const signedAt = freshTime(timestamp.value, 'seconds', tolerance, nowSeconds);
  if (!signedAt.ok) return signedAt;
  const v1 = signaturesOf('v1', elements.value);
  const v1a = signaturesOf('v1a', elements.value);
  const signed = Buffer.concat([Buffer.from(`${id.value}.${timestamp.value}.`), request.body]);
  if (anyMac('sha256', keys, [signed], v1) || anyEd25519(publicKeys, signed, v1a)) {
    return verified({ signedAt: signedAt.value, deliveryId: id.value });
  }
  const known = elements.value.some((element) => /^v1a?,/.test(element));
  return known
    ? noMatch(`${prefix}-signature`)
    : rejected('unsupported_algorithm', `The ${prefix}-signature header has no v1 or v1a signature.`);
}

/** Elements of another version or with broken base64 are skipped, whatever comes after them. */
function signaturesOf(version: string, elements: readonly string[]): readonly Uint8Array[] {
  const prefix = `${version},`;
  return elements
    .filter((element) => element.startsWith(prefix))
    .flatMap((element) => decodeBase64(element.slice(prefix.length)) ?? []);
}

/** `whsec_` may be missing, as in the libraries. What says of itself that it is a key of another kind is no secret. */
function hmacKeys(secrets: readonly string[]): readonly Uint8Array[] {
  return secrets.flatMap((secret) => {
    if (isKeyDocument(secret)) return [];
    const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
    return decodeBase64Secret(encoded) ?? [];
  });
}

/** Public keys as `whpk_…`, PEM, JWK or DER, since others could be shared secrets; of a private key `whsk_…` its public half. */
function publicKeyTexts(secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) => {
    if (isKeyDocument(secret)) return [secret];
    if (!secret.startsWith(PRIVATE_KEY_PREFIX)) return [];
    const bytes = decodeBase64(secret.slice(PRIVATE_KEY_PREFIX.length));
    return bytes === undefined ? [] : publicHalf(bytes);
  });
}

/** Private keys are shown as their seed by some libraries, as seed and public key by others. */
function publicHalf(privateKey: Uint8Array): readonly string[] {
  if (privateKey.length !== SEED_BYTES && privateKey.length !== PRIVATE_KEY_BYTES) return [];
  const der = Buffer.concat([ED25519_PKCS8, privateKey.subarray(0, SEED_BYTES)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return [key.export({ format: 'pem', type: 'spki' }).toString()];
}
