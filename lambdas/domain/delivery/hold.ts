/** Why a delivery is held back, and when its message looks at it again. What holds it is mended by somebody else. */
import type { Endpoint } from '../endpoint.ts';
import type { DeliveryState, HoldReason } from './delivery.ts';

/**
 * A delivery that is held is looked at once more after this long, before its message goes. Whoever enables the
 * endpoint releases what the backlog's index shows by then; this look finds what was held at that very moment:
 * by a worker whose cached endpoint was still paused, or by a write the index had not followed yet.
 */
export const HELD_SECOND_LOOK_MS = 30_000;
/**
 * While probes follow each other and none can be recorded, it would look after each, up to the dead letters. By then the
 * index has followed long ago, and the endpoint's wakes find it there.
 */
const MOST_LOOKS = 8;
/** So long after a subscription was changed a worker may hold a delivery for what it was before. */
const STALE_REWRITING_MS = 30_000;

/** What of the endpoint's own settings keeps a delivery from going out now. */
export function whyNotNow(
  endpoint: Endpoint | undefined,
  isPickedUp: boolean,
): HoldReason | 'deleted' | undefined {
  if (endpoint === undefined) return 'deleted';
  switch (endpoint.status) {
    case 'enabled':
      return endpoint.listener !== undefined && !isPickedUp ? 'awaiting_listener' : undefined;
    case 'paused':
      return 'endpoint_paused';
    case 'disabled':
      return 'endpoint_disabled';
  }
}

/**
 * Whatever brings its task here: only a change of its subscription is a reason to rewrite it again. `mended` is when
 * that was, `heldAt` when it was held, in milliseconds.
 */
export function staysHeld(state: DeliveryState, heldAt: number, mended: number | undefined): boolean {
  if (state.status !== 'held' || state.why !== 'transformation_failed') return false;
  return mended === undefined || heldAt > mended + STALE_REWRITING_MS;
}

/** Both end with the endpoint's recovery: not worth a write to tell them apart. */
export function isSameHold(held: HoldReason, why: HoldReason): boolean {
  const isUnwell = (one: HoldReason): boolean => one === 'circuit_open' || one === 'slowed_down';
  return held === why || (isUnwell(held) && isUnwell(why));
}

export interface HeldMessage {
  readonly now: number;
  /** How often the queue has handed it out, from 1. */
  readonly receives: number;
  readonly firstReceivedAt: number;
  /** Nobody may come to wake the delivery before then, so its message has to look itself. */
  readonly lookAt: number | undefined;
}

/** In how many milliseconds the message of a delivery that is still held looks again; undefined: it may go. */
export function lookAgainInMs(why: HoldReason, message: HeldMessage): number | undefined {
  const { now, lookAt = now } = message;
  // No wake releases it, so nothing could have passed it by.
  if (why === 'awaiting_listener') return undefined;
  if (now - message.firstReceivedAt < HELD_SECOND_LOOK_MS) return HELD_SECOND_LOOK_MS;
  return lookAt > now && message.receives < MOST_LOOKS ? lookAt - now : undefined;
}
