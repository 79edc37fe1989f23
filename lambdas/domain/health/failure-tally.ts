/** Failures of an endpoint counted batch by batch, and when there were too many. */
import type { Observation } from './observation.ts';

/** Consecutive failures that open the circuit. */
export const OPEN_AFTER_FAILURES = 10;
/** Or this share of at least so many attempts within the window. */
export const OPEN_AT_SHARE = 0.5;
export const OPEN_AT_LEAST = 20;
export const WINDOW_MS = 60_000;
/**
 * From so many failures in a window on, successes are written down too: before, they could not change the verdict,
 * and an endpoint that fails now and then would cost a write for every batch.
 */
const COUNT_SUCCESSES_FROM = 5;

export interface Tally {
  readonly consecutive: number;
  readonly windowStart: number;
  readonly attempts: number;
  readonly failures: number;
}

export const CLEAN: Tally = { consecutive: 0, windowStart: 0, attempts: 0, failures: 0 };

/** The same tally when there is nothing worth writing. */
export function count(tally: Tally, seen: readonly Observation[], now: number): Tally {
  const tried = seen.filter((one) => one.kind === 'success' || one.kind === 'failure');
  const failures = tried.filter((one) => one.kind === 'failure').length;
  const lives = now - tally.windowStart < WINDOW_MS;
  if (failures === 0) {
    const known = lives ? tally.failures : 0;
    if (tried.length === 0 || (tally.consecutive === 0 && known < COUNT_SUCCESSES_FROM)) return tally;
    if (known === 0) return CLEAN;
  }
  const last = tried.findLastIndex((one) => one.kind === 'success');
  const consecutive = last < 0 ? tally.consecutive + tried.length : tried.length - 1 - last;
  return lives
    ? { ...tally, consecutive, attempts: tally.attempts + tried.length, failures: tally.failures + failures }
    : { consecutive, windowStart: now, attempts: tried.length, failures };
}

export function tripped(tally: Tally): boolean {
  if (tally.consecutive >= OPEN_AFTER_FAILURES) return true;
  return tally.attempts >= OPEN_AT_LEAST && tally.failures >= tally.attempts * OPEN_AT_SHARE;
}
