/** What to do with one delivery task now. Pure: the flow gathers the facts, this decides, the flow carries it out. */

import type { Endpoint } from '../endpoint.ts';
import type { Admission } from '../health/circuit.ts';
import type { Attempt, AttemptTrigger } from './attempt.ts';
import {
  advance,
  askedFor,
  blankDelivery,
  type Delivery,
  type HoldReason,
  hasEnded,
  type Lease,
  type NewDelivery,
  resendOf,
} from './delivery.ts';
import { isSameHold, lookAgainInMs, staysHeld, whyNotNow } from './hold.ts';
import { afterLosses, closeLostLease, isOurFault, unknownAttempt } from './lost-attempt.ts';
import { CLOCKS_APART_MS } from './wake.ts';

/** A lease outlives the attempt's own deadline by this much: time to write the result. */
export const LEASE_MARGIN_MS = 10_000;
/** A claim found on someone else's lease is looked at again after it ended. */
const AFTER_LEASE_MS = 1_000;
/** The queue's clock and ours differ a little: this part of the visibility timeout counts as the whole. */
const VISIBILITY_SLACK = 0.9;

export interface TaskFacts {
  readonly of: NewDelivery;
  /** Set on tasks that may repeat an earlier one (replayed publishes, fan-out repeats): claim before sending. */
  readonly mayRepeat: boolean;
  /** How often the queue has handed out this message, from 1. */
  readonly receives: number;
  readonly firstReceivedAt: number;
  /** When what it is held for was mended, in milliseconds. */
  readonly mended?: number;
}

export interface PlanInput {
  readonly now: number;
  readonly task: TaskFacts;
  readonly endpoint: Endpoint | undefined;
  readonly delivery: Delivery | undefined;
  /** What its endpoint's circuit allows. */
  readonly admission: Admission;
  /** A message received again only after this long was lost by a worker, perhaps after it had sent. */
  readonly visibilityTimeoutMs: number;
  readonly leaseToken: string;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** Its endpoint's listener asks for it: the one way it goes out. */
  readonly pickedUp?: true;
}

export type Plan =
  /** Nothing left to do: the message may go. */
  | { readonly do: 'drop' }
  /** It was given up for a fault of ours: its message goes where an alarm tells of it. */
  | { readonly do: 'dead_letter' }
  /** Look again in so many milliseconds; the message stays in the queue, hidden. */
  | { readonly do: 'wait'; readonly ms: number }
  /** It waits in the backlog: make sure its wake is armed, then the message may go. */
  | { readonly do: 'rearm'; readonly dueAt: number }
  /** Write this record (conditional on the version before it), then the message may go. */
  | { readonly do: 'put_off'; readonly delivery: Delivery }
  /** Send now, without a claim: the ordinary first attempt. */
  | { readonly do: 'send'; readonly trigger: 'first' }
  /** Write the claim, then send. */
  | {
      readonly do: 'claim';
      readonly delivery: Delivery;
      readonly lease: Lease;
      readonly trigger: AttemptTrigger;
    };

export function planAttempt(input: PlanInput): Plan {
  const { delivery, now } = input;
  if (delivery !== undefined) {
    const { state } = delivery;
    if (hasEnded(state)) return { do: isOurFault(state) ? 'dead_letter' : 'drop' };
    if (state.status === 'sending' && state.lease.until > now) {
      return { do: 'wait', ms: state.lease.until - now + AFTER_LEASE_MS };
    }
    if (state.status === 'waiting' && state.dueAt > now) {
      // A drain whose clock is ahead of ours let it go: the wake of its minute has been.
      const isNear = state.dueAt - now <= CLOCKS_APART_MS;
      return state.where === 'queue' || isNear
        ? { do: 'wait', ms: state.dueAt - now }
        : { do: 'rearm', dueAt: state.dueAt };
    }
    if (input.endpoint !== undefined && staysHeld(state, delivery.updatedAt, input.task.mended)) {
      return { do: 'drop' };
    }
  }
  const blocked = whyNotNow(input.endpoint, input.pickedUp ?? false);
  if (blocked !== undefined) return putOff(input, blocked);
  if (input.admission.go === 'hold') return putOff(input, input.admission.why);
  if (delivery === undefined) return planFirst(input);
  // A listener that stops listening is no fault of ours.
  const stopped = input.pickedUp ? undefined : afterLosses(delivery, now, input.random);
  return stopped === undefined ? planNext(input, delivery) : { do: 'put_off', delivery: stopped };
}

