import * as z from 'zod/mini';
import { MAX_TIMEOUT_SECONDS, MIN_TIMEOUT_SECONDS } from '../../domain/endpoint.ts';
import { MAX_MAX_IN_FLIGHT } from '../../domain/limits/in-flight.ts';
import { MAX_RATE_LIMIT, RATE_PERIODS } from '../../domain/limits/rate.ts';
import type { Hints } from './check.ts';
import { DESTINATION_HINTS, destination, shownDestination } from './destination.ts';
import { alertEmails, eventTypes, headers, idOf, ownerId, time } from './fields.ts';
import { filter } from './filters.ts';
import { endpointHealth } from './health.ts';
import { pageFields, pagination } from './lists.ts';
import { retryPolicy } from './retry.ts';
import { forward, transformation } from './rewriting.ts';
import { signingSecret } from './signing-secret.ts';
import { subscription } from './subscriptions.ts';

const MAX_DESCRIPTION_LENGTH = 500;

/** Judged by the project's egress policy where it is used. */
const url = z.string().check(
  z.meta({
    description: 'Where its deliveries go. https and a public host, unless the project allows more.',
    examples: ['https://example.com/webhooks'],
  }),
);
const description = z.string().check(z.maxLength(MAX_DESCRIPTION_LENGTH));
const listen = z.boolean().check(
  z.meta({
    description:
      'Nothing is sent to its URL, which may be `http://localhost:3000`: a machine picks its deliveries up with `/listen`.',
  }),
);
const timeoutSeconds = z
  .int()
  .check(
    z.gte(MIN_TIMEOUT_SECONDS),
    z.lte(MAX_TIMEOUT_SECONDS),
    z.meta({ description: 'One deadline over name, connection and answer.' }),
  );
const rateLimit = z
  .strictObject({
    limit: z.int().check(z.gte(1), z.lte(MAX_RATE_LIMIT)),
    per: z.enum(RATE_PERIODS),
  })
  .check(
    z.meta({
      id: 'RateLimit',
      description: 'At most so many requests in each period, retries among them. What exceeds it waits.',
      examples: [{ limit: 10, per: 'second' }],
    }),
  );
const maxInFlight = z.int().check(
  z.gte(1),
  z.lte(MAX_MAX_IN_FLIGHT),
  z.meta({
    description: 'At most so many requests on their way at once. What exceeds it waits.',
    examples: [5],
  }),
);
const BY_TYPE =
  'By event type or pattern (`invoice.*`), before `retry`. The exact type wins, then the longest pattern.';

export const createEndpoint = z
  .strictObject({
    url: z.optional(url),
    destination: z.optional(destination),
    listen: z.optional(listen),
    owner_id: z.optional(ownerId),
    description: z.optional(description),
    event_types: z.optional(eventTypes),
    filter: z.optional(filter),
    forward: z.optional(forward),
    transformation: z.optional(transformation),
    headers: z.optional(headers),
    timeout_seconds: z.optional(timeoutSeconds),
    rate_limit: z.optional(rateLimit),
    max_in_flight: z.optional(maxInFlight),
    alert_emails: z.optional(alertEmails),
    retry: z.optional(retryPolicy),
    retry_by_type: z.optional(z.record(z.string(), retryPolicy).check(z.meta({ description: BY_TYPE }))),
    secret: z.optional(signingSecret),
  })
  .check(z.meta({ id: 'CreateEndpoint' }));

