/** Attempts whose end nobody recorded: a worker stopped between the request and its result. */

import { nextDelayMs } from '../retry/retry.ts';
import type { Attempt } from './attempt.ts';
import { advance, askedFor, type Delivery, type DeliveryState, type Lease, resendOf } from './delivery.ts';

/** Who sent it, when and where to, as far as that is known. */
export interface LostAttempt extends Pick<Lease, 'trigger' | 'startedAt' | 'url'> {
  /** When it was given up. */
  readonly until: number;
}

/** The record of an attempt that may have left: what it did to the receiver is unknown. */
export function unknownAttempt(number: number, lost: LostAttempt): Attempt {
  return {
    number,
    trigger: lost.trigger,
    startedAt: lost.startedAt,
    durationMs: Math.max(0, lost.until - lost.startedAt),
    url: lost.url,
    outcome: 'unknown',
    error: 'unknown_outcome',
    phases: {},
  };
}

/**
 * A delivery's attempts, with the claimed one closed as unknown: its lease ran out, or it is about to be written
 * over. If its worker is alive after all, its result takes that place (`indexOfLost`).
 */
export function closeLostLease(delivery: Delivery): readonly Attempt[] {
  if (delivery.state.status !== 'sending') return delivery.attempts;
  return [...delivery.attempts, unknownAttempt(delivery.attempts.length + 1, delivery.state.lease)];
}

/** Where another worker closed this claim as lost, or -1: the worker was only slow, and its result belongs there. */
export function indexOfLost(attempts: readonly Attempt[], lease: Lease | undefined): number {
  if (lease === undefined) return -1;
  return attempts.findIndex(
    (attempt) =>
      attempt.outcome === 'unknown' &&
      attempt.startedAt === lease.startedAt &&
      attempt.trigger === lease.trigger,
  );
}

/** Lost in a row up to here are tried again at once: workers die for many reasons, and few of them last. */
const LOST_AT_ONCE = 2;
const GIVEN_UP = { status: 'failed', stopReason: 'attempts_lost' } as const;

/**
 * The next record of a delivery whose attempts were lost one after the other; undefined: it may be tried now. It waits as
 * for a receiver that fails, so that a worker which dies at everything has three days to be mended. Then it is given up,
 * or each new attempt would take a worker with it, and nine other deliveries, for ever. A person may ask once more.
 * `random` is uniform in [0, 1): deliveries that were lost together do not meet again.
 */
export function afterLosses(delivery: Delivery, now: number, random: number): Delivery | undefined {
  const { state } = delivery;
  const isNew = state.status === 'sending';
  if (!isNew && askedFor(state)) return undefined;
  const attempts = closeLostLease(delivery);
  const inRow = attempts.length - 1 - attempts.findLastIndex(({ outcome }) => outcome !== 'unknown');
  if (inRow <= LOST_AT_ONCE) return undefined;
  const resend = resendOf(state);
  const waitMs = nextDelayMs(inRow, random);
  if (waitMs === undefined) return advance(delivery, resend ?? GIVEN_UP, now, attempts);
  if (!isNew) return undefined;
  const why = resend !== undefined ? { resend } : askedFor(state) && ({ manual: true } as const);
  const waiting = { status: 'waiting', dueAt: now + waitMs, where: 'backlog', ...why } as const;
  return advance(delivery, waiting, now, attempts);
}

/** Our workers died at it. */
export function isOurFault(state: DeliveryState): boolean {
  return state.status === 'failed' && state.stopReason === GIVEN_UP.stopReason;
}
