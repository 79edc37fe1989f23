import * as z from 'zod/mini';
import type { Hints } from './check.ts';
import { eventTypes, idOf, ownerId, time } from './fields.ts';
import { filter, shownFilter } from './filters.ts';
import { pageFields, pagination } from './lists.ts';
import { forward, shownForward, transformation } from './rewriting.ts';

export const createSubscription = z
  .strictObject({
    endpoint_id: idOf('ep', 'the endpoint it feeds'),
    event_types: z.optional(eventTypes),
    filter: z.optional(filter),
    forward: z.optional(forward),
    transformation: z.optional(transformation),
  })
  .check(z.meta({ id: 'CreateSubscription' }));

/** A filter is replaced whole: a merged one would be neither the old nor the new. */
export const updateSubscription = z
  .strictObject({
    event_types: z.optional(eventTypes),
    filter: z.optional(filter),
    forward: z.optional(forward),
    transformation: z.optional(transformation),
  })
  .check(z.meta({ id: 'UpdateSubscription' }));

export const UPDATE_SUBSCRIPTION_HINTS: Hints = {
  endpoint_id: 'a subscription stays with its endpoint; create another subscription',
  owner_id: 'a subscription has the owner of its endpoint',
};

export const listSubscriptions = z.strictObject({
  endpoint_id: z.optional(idOf('ep', 'the endpoint')),
  owner_id: z.optional(ownerId),
  ...pageFields,
});

export const subscription = z
  .object({
    id: idOf('sub', 'the subscription'),
    endpoint_id: idOf('ep', 'the endpoint it feeds'),
    owner_id: z.nullable(ownerId),
    event_types: eventTypes,
    filter: z.nullable(shownFilter),
    forward: shownForward,
    transformation,
    created_at: time,
    updated_at: time,
  })
  .check(z.meta({ id: 'Subscription' }));

export const subscriptionList = z
  .object({ data: z.array(subscription), pagination })
  .check(z.meta({ id: 'SubscriptionList' }));

export type SubscriptionView = z.output<typeof subscription>;
