/** Which endpoints get an event. Pure; the subscriptions come in. */
import { isOperational } from './operational-type.ts';
import type { Subscription } from './subscription.ts';

/** Full-stop delimited words, as in Standard Webhooks; hyphens too, since many providers use them. */
export const EVENT_TYPE_SHAPE = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
/** An event type, a prefix of one followed by `.*`, or `*` for all. */
export const EVENT_TYPE_PATTERN_SHAPE = /^(\*|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?)$/;
export const MAX_EVENT_TYPE_LENGTH = 128;

export interface Routable {
  readonly type: string;
  readonly owner?: string;
}

/** `invoice.*` matches `invoice.paid` and `invoice.item.added`, not `invoice` and not `invoices.paid`. */
export function typeMatches(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('.*')) return type.startsWith(pattern.slice(0, -1));
  return pattern === type;
}

/**
 * A project-wide subscription (no owner) gets every event; an owner's gets only that owner's. `*` leaves out events
 * about the gateway itself: receivers of business events are not asked to know them.
 */
export function subscriptionMatches(subscription: Subscription, event: Routable): boolean {
  if (subscription.owner !== undefined && subscription.owner !== event.owner) return false;
  const own = isOperational(event.type);
  return subscription.eventTypes.some(
    (pattern) => !(own && pattern === '*') && typeMatches(pattern, event.type),
  );
}

/** Endpoint ids, each once, in the order of the subscriptions. */
export function matchEndpoints(subscriptions: Iterable<Subscription>, event: Routable): string[] {
  const endpoints = new Set<string>();
  for (const subscription of subscriptions) {
    if (subscriptionMatches(subscription, event)) endpoints.add(subscription.endpoint);
  }
  return [...endpoints];
}
