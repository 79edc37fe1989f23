/** What became of one delivery, as far as its endpoint's health is concerned. */

import type { Verdict } from '../delivery/outcome.ts';
import type { ErrorCode } from '../error-code.ts';

export type Observation =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly error: ErrorCode }
  /** 429: load, not an outage. It slows down and counts for nothing else. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** Nothing was sent: it had ended, or a fault of ours stopped it. */
  | { readonly kind: 'nothing' };

/** `paced`: a drain let it go as part of a ramp's round. */
export type Seen = Observation & { readonly paced: boolean };

export function observationOf(verdict: Verdict): Observation {
  if (verdict.outcome === 'succeeded') return { kind: 'success' };
  // One event's size says nothing about the others.
  if (verdict.error === 'destination_too_large') return { kind: 'nothing' };
  if (verdict.error === 'transformation_failed') return { kind: 'nothing' };
  if (verdict.error === 'destination_throttled') return { kind: 'throttled', retryAfterMs: 0 };
  if (verdict.error !== 'rate_limited') return { kind: 'failure', error: verdict.error };
  return { kind: 'throttled', retryAfterMs: (verdict.retryAfterSeconds ?? 0) * 1000 };
}
