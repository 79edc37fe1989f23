/**
 * How many calls of a source are kept that did not become events. Anybody who knows the address can make such calls, and
 * each kept one costs a write: a flood is seen by its first calls, and by the number of those that followed.
 */
import type { Log } from '../../ports/log.ts';

export interface CallAllowance {
  /** False: do not keep this one. */
  take(source: string, now: number): boolean;
}

/** At once, and then so many a minute; of each function instance, so a flood that starts many of them keeps more. */
export const KEPT_AT_ONCE = 20;
export const KEPT_A_MINUTE = 30;
const REFILL_MS = 60_000 / KEPT_A_MINUTE;
const MAX_SOURCES = 10_000;

interface Bucket {
  readonly left: number;
  readonly at: number;
  readonly dropped: number;
}

export function createCallAllowance(log: Log): CallAllowance {
  const buckets = new Map<string, Bucket>();
  return {
    take(source, now) {
      const { left, at, dropped } = buckets.get(source) ?? { left: KEPT_AT_ONCE, at: now, dropped: 0 };
      const full = Math.min(KEPT_AT_ONCE, left + Math.max(0, now - at) / REFILL_MS);
      const taken = full >= 1;
      if (taken && dropped > 0) log.warn('receive.not_kept', { source, calls: dropped });
      const next = taken
        ? { left: full - 1, at: now, dropped: 0 }
        : { left: full, at: now, dropped: dropped + 1 };
      buckets.delete(source);
      buckets.set(source, next);
      if (buckets.size > MAX_SOURCES) buckets.delete(buckets.keys().next().value!);
      return taken;
    },
  };
}
