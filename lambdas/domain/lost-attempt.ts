/** Attempts whose end nobody recorded: a worker stopped between the request and its result. */
import type { Attempt } from './attempt.ts';
import type { Delivery, Lease } from './delivery.ts';

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
