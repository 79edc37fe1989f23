/**
 * Rate limits of API keys: a bucket of tokens per key, shared by all instances of our functions. An instance counts the
 * requests it lets through and pays for them in blocks afterwards, so that a busy key costs a small part of a write per
 * request and a quiet one nothing; what it has not paid yet is how far the limit can be exceeded.
 */

export interface KeyRate {
  readonly perSecond: number;
  /** Tokens a bucket holds: requests at once after a pause. */
  readonly burst: number;
}

/** What one instance knows of one key. */
export interface KeyAccount {
  /** Let through, and not paid for. */
  readonly unpaid: number;
  /** When the bucket is full again, as far as heard, in milliseconds. */
  readonly fullAt: number;
}

export const NEW_ACCOUNT: KeyAccount = { unpaid: 0, fullAt: 0 };

/** What an answer says of its key's bucket. */
export interface KeyAllowance {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until all of it may be used again. */
  readonly resetSeconds: number;
}

/** Payments of so many requests cost 0.06 writes each. */
const MOST_UNPAID = 16;
/** A small bucket is not to be exceeded by more than this part. */
const UNPAID_PART = 0.1;

/** So many requests may be unpaid, per instance. */
export function creditOf({ burst }: KeyRate): number {
  return Math.min(Math.max(Math.floor(burst * UNPAID_PART), 1), MOST_UNPAID);
}

export function tokenMs({ perSecond }: KeyRate): number {
  return 1000 / perSecond;
}

/** So many tokens are there for the taking as long as the bucket's next free one is not later than this. */
export function latestFor(rate: KeyRate, tokens: number, now: number): number {
  return now + (rate.burst - tokens) * tokenMs(rate);
}

/** Tokens come back one by one: this is how long as many as are owed take, in whole seconds. */
export function retryAfterSeconds(rate: KeyRate, { unpaid }: KeyAccount): number {
  return Math.max(1, Math.ceil((unpaid * tokenMs(rate)) / 1000));
}

export function allowanceOf(rate: KeyRate, { unpaid, fullAt }: KeyAccount, now: number): KeyAllowance {
  const taken = Math.max(0, fullAt - now) / tokenMs(rate) + unpaid;
  const remaining = Math.max(0, Math.floor(rate.burst - taken));
  return {
    limit: rate.burst,
    remaining,
    resetSeconds: Math.ceil(((rate.burst - remaining) * tokenMs(rate)) / 1000),
  };
}
