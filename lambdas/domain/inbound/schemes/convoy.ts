/**
 * Convoy, whose header is one signature (simple) or `t=…,v1=…,v2=…` (advanced). It signs the JSON compacted and posts
 * it as it was published. https://github.com/frain-dev/convoy, pkg/signature/signature.go
 */
import { compactJson } from '../body/compact-json.ts';
import { decode } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import { anyMac, MAC_BYTES, type Signed, textKeys } from '../mac.ts';
import { idHeader, pairs, requireHeader, requireList } from '../read-header.ts';
import { headerValues, type InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

export interface ConvoySimpleOptions {
  /** The project's signature header; `X-Convoy-Signature` unless it was changed. */
  readonly header?: string;
  /** Without it the signature's length tells. */
  readonly hash?: 'sha256' | 'sha512';
  /** Without it the signature's length tells. */
  readonly encoding?: 'hex' | 'base64';
}

export type ConvoyAdvancedOptions = ConvoySimpleOptions & ToleranceOption;

const DEFAULT_HEADER = 'X-Convoy-Signature';
const NOT_JSON = rejected('malformed_body', 'The body is not JSON, which is all that Convoy signs.');

export const verifyConvoySimple: Verifier<ConvoySimpleOptions> = ({ request, secrets, options }) => {
  const keys = textKeys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const header = options.header ?? DEFAULT_HEADER;
  const value = requireHeader(request, header);
  if (!value.ok) return value;
  const body = compactJson(request.body);
  if (body === undefined) return NOT_JSON;
  if (!signedBy(keys, [body], [value.value], options)) return noMatch(header);
  return verified({ ...deliveryOf(request), warning: NO_SIGNED_TIME });
};

export const verifyConvoyAdvanced: Verifier<ConvoyAdvancedOptions> = ({
  request,
  secrets,
  options,
  nowSeconds,
}) => {
  const keys = textKeys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const header = options.header ?? DEFAULT_HEADER;
  const elements = requireList(request, header, ',');
  if (!elements.ok) return elements;
  const found = pairs(elements.value);
  const times = found.filter(([key]) => key === 't').map(([, value]) => value);
  const signatures = found.filter(([key]) => /^v[0-9]{1,3}$/.test(key)).map(([, value]) => value);
  if (times.length !== 1 || signatures.length === 0) {
    return rejected('malformed_header', `The ${header} header is not one t= and at least one v1=.`);
  }
  const tolerance = options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const signedAt = freshTime(times[0]!, 'seconds', tolerance, nowSeconds);
  if (!signedAt.ok) return signedAt;
  const body = compactJson(request.body);
  if (body === undefined) return NOT_JSON;
  if (!signedBy(keys, [times[0]!, ',', body], signatures, options)) return noMatch(header);
  return verified({ ...deliveryOf(request), signedAt: signedAt.value });
};

/** Both keep the secret needed, so the sender's choice of header takes nothing away but the time. */
export const verifyConvoy: Verifier<ConvoyAdvancedOptions> = (check) => {
  const values = headerValues(check.request, check.options.header ?? DEFAULT_HEADER);
  const isAdvanced = values.some((value) => /(?:^|,)\s*(?:t|v[0-9]{1,3})=/.test(value));
  return isAdvanced ? verifyConvoyAdvanced(check) : verifyConvoySimple(check);
};

/** Neither says how it was made; the lengths of two hashes in two encodings are four different ones. */
function signedBy(
  keys: readonly Uint8Array[],
  signed: Signed,
  signatures: readonly string[],
  options: ConvoySimpleOptions,
): boolean {
  const encodings = options.encoding === undefined ? (['hex', 'base64'] as const) : [options.encoding];
  const hashes = options.hash === undefined ? (['sha256', 'sha512'] as const) : [options.hash];
  const decoded = signatures.flatMap((text) => encodings.flatMap((encoding) => decode(text, encoding) ?? []));
  return hashes.some((hash) => {
    const candidates = decoded.filter((bytes) => bytes.length === MAC_BYTES[hash]);
    return candidates.length > 0 && anyMac(hash, keys, signed, candidates);
  });
}

function deliveryOf(request: InboundRequest): { readonly deliveryId?: string } {
  const deliveryId = idHeader(request, 'X-Convoy-Idempotency-Key');
  return deliveryId === undefined ? {} : { deliveryId };
}
