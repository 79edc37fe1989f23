/**
 * Rate limits by slots (GCRA): an endpoint's slots are its limit's interval apart, and a batch takes as many as it has
 * deliveries with one step of one number, the next free slot. Nobody is refused and asks again: everyone knows when.
 */

export interface RateLimit {
  readonly limit: number;
  readonly per: RatePeriod;
}

export type RatePeriod = 'second' | 'minute' | 'hour';
export const RATE_PERIODS = ['second', 'minute', 'hour'] as const;
export const MAX_RATE_LIMIT = 100_000;

const PERIOD_MS: Readonly<Record<RatePeriod, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

/** A slot this near is taken now: queues wait in whole seconds, and over a minute it is 1.7 % at most. */
export const SOON_MS = 1_000;
/**
 * Slots are given out so far ahead and no further: what comes then waits without one, and asks again. Queues hide a message
 * for 15 min at most.
 */
export const HORIZON_MS = 840_000;
/**
 * Sooner than the slots given out are used up, so that no slot stays free while anything waits; and often enough that many
 * ask together: a batch that takes slots costs one write, one that finds none a read.
 */
const ASK_AGAIN_MS = 300_000;

/** More than a batch ever takes at once. */
const MOST_AT_ONCE = 20;
/** A paced drain comes back sooner than this, to the second. */
const LONGEST_PAUSE_MS = 600_000;
/** A little ahead of the limit: a drain that comes late would leave slots free. */
const AHEAD = 0.95;

/** `10/second`: tells limits apart. */
export function limitName({ limit, per }: RateLimit): string {
  return `${limit}/${per}`;
}

export function intervalMs({ limit, per }: RateLimit): number {
  return PERIOD_MS[per] / limit;
}

/** The slots below the next free one, as many as were taken, earliest first. */
export function slotsBelow(next: number, count: number, interval: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => next - (count - index) * interval);
}

/** A slot beyond is none of this limit's: a slower one gave it, which was raised since. */
export function beyondSlots(until: number, interval: number): number {
  return until + MOST_AT_ONCE * interval;
}

/** So many deliveries at once, and the next ones after so long: as fast as the limit lets them go. */
export function paceOf(limit: RateLimit | undefined, most: number): { size: number; pauseMs: number } {
  if (limit === undefined) return { size: most, pauseMs: 0 };
  const interval = intervalMs(limit);
  const size = Math.min(Math.max(Math.floor(LONGEST_PAUSE_MS / interval), 1), most);
  return { size, pauseMs: Math.min(size * interval * AHEAD, LONGEST_PAUSE_MS) };
}

/** How long one without a slot waits before it asks again: spread, so that those who came together do not come back so. */
export function askAgainMs(random: number): number {
  return ASK_AGAIN_MS / 2 + (random * ASK_AGAIN_MS) / 2;
}
