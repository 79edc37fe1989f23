/** What follows from one attempt's result. Pure: the next record, where the delivery waits, and what to tell people. */

import { idTimeMs } from '../ids.ts';
import { type GaveUp, nextTry, type RetryPolicy } from '../retry/policy.ts';
import type { Attempt, AttemptTrigger, KeptResponse } from './attempt.ts';
import { INLINE_RESPONSE_BYTES, responseSize } from './attempt.ts';
import {
  advance,
  blankDelivery,
  countedAttempts,
  type Delivery,
  type DeliveryState,
  hasEnded,
  type Lease,
  type NewDelivery,
  resendOf,
  type StopReason,
} from './delivery.ts';
import { closeLostLease, indexOfLost } from './lost-attempt.ts';
import { type HttpResult, judge, type Verdict } from './outcome.ts';

/** Up to this long a delivery waits in the queue, hidden; longer waits go to the backlog. */
export const MAX_QUEUE_WAIT_MS = 60_000;
/** A message handed out this often waits in the backlog instead: the queue's redrive count is for our faults only. */
export const MAX_QUEUE_WAITS = 5;

export type Signal =
  /** `asked`: not by 410, but with `webhook-delivery: disable`. */
  | { readonly kind: 'endpoint_gone'; readonly endpoint: string; readonly asked?: true }
  /** The gateway gave up on it. */
  | {
      readonly kind: 'delivery_exhausted';
      readonly event: string;
      readonly endpoint: string;
      readonly why: GaveUp;
    };

