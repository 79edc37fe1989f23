/** What to do with one delivery task now. Pure: the flow gathers the facts, this decides, the flow carries it out. */
import type { Attempt, AttemptTrigger } from './attempt.ts';
import {
  advance,
  blankDelivery,
  type Delivery,
  type HoldReason,
  hasEnded,
  type Lease,
  type NewDelivery,
  resendOf,
} from './delivery.ts';
import type { Endpoint } from './endpoint.ts';

/** A lease outlives the attempt's own deadline by this much: time to write the result. */
export const LEASE_MARGIN_MS = 10_000;
/** A claim found on someone else's lease is looked at again after it ended. */
const AFTER_LEASE_MS = 1_000;

export interface TaskFacts {
  readonly of: NewDelivery;
  /** Set on tasks that may repeat an earlier one (replayed publishes, fan-out repeats): claim before sending. */
  readonly mayRepeat: boolean;
  /** How often the queue has handed out this message, from 1. */
  readonly receives: number;
  readonly firstReceivedAt: number;
}

export interface PlanInput {
  readonly now: number;
  readonly task: TaskFacts;
  readonly endpoint: Endpoint | undefined;
  readonly delivery: Delivery | undefined;
  /** A message received again only after this long was lost by a worker, perhaps after it had sent. */
  readonly visibilityTimeoutMs: number;
  readonly leaseToken: string;
}

export type Plan =
  /** Nothing left to do: the message may go. */
  | { readonly do: 'drop' }
  /** Look again in so many milliseconds; the message stays in the queue, hidden. */
  | { readonly do: 'wait'; readonly ms: number }
  /** It waits in the backlog: make sure its wake is armed, then the message may go. */
  | { readonly do: 'rearm'; readonly dueAt: number }
  /** Write this record (conditional on the version before it), then the message may go. */
  | { readonly do: 'put_off'; readonly delivery: Delivery }
  /** Send now, without a claim: the ordinary first attempt. */
  | { readonly do: 'send'; readonly trigger: 'first' }
  /** Write the claim, then send. */
  | { readonly do: 'claim'; readonly delivery: Delivery; readonly trigger: AttemptTrigger };

export function planAttempt(input: PlanInput): Plan {
  const { delivery, now } = input;
  if (delivery !== undefined) {
    const { state } = delivery;
    if (hasEnded(state)) return { do: 'drop' };
    if (state.status === 'sending' && state.lease.until > now) {
      return { do: 'wait', ms: state.lease.until - now + AFTER_LEASE_MS };
    }
    if (state.status === 'waiting' && state.dueAt > now) {
      return state.where === 'queue'
        ? { do: 'wait', ms: state.dueAt - now }
        : { do: 'rearm', dueAt: state.dueAt };
    }
  }
  const blocked = whyNotNow(input.endpoint);
  if (blocked !== undefined) return putOff(input, blocked);
  if (delivery === undefined) return planFirst(input);
  return planNext(input, delivery);
}

function whyNotNow(endpoint: Endpoint | undefined): HoldReason | 'deleted' | undefined {
  if (endpoint === undefined) return 'deleted';
  switch (endpoint.status) {
    case 'enabled':
      return undefined;
    case 'paused':
      return 'endpoint_paused';
    case 'disabled':
      return 'endpoint_disabled';
  }
}

function putOff(input: PlanInput, why: HoldReason | 'deleted'): Plan {
  const { now, task } = input;
  const delivery = input.delivery ?? blankDelivery(task.of, { status: 'held', why: 'endpoint_paused' }, now);
  const resend = resendOf(delivery.state);
  if (why === 'deleted') {
    const ended = { status: 'canceled', stopReason: 'endpoint_deleted' } as const;
    return { do: 'put_off', delivery: advance(delivery, ended, now, closeLostLease(delivery)) };
  }
  if (delivery.version > 0 && delivery.state.status === 'held' && delivery.state.why === why)
    return { do: 'drop' };
  const held = { status: 'held', why, ...(resend !== undefined && { resend }) } as const;
  return { do: 'put_off', delivery: advance(delivery, held, now, closeLostLease(delivery)) };
}

/**
 * No record yet. On a first receive nobody can have sent before, so no claim is written. On a later receive
 * the message was lost by a worker or returned by one; only a whole visibility timeout tells a loss, and then
 * an attempt of unknown outcome is recorded, because its request may have left.
 */
function planFirst(input: PlanInput): Plan {
  const { now, task } = input;
  if (task.receives === 1 && !task.mayRepeat) return { do: 'send', trigger: 'first' };
  const lost = now - task.firstReceivedAt >= input.visibilityTimeoutMs;
  const attempts: Attempt[] = lost
    ? [unknownAttempt(1, 'first', task.firstReceivedAt, input.endpoint!.url, now)]
    : [];
  const lease = newLease(input, 'first');
  const blank = blankDelivery(task.of, { status: 'sending', lease }, now);
  return { do: 'claim', trigger: 'first', delivery: advance(blank, blank.state, now, attempts) };
}

function planNext(input: PlanInput, delivery: Delivery): Plan {
  const resend = resendOf(delivery.state);
  const attempts = closeLostLease(delivery);
  const trigger = resend !== undefined ? 'manual' : attempts.length === 0 ? 'first' : 'retry';
  const state = {
    status: 'sending',
    lease: newLease(input, trigger),
    ...(resend !== undefined && { resend }),
  } as const;
  return { do: 'claim', trigger, delivery: advance(delivery, state, input.now, attempts) };
}

/** A lease that ran out was an attempt whose end nobody recorded. */
function closeLostLease(delivery: Delivery): readonly Attempt[] {
  if (delivery.state.status !== 'sending') return delivery.attempts;
  const { lease } = delivery.state;
  const number = delivery.attempts.length + 1;
  return [
    ...delivery.attempts,
    unknownAttempt(number, lease.trigger, lease.startedAt, lease.url, lease.until),
  ];
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

function unknownAttempt(
  number: number,
  trigger: AttemptTrigger,
  startedAt: number,
  url: string,
  until: number,
): Attempt {
  const durationMs = Math.max(0, until - startedAt);
  return {
    number,
    trigger,
    startedAt,
    durationMs,
    url,
    outcome: 'unknown',
    error: 'unknown_outcome',
    phases: {},
  };
}
