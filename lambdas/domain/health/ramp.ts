/**
 * Slow start: an endpoint that comes back, was paused, or asked us to slow down gets its backlog in rounds of 1, 2,
 * 4, ... deliveries. A round begins when the one before has been answered, so the receiver's own speed sets the pace.
 */

import type { ErrorCode } from '../error-code.ts';
import type { Seen } from './observation.ts';

export const FIRST_WIDTH = 1;
/** After a clean round of this width the endpoint counts as recovered, and nothing is paced any more. */
export const FULL_WIDTH = 256;
/** A round not answered whole by then is given up: its workers are gone, or its tasks found nothing to send. */
export const ROUND_MS = 60_000;
/** How long a 429 without `Retry-After` stops us; doubles with each one that follows. */
const FIRST_SLOW_MS = 5_000;
/** What `Retry-After` may ask of the whole endpoint. The delivery that was answered so waits as long as it says. */
const LONGEST_SLOW_MS = 600_000;

export interface Outage {
  readonly since: number;
  /** Openings of the circuit since it was last well, from 1: each doubles the wait. */
  readonly trips: number;
  readonly cause: ErrorCode;
}

export interface Ramp {
  readonly width: number;
  /** No round begins earlier. */
  readonly from: number;
  /** The round on its way. */
  readonly round?: { readonly left: number; readonly failures: number; readonly until: number };
  /** When the trouble it recovers from began. */
  readonly since: number;
  /** Openings of the circuit in that trouble: a relapse waits longer than the one before. */
  readonly trips: number;
  /** 429s since the last clean round. */
  readonly slowdowns: number;
}

export function startRamp(now: number, outage?: Outage): Ramp {
  const since = outage?.since ?? now;
  return { width: FIRST_WIDTH, from: now, since, trips: outage?.trips ?? 0, slowdowns: 0 };
}

/** So many deliveries go out now. Undefined while another round is on its way, or none may begin yet. */
export function beginRound(ramp: Ramp, size: number, now: number): Ramp | undefined {
  if (!mayBegin(ramp, now)) return undefined;
  return { ...ramp, round: { left: size, failures: 0, until: now + ROUND_MS } };
}

export function mayBegin(ramp: Ramp, now: number): boolean {
  return ramp.from <= now && (ramp.round === undefined || ramp.round.until <= now);
}

/** The ramp after results came in; undefined when it is at its end, `failed` when the endpoint is not well after all. */
export function afterRound(ramp: Ramp, seen: readonly Seen[]): Ramp | undefined | 'failed' {
  const { round } = ramp;
  const ours = seen.filter(({ paced }) => paced);
  if (round === undefined || ours.length === 0) return ramp;
  const left = round.left - ours.length;
  const failures = round.failures + ours.filter(({ kind }) => kind === 'failure').length;
  if (failures > 0 && failures * 2 >= ramp.width) return 'failed';
  if (left > 0) return { ...ramp, round: { ...round, left, failures } };
  const { round: _, ...rest } = ramp;
  // One bad delivery among many is that delivery's affair: it stops the growth, not the endpoint.
  if (failures > 0) return rest;
  if (ramp.width >= FULL_WIDTH) return undefined;
  return { ...rest, width: ramp.width * 2, slowdowns: 0 };
}

/** 429: half as many, and not before the time it asks for. */
export function slowedDown(ramp: Ramp | undefined, retryAfterMs: number, now: number): Ramp {
  if (ramp !== undefined && ramp.slowdowns > 0 && ramp.from > now) {
    // Sent before the first of them came back: one storm is one slow-down, however many it hit.
    const asked = now + Math.min(retryAfterMs, LONGEST_SLOW_MS);
    return asked <= ramp.from ? ramp : { ...ramp, from: asked };
  }
  const { round: _, ...before } = ramp ?? startRamp(now);
  const waitMs = Math.max(retryAfterMs, FIRST_SLOW_MS * 2 ** Math.min(before.slowdowns, 7));
  return {
    ...before,
    width: Math.max(FIRST_WIDTH, Math.floor(before.width / 2)),
    from: Math.max(before.from, now + Math.min(waitMs, LONGEST_SLOW_MS)),
    slowdowns: before.slowdowns + 1,
  };
}
