/** The claims that make a signed token one for us and for now (RFC 7519 section 4.1). */
import type { JsonObject } from '../body/json-object.ts';
import type { Rejection } from '../verdict.ts';

export interface Expected {
  /** Any of them. */
  readonly issuers: readonly string[];
  readonly audience: string;
  /** How far the issuer's clock may be from ours. */
  readonly toleranceSeconds: number;
}

/** Undefined when all claims are as expected; otherwise the first that is not. */
export function judgeClaims(
  claims: JsonObject,
  expected: Expected,
  nowSeconds: number,
): Rejection | undefined {
  return judgeTimes(claims, expected.toleranceSeconds, nowSeconds) ?? judgeParties(claims, expected);
}

function judgeTimes(claims: JsonObject, skew: number, now: number): Rejection | undefined {
  const { exp, nbf, iat } = claims;
  if (!isTime(exp)) return { reason: 'bad_timestamp', detail: 'The token has no time of expiry (exp).' };
  if (now - skew >= exp) return { reason: 'expired', detail: 'The token has expired.' };
  for (const start of [nbf, iat]) {
    if (start === undefined) continue;
    if (!isTime(start)) return { reason: 'bad_timestamp', detail: 'nbf or iat in the token is not a time.' };
    if (start > now + skew) return { reason: 'timestamp_too_new', detail: 'The token is not valid yet.' };
  }
  return undefined;
}

function judgeParties(claims: JsonObject, { issuers, audience }: Expected): Rejection | undefined {
  const { iss, aud } = claims;
  if (typeof iss !== 'string' || !issuers.includes(iss)) {
    return { reason: 'wrong_issuer', detail: 'The token is from another issuer (iss).' };
  }
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((one) => typeof one === 'string' && one === audience)) {
    return { reason: 'wrong_audience', detail: 'The token is for another audience (aud).' };
  }
  return undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
