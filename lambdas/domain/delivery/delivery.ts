/**
 * One event for one endpoint. Written for the first time when its first attempt ended or was put off:
 * "queued" is the absence of the record. Every write replaces the record and is conditional on its version.
 */
import type { Attempt, AttemptTrigger } from './attempt.ts';

export type StopReason =
  | 'exhausted'
  /** The next attempt would come after the retry policy's maximum age. */
  | 'expired'
  /** The retry policy excludes the status it was answered with. */
  | 'not_retryable'
  | 'endpoint_gone'
  | 'endpoint_deleted'
  | 'event_expired'
  /** The subscription that would have rewritten it: sent as it is, it might tell what was to be left out. */
  | 'subscription_deleted'
  /** The receiver answered `webhook-delivery: abort-message`. */
  | 'receiver_aborted'
  /** Workers died at it again and again: a fault of ours, and perhaps its doing. */
  | 'attempts_lost';

export type HoldReason =
  | 'endpoint_paused'
  | 'endpoint_disabled'
  /** The endpoint fails; one delivery at a time finds out whether it still does. */
  | 'circuit_open'
  /** A machine picks it up when it next asks: nothing is dialled. */
  | 'awaiting_listener'
  /** It recovers, or asked us to slow down: its backlog goes out at a pace. */
  | 'slowed_down'
  /** What its subscription makes of it can't be sent. It waits until the subscription is changed. */
  | 'transformation_failed';

/** A worker's claim on the next attempt. When it runs out, the attempt counts as sent with unknown outcome. */
export interface Lease {
  readonly token: string;
  readonly until: number;
  readonly startedAt: number;
  readonly trigger: AttemptTrigger;
  readonly url: string;
}

/** How a delivery ended; what a failing manual attempt returns it to. */
export type Ended =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly stopReason: StopReason }
  | { readonly status: 'canceled'; readonly stopReason: StopReason };

export type DeliveryState =
  | { readonly status: 'sending'; readonly lease: Lease; readonly resend?: Ended }
  /**
   * `queue`: its message is hidden in the queue, and nothing else knows of it. `backlog`: a wake will fetch it, unless
   * its message is back before that.
   */
  | {
      readonly status: 'waiting';
      readonly dueAt: number;
      readonly where: 'queue' | 'backlog';
      /** A person asked for the next attempt, so it uses up no place in the retry schedule. */
      readonly manual?: true;
      readonly resend?: Ended;
    }
  | { readonly status: 'held'; readonly why: HoldReason; readonly resend?: Ended }
  | Ended;

/** Which event goes to which endpoint. It needs no record before its first attempt. */
export interface NewDelivery {
  readonly project: string;
  readonly event: string;
  readonly endpoint: string;
  readonly owner?: string;
  readonly type: string;
  /** The subscription that has it go out rewritten. */
  readonly via?: string;
}

export interface Delivery extends NewDelivery {
  readonly state: DeliveryState;
  readonly attempts: readonly Attempt[];
  /** When its event asked to be delivered, if that was later than its publication. */
  readonly deliverAt?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** 1 when first written. */
  readonly version: number;
}

/** The statuses the API shows; `queued` has no record. */
export type DeliveryStatus = 'queued' | DeliveryState['status'];
export const DELIVERY_STATUSES = [
  'queued',
  'sending',
  'waiting',
  'held',
  'succeeded',
  'failed',
  'canceled',
] as const;

/** One endpoint's delivery of an event. */
export function newDelivery(
  event: { readonly id: string; readonly project: string; readonly type: string; readonly owner?: string },
  endpoint: string,
  via?: string,
): NewDelivery {
  return {
    project: event.project,
    event: event.id,
    endpoint,
    ...(event.owner !== undefined && { owner: event.owner }),
    type: event.type,
    ...(via !== undefined && { via }),
  };
}

/** A record that does not exist yet (version 0), in memory only until a transition gives it a state. */
export function blankDelivery(of: NewDelivery, state: DeliveryState, now: number): Delivery {
  return {
    project: of.project,
    event: of.event,
    endpoint: of.endpoint,
    ...(of.owner !== undefined && { owner: of.owner }),
    type: of.type,
    ...(of.via !== undefined && { via: of.via }),
    state,
    attempts: [],
    createdAt: now,
    updatedAt: now,
    version: 0,
  };
}

/** The first version of a record whose first attempt is due later. */
export function delayedDelivery(of: NewDelivery, deliverAt: number, now: number): Delivery {
  const state = { status: 'waiting', dueAt: deliverAt, where: 'backlog' } as const;
  return { ...blankDelivery(of, state, now), deliverAt, version: 1 };
}

/** The next version of a record, with a new state and perhaps another attempt. */
export function advance(
  delivery: Delivery,
  state: DeliveryState,
  now: number,
  attempts: readonly Attempt[] = delivery.attempts,
): Delivery {
  return { ...delivery, state, attempts, updatedAt: now, version: delivery.version + 1 };
}

export function hasEnded(state: DeliveryState): state is Ended {
  return state.status === 'succeeded' || state.status === 'failed' || state.status === 'canceled';
}

/** What a delivery goes back to when a manual attempt fails: set while such an attempt is on its way. */
export function resendOf(state: DeliveryState): Ended | undefined {
  return hasEnded(state) ? undefined : state.resend;
}

/** Whether the attempt that is waited for, or on its way, is one a person asked for. */
export function askedFor(state: DeliveryState): boolean {
  if (resendOf(state) !== undefined) return true;
  if (state.status === 'waiting') return state.manual === true;
  return state.status === 'sending' && state.lease.trigger === 'manual';
}

/** Attempts that used up a place in the retry schedule: not a person's, not those whose outcome we lost, and none without a request. */
export function countedAttempts(attempts: readonly Attempt[]): number {
  return attempts.filter(
    ({ trigger, outcome, error }) =>
      trigger !== 'manual' && outcome !== 'unknown' && error !== 'transformation_failed',
  ).length;
}
