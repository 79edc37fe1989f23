/** Which keys may have made an HTTP message signature, and with which algorithm (RFC 9421 section 3.3). */

import { decodeBase64 } from '../encoding.ts';
import { anyMac } from '../mac.ts';
import { isSignedBy, type SignatureAlgorithm } from '../public-keys/check-signature.ts';
import { isKeyDocument, looksLikePublicKey, publicKeysOf } from '../public-keys/public-key.ts';
import type { Rejection } from '../verdict.ts';

const ASYMMETRIC = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'ecdsa-p384-sha384': 'ES384',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
} as const satisfies Record<string, SignatureAlgorithm>;

export const HMAC = 'hmac-sha256';
export const HTTP_ALGORITHMS: readonly string[] = [...Object.keys(ASYMMETRIC), HMAC];

export interface Signed {
  readonly base: string;
  readonly signature: Uint8Array;
  /** From the signature's parameters; only keys of its type are tried. */
  readonly algorithm?: string;
  readonly keyId?: string;
}

/**
 * Undefined when one of the secrets signed it. A public key is never used as a shared secret, or everybody could sign
 * with it; so a shared secret that reads like a bare public key counts as secret only when the source pins HMAC.
 */
export function judgeSignature(
  signed: Signed,
  secrets: readonly string[],
  pinned: string | undefined,
): Rejection | undefined {
  const algorithm = pinned ?? signed.algorithm;
  if (signed.algorithm !== undefined && signed.algorithm !== algorithm) {
    return {
      reason: 'unsupported_algorithm',
      detail: 'The signature has another algorithm than the source.',
    };
  }
  if (algorithm !== undefined && !HTTP_ALGORITHMS.includes(algorithm)) {
    return { reason: 'unsupported_algorithm', detail: 'The algorithm of the signature is not known.' };
  }
  const shared = secrets.filter((text) =>
    pinned === HMAC ? !isKeyDocument(text) : !looksLikePublicKey(text),
  );
  const symmetric = algorithm === undefined || algorithm === HMAC ? shared.flatMap(macKeys) : [];
  const keys = algorithm === HMAC ? [] : secrets.flatMap(publicKeysOf);
  if (symmetric.length + keys.length === 0) {
    return { reason: 'no_secret', detail: 'There is no readable key for this algorithm.' };
  }
  const base = Buffer.from(signed.base);
  if (anyMac('sha256', symmetric, [base], [signed.signature])) return undefined;
  const named = keys.filter(
    ({ keyId }) => keyId === undefined || signed.keyId === undefined || keyId === signed.keyId,
  );
  if (symmetric.length + named.length === 0) {
    return { reason: 'unknown_key', detail: 'The key that the signature names is not known.' };
  }
  const algorithms = Object.entries(ASYMMETRIC).filter(
    ([name]) => algorithm === undefined || name === algorithm,
  );
  const valid = named.some((key) =>
    algorithms.some(
      ([, name]) =>
        (key.algorithm === undefined || key.algorithm === name) &&
        isSignedBy(key.key, name, base, signed.signature),
    ),
  );
  if (valid) return undefined;
  return {
    reason: 'signature_mismatch',
    detail: 'The signature was not made over this call with a key of the source.',
  };
}

/** A shared secret is its text, or the bytes its text is base64 of. */
function macKeys(secret: string): Uint8Array[] {
  const bytes = decodeBase64(secret.trim());
  return [Buffer.from(secret), ...(bytes === undefined ? [] : [bytes])].filter((key) => key.length > 0);
}