/** Merge patch: null takes an optional field, or one header, away. */
export const updateEndpoint = z
  .strictObject({
    url: z.optional(url),
    destination: z.optional(destination),
    description: z.optional(z.nullable(description)),
    headers: z.optional(
      z
        .nullable(z.record(z.string(), z.nullable(z.string())))
        .check(z.meta({ description: 'Changes the headers named; null removes one.' })),
    ),
    timeout_seconds: z.optional(z.nullable(timeoutSeconds)),
    rate_limit: z.optional(z.nullable(rateLimit)),
    max_in_flight: z.optional(z.nullable(maxInFlight)),
    alert_emails: z.optional(z.nullable(alertEmails)),
    retry: z.optional(
      z
        .nullable(retryPolicy)
        .check(z.meta({ description: "Replaced whole; null goes back to the project's." })),
    ),
    retry_by_type: z.optional(
      z
        .nullable(z.record(z.string(), z.nullable(retryPolicy)))
        .check(z.meta({ description: 'Changes the patterns named; null removes one.' })),
    ),
  })
  .check(z.meta({ id: 'UpdateEndpoint' }));

export const CREATE_ENDPOINT_HINTS = DESTINATION_HINTS;
export const UPDATE_ENDPOINT_HINTS: Hints = {
  ...DESTINATION_HINTS,
  listen: 'it never changes; create another endpoint',
  owner_id: 'the owner of an endpoint never changes; create another endpoint',
  status: 'use the actions pause, resume, disable and enable',
  event_types: 'change its subscriptions: PATCH /v1/subscriptions/{id}',
  filter: 'change its subscriptions: PATCH /v1/subscriptions/{id}',
  forward: 'change its subscriptions: PATCH /v1/subscriptions/{id}',
  transformation: 'change its subscriptions: PATCH /v1/subscriptions/{id}',
  secret: 'use the action rotate_secret',
};

export const noFields = z.strictObject({}).check(z.meta({ id: 'NoFields' }));

export const listEndpoints = z.strictObject({ owner_id: z.optional(ownerId), ...pageFields });

const endpointFields = {
  id: idOf('ep', 'the endpoint'),
  url: z.nullable(url).check(z.meta({ description: 'null: it has a destination.' })),
  destination: z
    .nullable(shownDestination)
    .check(z.meta({ description: 'A receiver inside AWS; null: it has a URL.' })),
  listen,
  listened_at: z
    .nullable(time)
    .check(z.meta({ description: 'When a machine last asked for its deliveries, to about an hour.' })),
  owner_id: z.nullable(ownerId),
  description,
  status: z.enum(['enabled', 'paused', 'disabled']),
  disabled_reason: z.nullable(z.enum(['manual', 'gone', 'asked', 'failing'])).check(
    z.meta({
      description:
        '`gone`: the receiver answered 410. `asked`: it answered `webhook-delivery: disable`. `failing`: five days of nothing but failure.',
    }),
  ),
  headers,
  timeout_seconds: timeoutSeconds,
  rate_limit: z.nullable(rateLimit),
  max_in_flight: z.nullable(maxInFlight),
  alert_emails: z.nullable(alertEmails),
  retry: z
    .nullable(retryPolicy)
    .check(z.meta({ description: "null: the project's, or the default of ten attempts over three days." })),
  retry_by_type: z.record(z.string(), retryPolicy).check(z.meta({ description: BY_TYPE })),
  created_at: time,
  updated_at: time,
};

export const endpoint = z.object(endpointFields).check(z.meta({ id: 'Endpoint' }));
export const endpointWithSubscriptions = z
  .object({ ...endpointFields, subscriptions: z.array(subscription), health: endpointHealth })
  .check(z.meta({ id: 'EndpointWithSubscriptions' }));
export const createdEndpoint = z
  .object({
    ...endpointFields,
    subscriptions: z.array(subscription),
    secret: z.string().check(z.meta({ description: 'Shown this once.' })),
  })
  .check(z.meta({ id: 'CreatedEndpoint' }));
export const endpointList = z
  .object({ data: z.array(endpoint), pagination })
  .check(z.meta({ id: 'EndpointList' }));

export type CreateEndpointFields = z.output<typeof createEndpoint>;
export type EndpointPatch = z.output<typeof updateEndpoint>;
export type EndpointView = z.output<typeof endpoint>;
