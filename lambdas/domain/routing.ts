/** Which endpoints get an event. Pure; the subscriptions come in. */

import type { MatchedEndpoints } from './event.ts';
import { matches } from './filter/evaluate.ts';
import { type FilterSubject, MAX_MATCHING_STEPS, type Meter } from './filter/filter.ts';
import { storedFilter } from './filter/stored.ts';
import { isOperational } from './operational-type.ts';
import { rewrites } from './rewrite/rewrite.ts';
import type { Subscription } from './subscription.ts';
import { typeMatches } from './type-matches.ts';

/** Full-stop delimited words, as in Standard Webhooks; hyphens too, since many providers use them. */
export const EVENT_TYPE_SHAPE = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
/** An event type, a prefix of one followed by `.*`, or `*` for all. */
export const EVENT_TYPE_PATTERN_SHAPE = /^(\*|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?)$/;
export const MAX_EVENT_TYPE_LENGTH = 128;

export interface Routable {
  readonly type: string;
  readonly owner?: string;
}

/**
 * By owner and type; its filter is asked apart. A project-wide subscription (no owner) gets every event; an owner's gets only that owner's. `*` leaves out events
 * about the gateway itself: receivers of business events are not asked to know them.
 */
export function subscriptionMatches(subscription: Subscription, event: Routable): boolean {
  if (subscription.owner !== undefined && subscription.owner !== event.owner) return false;
  const own = isOperational(event.type);
  return subscription.eventTypes.some(
    (pattern) => !(own && pattern === '*') && typeMatches(pattern, event.type),
  );
}

/** Why a subscription could not be asked; it then gets nothing. */
export interface FilterFault {
  readonly subscription: string;
  readonly why: 'over_budget' | 'unreadable';
}

/** Endpoint ids, each once, in the order of the subscriptions. */
export function matchEndpoints(...args: Parameters<typeof matchSubscriptions>): string[] {
  return [...matchSubscriptions(...args).keys()];
}

/**
 * By endpoint, the first of its subscriptions that lets the event through: that one says how it goes out. The others
 * have no say, or an event would go out twice.
 */
export function matchSubscriptions(
  subscriptions: Iterable<Subscription>,
  event: Routable,
  subject: FilterSubject,
  onFault?: (fault: FilterFault) => void,
): ReadonlyMap<string, Subscription> {
  const matched = new Map<string, Subscription>();
  // An owner's filters can't use up what those of the whole project need.
  const left = { owners: { steps: MAX_MATCHING_STEPS }, projects: { steps: MAX_MATCHING_STEPS } };
  for (const subscription of subscriptions) {
    if (matched.has(subscription.endpoint) || !subscriptionMatches(subscription, event)) continue;
    const meter = subscription.owner === undefined ? left.projects : left.owners;
    const passes = filterPasses(subscription, subject, meter);
    if (passes === true) matched.set(subscription.endpoint, subscription);
    else if (passes !== false) onFault?.({ subscription: subscription.id, why: passes });
  }
  return matched;
}

/** Matched endpoints as an event keeps them: with the subscriptions that have it go out rewritten, and no others. */
export function listedMatches(
  matched: ReadonlyMap<string, Subscription>,
  event: { readonly inbound?: unknown },
): MatchedEndpoints {
  const rewriting = [...matched.values()].filter((subscription) => rewrites(subscription, event));
  const via = Object.fromEntries(rewriting.map(({ endpoint, id }) => [endpoint, id]));
  return { endpoints: [...matched.keys()], ...(rewriting.length > 0 && { via }) };
}

/** Whether matching this event takes its body. Asked where the body has to be fetched first. */
export function matchingNeedsBody(subscriptions: Iterable<Subscription>, event: Routable): boolean {
  for (const subscription of subscriptions) {
    const { filter } = subscription;
    if (filter === undefined || !subscriptionMatches(subscription, event)) continue;
    if (storedFilter(subscription, filter)?.needsBody) return true;
  }
  return false;
}

function filterPasses(
  subscription: Subscription,
  subject: FilterSubject,
  meter: Meter,
): boolean | FilterFault['why'] {
  if (subscription.filter === undefined) return true;
  const filter = storedFilter(subscription, subscription.filter);
  return filter === undefined ? 'unreadable' : matches(filter, subject, meter);
}
