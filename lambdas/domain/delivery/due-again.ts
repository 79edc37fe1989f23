/** How a delivery comes to be due without an attempt's result: a claim is given back, or a person asks for another try. */
import { advance, askedFor, type Delivery, type DeliveryState, hasEnded } from './delivery.ts';
import { closeLostLease } from './lost-attempt.ts';

/**
 * Gives a claim back without an attempt: a fault of ours stopped the call before anything left. It is due when its
 * message comes back, and stays in the backlog, where its claim was: should a copy of the message have been
 * acknowledged, a wake finds it. Not before: each message that a drain sends while the fault lasts would be one more.
 * `where` is `queue` for a message that goes to the dead letters next: it says enough.
 */
export function releaseClaim(
  claimed: Delivery,
  now: number,
  dueAt: number,
  where: 'queue' | 'backlog',
): Delivery {
  return advance(claimed, dueAgain(claimed.state, where, askedFor(claimed.state), dueAt), now);
}

/**
 * A person wants another attempt, now. Undefined while one is on its way (then there is nothing to add);
 * one whose lease ran out is not: its worker is gone.
 */
export function requestResend(delivery: Delivery, now: number): Delivery | undefined {
  const { state } = delivery;
  if (state.status === 'sending' && state.lease.until > now) return undefined;
  const attempts = closeLostLease(delivery);
  // One that was never tried only comes earlier: its first attempt is the first, whoever asks.
  return advance(delivery, dueAgain(state, 'backlog', attempts.length > 0, now), now, attempts);
}

/**
 * Whether one more attempt was asked for at that moment or later, or has begun since by itself: then a repeat of the
 * request has nothing to add. An attempt that began before and was only recorded since is not what was asked for.
 */
export function isAskedForSince({ state, attempts }: Delivery, since: number): boolean {
  if (askedFor(state)) return true;
  const isOnItsWay = state.status === 'sending' && state.lease.startedAt >= since;
  return isOnItsWay || attempts.some(({ startedAt }) => startedAt >= since);
}

function dueAgain(
  before: DeliveryState,
  where: 'queue' | 'backlog',
  manual: boolean,
  dueAt: number,
): DeliveryState {
  const resend = hasEnded(before) ? before : before.resend;
  const why = resend !== undefined ? { resend } : manual ? ({ manual: true } as const) : {};
  return { status: 'waiting', dueAt, where, ...why };
}
