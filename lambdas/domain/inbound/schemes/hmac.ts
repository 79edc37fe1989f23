/** An HMAC as the source describes it, for senders without a preset. */

import { fail, ok, type Result } from '../../result.ts';
import { decode, decodeBase64Secret, decodeHex, type Encoding } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type TimeFormat, type ToleranceOption } from '../freshness.ts';
import { anyMac, type Hash, textKeys } from '../mac.ts';
import { idHeader, pairs, requireHeader, requireList } from '../read-header.ts';
import type { InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { fillTemplate, uses } from '../signed-template.ts';
import { type Rejection, rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_BODY, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

export interface HmacOptions extends ToleranceOption {
  /** Where the signature is. */
  readonly header: string;
  /** `sha256` when not said. */
  readonly hash?: Hash;
  /** Of the signature; `hex` when not said. */
  readonly encoding?: Encoding;
  /** Of the secrets; `utf8`, their text, when not said. */
  readonly secretEncoding?: 'utf8' | 'hex' | 'base64';
  /** What stands before the signature: `sha256=`. */
  readonly prefix?: string;
  /** Makes the header a list: of `key=signature` with `key`, of signatures, each with the prefix, without it. */
  readonly separator?: ',' | ';' | ' ';
  /** Which elements of the list are signatures: `v1`. */
  readonly key?: string;
  /** What is signed; `{body}` when not said. */
  readonly template?: string;
  readonly timestampHeader?: string;
  /** Which element of the list is the time: `t`. */
  readonly timestampKey?: string;
  /** `seconds` when not said. */
  readonly timestampFormat?: TimeFormat;
  /** The sender's id of a delivery. */
  readonly idHeader?: string;
}

export const verifyHmac: Verifier<HmacOptions> = ({ request, secrets, options, nowSeconds }) => {
  const { hash = 'sha256', encoding = 'hex', template = '{body}', header } = options;
  const keys = keysOf(secrets, options.secretEncoding ?? 'utf8');
  if (keys.length === 0) return NO_SECRET;
  const signatures = signaturesIn(request, options);
  if (!signatures.ok) return signatures;
  const id = uses(template, 'id') ? requireHeader(request, options.idHeader ?? '') : ok('');
  if (!id.ok) return id;
  const isTimed = uses(template, 'timestamp');
  const timestamp = isTimed ? timestampIn(request, options) : ok('');
  if (!timestamp.ok) return timestamp;
  const tolerance = options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const format = options.timestampFormat ?? 'seconds';
  const signedAt = isTimed ? freshTime(timestamp.value, format, tolerance, nowSeconds) : ok(undefined);
  if (!signedAt.ok) return signedAt;
  const signed = fillTemplate(template, request, { timestamp: timestamp.value, id: id.value });
  if (!signed.ok) return signed;
  const candidates = signatures.value.flatMap((text) => decode(text, encoding) ?? []);
  if (candidates.length === 0) {
    return rejected('malformed_header', `The ${header} header has no signature in ${encoding}.`);
  }
  if (!anyMac(hash, keys, signed.value, candidates)) return noMatch(header);
  const deliveryId = options.idHeader === undefined ? undefined : idHeader(request, options.idHeader);
  const warning = uses(template, 'body') ? (isTimed ? undefined : NO_SIGNED_TIME) : NO_SIGNED_BODY;
  return verified({
    ...(signedAt.value !== undefined && { signedAt: signedAt.value }),
    ...(deliveryId !== undefined && { deliveryId }),
    ...(warning !== undefined && { warning }),
  });
};

function keysOf(secrets: readonly string[], encoding: 'utf8' | 'hex' | 'base64'): readonly Uint8Array[] {
  if (encoding === 'utf8') return textKeys(secrets);
  return secrets.flatMap(
    (secret) => (encoding === 'hex' ? decodeHex(secret) : decodeBase64Secret(secret)) ?? [],
  );
}

function signaturesIn(request: InboundRequest, options: HmacOptions): Result<readonly string[], Rejection> {
  const { header, key, prefix = '' } = options;
  const elements = elementsIn(request, options);
  if (!elements.ok) return elements;
  const found =
    key === undefined
      ? elements.value.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length))
      : valuesOf(elements.value, key);
  const wanted = key === undefined ? `does not begin with ${prefix}` : `has no ${key}=`;
  return found.length > 0
    ? ok(found)
    : fail({ reason: 'malformed_header', detail: `The ${header} header ${wanted}.` });
}

function timestampIn(request: InboundRequest, options: HmacOptions): Result<string, Rejection> {
  const { header, timestampKey, timestampHeader } = options;
  if (timestampKey === undefined) return requireHeader(request, timestampHeader ?? '');
  const elements = elementsIn(request, options);
  if (!elements.ok) return elements;
  const times = valuesOf(elements.value, timestampKey);
  return times.length === 1
    ? ok(times[0]!)
    : fail({
        reason: 'malformed_header',
        detail: `The ${header} header has not exactly one ${timestampKey}=.`,
      });
}

function elementsIn(request: InboundRequest, options: HmacOptions): Result<readonly string[], Rejection> {
  const { header, key, timestampKey } = options;
  const isKeyed = key !== undefined || timestampKey !== undefined;
  const separator = options.separator ?? (isKeyed ? ',' : undefined);
  if (separator !== undefined) return requireList(request, header, separator);
  const value = requireHeader(request, header);
  return value.ok ? ok([value.value]) : value;
}

function valuesOf(elements: readonly string[], wanted: string): readonly string[] {
  return pairs(elements).flatMap(([key, value]) => (key === wanted ? [value] : []));
}
