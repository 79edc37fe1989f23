/** Why a delivery is not on its way: a sentence for every reason to hold one or to give it up, and what to do. */
import type { HoldReason, StopReason } from './delivery.ts';

/** The switch is exhaustive: a new reason does not compile without words. */
export function explainHold(why: HoldReason): string {
  switch (why) {
    case 'endpoint_paused':
      return 'Its endpoint is paused. Resume it, and what it held goes out, oldest first.';
    case 'endpoint_disabled':
      return 'Its endpoint is disabled. Enable it, and what it held goes out, oldest first.';
    case 'circuit_open':
      return 'Its endpoint fails, so one delivery at a time finds out whether it works again. Then the rest follows, oldest first.';
    case 'awaiting_listener':
      return 'It waits for a machine to pick it up. Start the listener of its endpoint.';
    case 'slowed_down':
      return 'Its endpoint recovers, or asked us to slow down: what waits goes out at a pace, oldest first.';
    case 'transformation_failed':
      return "What its subscription makes of the event can't be sent. Change the subscription, and what it held goes out.";
  }
}

export function explainStop(reason: StopReason): string {
  switch (reason) {
    case 'exhausted':
      return 'All attempts of the retry policy are used up. Mend the cause and retry it.';
    case 'expired':
      return "The next attempt would come after the retry policy's maximum age. Mend the cause and retry it.";
    case 'not_retryable':
      return 'What ends like this is not tried again by itself. Mend the cause and retry it.';
    case 'endpoint_gone':
      return 'The receiver asked for nothing more, and its endpoint was disabled. Enable it and retry the delivery.';
    case 'endpoint_deleted':
      return 'Its endpoint was deleted. Publish the event again when there is another.';
    case 'event_expired':
      return 'Its event is no longer kept, so there is nothing to send. Publish it again.';
    case 'subscription_deleted':
      return 'The subscription that would have rewritten it was deleted. Publish the event again.';
    case 'receiver_aborted':
      return 'The receiver answered "webhook-delivery: abort-message", which asks for no more attempts. Retry it if it should not have.';
    case 'attempts_lost':
      return 'Workers died at it again and again, a fault of the gateway. Retry it once that is mended.';
  }
}
