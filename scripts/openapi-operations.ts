/** Words and schemas of every route. A route of the table without an entry here does not compile. */
import * as z from 'zod/mini';
import * as deliveries from '../lambdas/contract/api/deliveries.ts';
import * as endpoints from '../lambdas/contract/api/endpoints.ts';
import * as events from '../lambdas/contract/api/events.ts';
import * as filters from '../lambdas/contract/api/filters.ts';
import * as gateway from '../lambdas/contract/api/gateway.ts';
import * as publish from '../lambdas/contract/api/publish.ts';
import * as requests from '../lambdas/contract/api/requests.ts';
import * as rewriting from '../lambdas/contract/api/rewriting.ts';
import type { RouteName } from '../lambdas/contract/api/routes.ts';
import * as subscriptions from '../lambdas/contract/api/subscriptions.ts';
import { ENDPOINT_OPERATIONS } from './openapi-endpoints.ts';
import { LISTEN_OPERATIONS } from './openapi-listen.ts';
import type { Operation } from './openapi-operation.ts';
import { SOURCE_OPERATIONS } from './openapi-sources.ts';

export const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  publishEvent: {
    tag: 'Events',
    summary: 'Publish an event',
    description:
      'A 202 means: stored, and its deliveries are queued. `uid` or an Idempotency-Key makes repeating safe.',
    body: publish.publishEvent,
    status: 202,
    answers: 'Accepted.',
    answer: events.published,
  },
  publishBatch: {
    tag: 'Events',
    summary: 'Publish up to 100 events',
    description: 'Each event gets its own verdict, in order: a bad one does not spoil the rest.',
    body: publish.publishBatch,
    status: 202,
    answers: 'Looked at; see each verdict.',
    answer: events.publishedBatch,
  },
  listEvents: {
    tag: 'Events',
    summary: 'List events',
    query: events.listEvents,
    status: 200,
    answers: 'A page, newest first.',
    answer: events.eventList,
  },
  getEvent: {
    tag: 'Events',
    summary: 'Get an event, with its body and its deliveries',
    status: 200,
    answers: 'The event.',
    answer: events.event,
  },
  replayEvent: {
    tag: 'Events',
    summary: 'Send an event again',
    description:
      'To all endpoints it went to, or to one of them. The same webhook-id, one more attempt each.',
    body: events.replayEvent,
    bodyMayBeEmpty: true,
    status: 202,
    answers: 'Queued.',
    answer: events.replayed,
  },

  ...ENDPOINT_OPERATIONS,

  createSubscription: {
    tag: 'Subscriptions',
    summary: 'Subscribe an endpoint to events by type and filter',
    body: subscriptions.createSubscription,
    status: 201,
    answers: 'Created.',
    answer: subscriptions.subscription,
  },
  listSubscriptions: {
    tag: 'Subscriptions',
    summary: 'List subscriptions',
    query: subscriptions.listSubscriptions,
    status: 200,
    answers: 'A page, newest first.',
    answer: subscriptions.subscriptionList,
  },
  getSubscription: {
    tag: 'Subscriptions',
    summary: 'Get a subscription',
    status: 200,
    answers: 'The subscription.',
    answer: subscriptions.subscription,
  },
  updateSubscription: {
    tag: 'Subscriptions',
    summary: 'Change a subscription',
    body: subscriptions.updateSubscription,
    status: 200,
    answers: 'Changed.',
    answer: subscriptions.subscription,
  },
  deleteSubscription: {
    tag: 'Subscriptions',
    summary: 'Delete a subscription',
    status: 204,
    answers: 'Deleted.',
  },

  testFilter: {
    tag: 'Subscriptions',
    summary: 'Ask whether a filter matches',
    description: 'A stored event (`event_id`), or what you send as `headers`, `query`, `path` and `body`.',
    body: filters.testFilter,
    status: 200,
    answers: 'Whether it does, and which clauses kept it from matching.',
    answer: filters.filterVerdict,
  },
  testTransformation: {
    tag: 'Subscriptions',
    summary: 'Ask what a transformation makes of an event',
    description:
      'A stored event (`event_id`), or what you send. Nothing is sent anywhere; a mistake in the expression is part of the answer.',
    body: rewriting.testTransformation,
    status: 200,
    answers: 'What would be sent, or what is wrong and where.',
    answer: rewriting.transformationVerdict,
  },

  ...SOURCE_OPERATIONS,

  listDeliveries: {
    tag: 'Deliveries',
    summary: 'List deliveries',
    query: deliveries.listDeliveries,
    status: 200,
    answers: 'A page, newest events first.',
    answer: deliveries.deliveryList,
  },
  getDelivery: {
    tag: 'Deliveries',
    summary: 'Get a delivery with all its attempts',
    status: 200,
    answers: 'The delivery.',
    answer: deliveries.delivery,
  },
  retryDelivery: {
    tag: 'Deliveries',
    summary: 'Try a delivery once more, now',
    description: 'If the attempt fails, the delivery is what it was before, one attempt richer.',
    body: endpoints.noFields,
    bodyMayBeEmpty: true,
    status: 202,
    answers: 'Queued.',
    answer: deliveries.retried,
  },

  ...LISTEN_OPERATIONS,

  listRequests: {
    tag: 'Requests',
    summary: 'List calls to sources, and refused messages of the publish queue',
    query: requests.listRequests,
    status: 200,
    answers: 'A page, newest first.',
    answer: requests.requestList,
  },
  getRequest: {
    tag: 'Requests',
    summary: 'Get a call or message with its verdict, headers and bytes',
    status: 200,
    answers: 'The request.',
    answer: requests.request,
  },

  getEgressIps: {
    tag: 'Gateway',
    summary: 'Addresses deliveries come from',
    description: 'For receivers that only let known addresses in.',
    status: 200,
    answers: 'The addresses.',
    answer: gateway.egressIps,
  },
  getHealth: {
    tag: 'Gateway',
    summary: 'Whether the API answers',
    status: 200,
    answers: 'It does.',
    answer: gateway.health,
  },
  getOpenApi: {
    tag: 'Gateway',
    summary: 'This document',
    status: 200,
    answers: 'OpenAPI 3.1.',
    answer: z.looseObject({ openapi: z.string() }),
  },
};