function putOff(input: PlanInput, why: HoldReason | 'deleted'): Plan {
  const { now, task } = input;
  const resend = input.delivery && resendOf(input.delivery.state);
  const blank = blankDelivery(task.of, { status: 'held', why: 'endpoint_paused' }, now);
  const delivery = input.delivery ?? { ...blank, attempts: lostFirst(input) };
  const attempts = closeLostLease(delivery);
  if (why === 'deleted') {
    // A resend that can't go out leaves the delivery what it was: canceling a succeeded one would be untrue.
    const ended = resend ?? ({ status: 'canceled', stopReason: 'endpoint_deleted' } as const);
    return { do: 'put_off', delivery: advance(delivery, ended, now, attempts) };
  }
  if (delivery.version > 0 && delivery.state.status === 'held' && isSameHold(delivery.state.why, why)) {
    const { receives, firstReceivedAt } = task;
    const lookAt = input.admission.go === 'hold' ? input.admission.lookAt : undefined;
    const ms = lookAgainInMs(why, { now, receives, firstReceivedAt, lookAt });
    return ms === undefined ? { do: 'drop' } : { do: 'wait', ms };
  }
  const held = { status: 'held', why, ...(resend !== undefined && { resend }) } as const;
  return { do: 'put_off', delivery: advance(delivery, held, now, attempts) };
}

/** No record yet. On a first receive nobody can have sent before, so no claim is written. */
function planFirst(input: PlanInput): Plan {
  const { now, task } = input;
  // A probe's delivery is claimed: who takes over a lost one has to find what it had begun.
  const isProbe = input.admission.go === 'probe';
  if (task.receives === 1 && !task.mayRepeat && !isProbe) return { do: 'send', trigger: 'first' };
  const lease = newLease(input, 'first');
  const blank = blankDelivery(task.of, { status: 'sending', lease }, now);
  return {
    do: 'claim',
    trigger: 'first',
    lease,
    delivery: advance(blank, blank.state, now, lostFirst(input)),
  };
}

/**
 * On a later receive without a record, the message was lost by the worker of its first receive or returned by one;
 * only a whole visibility timeout tells a loss, and then an attempt of unknown outcome is recorded, because its
 * request may have left. A task that may repeat never sends unclaimed, so it can't have left an unrecorded request.
 */
function lostFirst(input: PlanInput): readonly Attempt[] {
  const { now, task } = input;
  if (task.receives === 1 || task.mayRepeat) return [];
  const hiddenMs = input.visibilityTimeoutMs * VISIBILITY_SLACK;
  if (now - task.firstReceivedAt < hiddenMs) return [];
  // Where it went is unknown once the endpoint is gone.
  const url = input.endpoint?.url ?? '';
  return [unknownAttempt(1, { trigger: 'first', startedAt: task.firstReceivedAt, url, until: now })];
}

function planNext(input: PlanInput, delivery: Delivery): Plan {
  const resend = resendOf(delivery.state);
  const attempts = closeLostLease(delivery);
  const trigger = triggerOf(delivery, attempts);
  const lease = newLease(input, trigger);
  const state = {
    status: 'sending',
    lease,
    ...(resend !== undefined && { resend }),
  } as const;
  return { do: 'claim', trigger, lease, delivery: advance(delivery, state, input.now, attempts) };
}

function triggerOf(delivery: Delivery, attempts: readonly Attempt[]): AttemptTrigger {
  if (askedFor(delivery.state)) return 'manual';
  return attempts.length === 0 ? 'first' : 'retry';
}

function newLease(input: PlanInput, trigger: AttemptTrigger): Lease {
  const endpoint = input.endpoint!;
  return {
    token: input.leaseToken,
    until: input.now + endpoint.timeoutSeconds * 1000 + LEASE_MARGIN_MS,
    startedAt: input.now,
    trigger,
    url: endpoint.url,
  };
}
