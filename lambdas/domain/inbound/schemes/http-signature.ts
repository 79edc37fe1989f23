/** HTTP message signatures (RFC 9421), with the digest of the body (RFC 9530). Any one valid signature suffices. */
import { fail, ok, type Result } from '../../result.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import type { HttpMessage } from '../http-signature/component.ts';
import { parseDictionary } from '../http-signature/parse-structured-field.ts';
import { signatureBase } from '../http-signature/signature-base.ts';
import { judgeSignature } from '../http-signature/signature-key.ts';
import { type InnerList, isInnerList, type Member } from '../http-signature/structured-field.ts';
import { usableId } from '../read-header.ts';
import { headerValues } from '../request.ts';
import type { Check } from '../scheme.ts';
import { type Rejection, type RejectReason, rejected, type Verdict, verified } from '../verdict.ts';
import { NO_SIGNED_BODY, NO_SIGNED_TIME } from '../verdict-words.ts';
import { verifyContentDigest } from './content-digest.ts';

/** With a tolerance set, a signature must say when it was `created`; by default one that does is held to 300 seconds. */
export interface HttpSignatureOptions extends ToleranceOption {
  /** What a signature must cover, such as `@method` and `content-digest` (asked for only when there is a body). */
  readonly components?: readonly string[];
  /** The only algorithm believed; needed for a shared secret that reads like a public key (32 bytes of hex or base64). */
  readonly algorithm?: string;
  /** The only `keyid` believed. */
  readonly keyId?: string;
}

type MessageCheck = Check<HttpSignatureOptions> & { readonly request: HttpMessage };

const MOST_SIGNATURES = 8;

/** Said of a signature only once it was made with a key of the source. */
const AFTER_KEYS: ReadonlySet<RejectReason> = new Set<RejectReason>([
  'expired',
  'bad_timestamp',
  'timestamp_too_old',
  'timestamp_too_new',
  'digest_mismatch',
]);

/** `secrets` are public keys (PEM, JWK, JWKS, base64, hex) or shared secrets (text or base64). Takes responses too. */
export function verifyHttpSignature(check: MessageCheck): Verdict {
  const inputs = dictionaryOf(check.request, 'Signature-Input');
  if (!inputs.ok) return inputs;
  const signatures = dictionaryOf(check.request, 'Signature');
  if (!signatures.ok) return signatures;
  const failures: Rejection[] = [];
  for (const [label, covered] of [...inputs.value].slice(0, MOST_SIGNATURES)) {
    const signature = signatures.value.get(label);
    if (!isInnerList(covered) || signature === undefined || isInnerList(signature)) continue;
    if (signature.item.kind !== 'bytes') continue;
    const verdict = judgeOne(check, covered, signature.item.value);
    if (verdict.ok) return verdict;
    failures.push(verdict.failure);
  }
  // Proxies add signatures of their own, of which the source knows nothing: what is wrong with its sender's tells more.
  const telling = failures.find(({ reason }) => AFTER_KEYS.has(reason)) ?? failures[0];
  return telling === undefined
    ? rejected('malformed_header', 'No label is both in Signature-Input and in Signature.')
    : fail(telling);
}

function judgeOne(check: MessageCheck, covered: InnerList, signature: Uint8Array): Verdict {
  const { request, secrets, options } = check;
  const names = covered.items.map(({ item, parameters }) =>
    parameters.size === 0 ? String(item.value) : '',
  );
  const missing = (options.components ?? []).find(
    (name) => !names.includes(name) && !(name === 'content-digest' && request.body.length === 0),
  );
  if (missing !== undefined)
    return rejected('signature_mismatch', `The signature does not cover ${missing}.`);
  const keyId = textParameter(covered, 'keyid');
  if (options.keyId !== undefined && keyId !== options.keyId) {
    return rejected('unknown_key', 'The signature has another keyid than the source expects.');
  }
  const base = signatureBase(request, covered);
  if (base === undefined) {
    return rejected('malformed_header', 'The signature covers something that is missing or not supported.');
  }
  const algorithm = textParameter(covered, 'alg');
  const signed = {
    base,
    signature,
    ...(algorithm !== undefined && { algorithm }),
    ...(keyId !== undefined && { keyId }),
  };
  const fault = judgeSignature(signed, secrets, options.algorithm);
  if (fault !== undefined) return fail(fault);
  const signedAt = judgeTimes(check, covered);
  if (!signedAt.ok) return signedAt;
  return judgeBody(request, covered, names.includes('content-digest'), signedAt.value);
}

/** The digest is checked even when it isn't signed: a body that differs from it was changed on the way. */
function judgeBody(
  { headers, body }: HttpMessage,
  covered: InnerList,
  coversDigest: boolean,
  signedAt: number | undefined,
): Verdict {
  const digest = verifyContentDigest(headers, body);
  if (!digest.ok && (coversDigest || digest.failure.reason === 'digest_mismatch')) return digest;
  // A nonce is another one on a retry, so it tells replays from retries, which is all that is asked of it.
  const deliveryId = usableId(textParameter(covered, 'nonce'));
  const warning = [
    ...(!coversDigest && body.length > 0 ? [NO_SIGNED_BODY] : []),
    ...(signedAt === undefined ? [NO_SIGNED_TIME] : []),
  ].join('; ');
  return verified({
    ...(signedAt !== undefined && { signedAt }),
    ...(deliveryId !== undefined && { deliveryId }),
    ...(warning !== '' && { warning }),
  });
}

/** When it was created, in milliseconds, if it says so and that and its end are in time. */
function judgeTimes(
  { options, nowSeconds }: MessageCheck,
  covered: InnerList,
): Result<number | undefined, Rejection> {
  const expires = covered.parameters.get('expires');
  if (expires !== undefined && expires.kind !== 'integer') {
    return fail({ reason: 'bad_timestamp', detail: 'expires is not a whole number of seconds.' });
  }
  if (expires !== undefined && expires.value < nowSeconds) {
    return fail({ reason: 'expired', detail: 'The signature has expired.' });
  }
  const created = covered.parameters.get('created');
  if (created === undefined) {
    return options.toleranceSeconds === undefined
      ? ok(undefined)
      : fail({ reason: 'bad_timestamp', detail: 'The signature does not say when it was created.' });
  }
  const text = created.kind === 'integer' ? String(created.value) : '';
  return freshTime(text, 'seconds', options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS, nowSeconds);
}

function textParameter(covered: InnerList, name: string): string | undefined {
  const value = covered.parameters.get(name);
  return value?.kind === 'string' ? value.value : undefined;
}

function dictionaryOf(request: HttpMessage, name: string): Result<ReadonlyMap<string, Member>, Rejection> {
  const lines = headerValues(request, name);
  if (lines.length === 0) return fail({ reason: 'missing_header', detail: `The ${name} header is missing.` });
  const dictionary = parseDictionary(lines.join(', '));
  return dictionary === undefined
    ? fail({ reason: 'malformed_header', detail: `${name} is not a dictionary of structured fields.` })
    : ok(dictionary);
}
