/**
 * How long an endpoint has done nothing but fail: the time between failures, as far as they follow each other. Time in
 * which nobody tried says nothing about a receiver: when it was paused, or had nothing to get.
 */

const HOUR_MS = 3_600_000;
/** This much of it disables an endpoint: the time Svix gives, and twice a long weekend's outage. */
export const FAILING_MS = 5 * 24 * HOUR_MS;
/** How long before that its owner is warned. */
export const WARNING_MS = 24 * HOUR_MS;
/** A failure that comes later after the one before counts for nothing. So it takes eleven at least. */
export const MOST_BETWEEN_MS = 12 * HOUR_MS;

export interface Failing {
  readonly ms: number;
  /** When there was so much of it that its owner is warned. */
  readonly warnAt?: number;
}

/** Nothing counts yet: the count begins with a failure. */
export const FIRST_FAILURE: Failing = { ms: 0 };

/**
 * After one more failure. However long since the last look, it stops at the warning first: what disables the endpoint comes
 * after that, and takes another day.
 */
export function failedAgain(before: Failing | undefined, lastAt: number | undefined, now: number): Failing {
  if (before === undefined || lastAt === undefined) return before ?? FIRST_FAILURE;
  const between = Math.max(0, now - lastAt);
  const ms = before.ms + (between <= MOST_BETWEEN_MS ? between : 0);
  if (before.warnAt !== undefined) return { ...before, ms: Math.min(ms, FAILING_MS) };
  const warnFrom = FAILING_MS - WARNING_MS;
  return ms < warnFrom ? { ms } : { ms: warnFrom, warnAt: now };
}

export function isToBeDisabled(failing: Failing | undefined): boolean {
  return failing !== undefined && failing.ms >= FAILING_MS;
}