export interface SettleInput {
  readonly now: number;
  readonly of: NewDelivery;
  /** The record as it stands: our claim, nothing (unclaimed first attempt), or what a concurrent worker wrote. */
  readonly delivery: Delivery | undefined;
  /** The claim under which it was sent; nothing for an unclaimed first attempt. */
  readonly lease?: Lease;
  readonly trigger: AttemptTrigger;
  readonly startedAt: number;
  readonly url: string;
  readonly result: Exclude<HttpResult, { kind: 'our_fault' }>;
  readonly receives: number;
  readonly retry: RetryPolicy;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export interface Settlement {
  readonly delivery: Delivery;
  /** The attempt as it was recorded; usually the last one. */
  readonly attempt: Attempt;
  /** Kept beside the record, because it is too large to ride in it. */
  readonly responseAside?: { readonly attempt: number; readonly response: KeptResponse };
  readonly signals: readonly Signal[];
}

export function settleAttempt(input: SettleInput): Settlement {
  const { now, result } = input;
  const verdict = judge(result, now);
  const before = input.delivery ?? blankDelivery(input.of, { status: 'held', why: 'endpoint_paused' }, now);
  const response = result.kind === 'response' ? result.response : undefined;
  const aside = response !== undefined && responseSize(response) > INLINE_RESPONSE_BYTES;
  const standing = verdict.outcome === 'failed' ? standingClaim(input, before) : undefined;
  const stays = standing !== undefined || isOurs(before, input.lease);
  const earlier = stays ? before.attempts : closeLostLease(before);
  const lost = indexOfLost(earlier, input.lease);
  const number = lost < 0 ? earlier.length + 1 : lost + 1;
  const attempt = toAttempt(input, number, verdict, aside ? 'aside' : response);
  const attempts = lost < 0 ? [...earlier, attempt] : earlier.with(lost, attempt);
  const state = standing ?? nextState(input, before, attempts, verdict);
  return {
    delivery: advance(before, state, now, attempts),
    attempt,
    ...(aside && { responseAside: { attempt: number, response } }),
    signals: signalsOf(input.of, before.state, state, verdict),
  };
}

/** Writing over another worker's claim would forget its request, should it die: then its attempt is recorded too. */
function isOurs(before: Delivery, lease: Lease | undefined): boolean {
  return before.state.status === 'sending' && before.state.lease.token === lease?.token;
}

/**
 * Another worker is sending right now. What follows our failure is for its result to say: to let the delivery wait
 * would let a third worker send at the same time.
 */
function standingClaim(input: SettleInput, before: Delivery): DeliveryState | undefined {
  const { state } = before;
  const theirs = state.status === 'sending' && !isOurs(before, input.lease);
  return theirs && state.lease.until > input.now ? state : undefined;
}

function toAttempt(
  input: SettleInput,
  number: number,
  verdict: Verdict,
  response: KeptResponse | 'aside' | undefined,
): Attempt {
  const { result } = input;
  return {
    number,
    trigger: input.trigger,
    startedAt: input.startedAt,
    durationMs: result.durationMs,
    url: input.url,
    outcome: verdict.outcome,
    ...(verdict.outcome === 'failed' && { error: verdict.error }),
    ...(verdict.outcome === 'failed' && verdict.detail !== undefined && { detail: verdict.detail }),
    ...(result.kind === 'response' && { statusCode: result.statusCode }),
    ...(result.address !== undefined && { address: result.address }),
    phases: result.phases,
    ...(response !== undefined && { response }),
  };
}

function nextState(
  input: SettleInput,
  before: Delivery,
  attempts: readonly Attempt[],
  verdict: Verdict,
): DeliveryState {
  const { state } = before;
  const succeeded = verdict.outcome === 'succeeded';
  // A person asked for another attempt while this request was out: that one is still to come.
  if (state.status === 'waiting' && state.resend !== undefined) {
    return succeeded ? { ...state, resend: { status: 'succeeded' } } : state;
  }
  if (succeeded) return { status: 'succeeded' };
  // A concurrent worker finished it while this request was out: its word stands, ours is only recorded.
  if (input.delivery !== undefined && hasEnded(before.state)) return before.state;
  const resend = resendOf(before.state);
  if (resend !== undefined) return resend;
  if (verdict.stop === 'gone') return { status: 'failed', stopReason: 'endpoint_gone' };
  if (verdict.stop === 'abort') return { status: 'failed', stopReason: 'receiver_aborted' };
  if (verdict.stop === 'never') return { status: 'failed', stopReason: 'not_retryable' };
  if (verdict.stop === 'hold') return { status: 'held', why: 'transformation_failed' };
  const { result, now, random } = input;
  const next = nextTry(input.retry, {
    counted: countedAttempts(attempts),
    ...(result.kind === 'response' && { statusCode: result.statusCode }),
    ...(verdict.retryAfterSeconds !== undefined && { retryAfterSeconds: verdict.retryAfterSeconds }),
    eventAt: Math.max(idTimeMs(input.of.event), before.deliverAt ?? 0),
    now,
    random,
  });
  if (!next.retry) return { status: 'failed', stopReason: next.why };
  // Whoever wrote a record before us may have done so with a copy of our message, and acknowledge it any moment.
  const isAlone = input.delivery === undefined;
  const where = isAlone && waitsInQueue(next.delayMs, input.receives) ? 'queue' : 'backlog';
  return { status: 'waiting', dueAt: now + next.delayMs, where };
}

/** Its message stays in the queue, hidden, even if the backlog knows of it too: the queue is the quicker of the two. */
export function waitsInQueue(ms: number, receives: number): boolean {
  return ms <= MAX_QUEUE_WAIT_MS && receives < MAX_QUEUE_WAITS;
}

/** Given up once: not again when a resend fails, or when a concurrent worker records its attempt. */
function signalsOf(of: NewDelivery, before: DeliveryState, after: DeliveryState, verdict: Verdict): Signal[] {
  const signals: Signal[] = [];
  if (verdict.stop === 'gone') {
    const byStatus = verdict.outcome === 'failed' && verdict.error === 'gone';
    signals.push({ kind: 'endpoint_gone', endpoint: of.endpoint, ...(!byStatus && { asked: true }) });
  }
  const endsNow = !hasEnded(before) && resendOf(before) === undefined;
  const why = after.status === 'failed' ? gaveUp(after.stopReason) : undefined;
  if (endsNow && why !== undefined) {
    signals.push({ kind: 'delivery_exhausted', event: of.event, endpoint: of.endpoint, why });
  }
  return signals;
}

/** The reasons that are the retry policy's, and nobody's wish. */
function gaveUp(reason: StopReason): GaveUp | undefined {
  return reason === 'exhausted' || reason === 'expired' || reason === 'not_retryable' ? reason : undefined;
}
