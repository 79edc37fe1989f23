/** Words and schemas of the routes about endpoints. */
import * as endpoints from '../lambdas/contract/api/endpoints.ts';
import * as events from '../lambdas/contract/api/events.ts';
import type { KeyedRouteName } from '../lambdas/contract/api/routes.ts';
import { rotatedSecret, rotateSecret } from '../lambdas/contract/api/signing-secret.ts';
import type { Operation } from './openapi-operation.ts';

type Name = Extract<KeyedRouteName, `${string}Endpoint${string}` | 'rotateSecret' | 'resetCircuit'>;

const action = {
  tag: 'Endpoints',
  body: endpoints.noFields,
  bodyMayBeEmpty: true,
  status: 200,
  answer: endpoints.endpoint,
} as const;

export const ENDPOINT_OPERATIONS: Readonly<Record<Name, Operation>> = {
  createEndpoint: {
    tag: 'Endpoints',
    summary: 'Create an endpoint',
    description:
      'With its first subscription (`event_types`, all by default, and `filter`). Shows its signing secret, this once.',
    body: endpoints.createEndpoint,
    status: 201,
    answers: 'Created.',
    answer: endpoints.createdEndpoint,
  },
  listEndpoints: {
    tag: 'Endpoints',
    summary: 'List endpoints',
    query: endpoints.listEndpoints,
    status: 200,
    answers: 'A page, newest first.',
    answer: endpoints.endpointList,
  },
  getEndpoint: {
    tag: 'Endpoints',
    summary: 'Get an endpoint, its subscriptions and how it is doing',
    status: 200,
    answers: 'The endpoint.',
    answer: endpoints.endpointWithSubscriptions,
  },
  updateEndpoint: {
    tag: 'Endpoints',
    summary: 'Change an endpoint',
    description: 'A merge patch: what is not named stays, null takes away.',
    body: endpoints.updateEndpoint,
    status: 200,
    answers: 'Changed.',
    answer: endpoints.endpoint,
  },
  deleteEndpoint: {
    tag: 'Endpoints',
    summary: 'Delete an endpoint and its subscriptions',
    description: 'Deliveries that wait for it are canceled.',
    status: 204,
    answers: 'Deleted.',
  },
  pauseEndpoint: {
    ...action,
    summary: 'Hold deliveries to an endpoint',
    answers: 'Paused. Nothing is lost: deliveries wait.',
  },
  resumeEndpoint: {
    ...action,
    summary: 'Resume a paused endpoint',
    answers: 'Enabled. What was held goes out, oldest first.',
  },
  disableEndpoint: { ...action, summary: 'Disable an endpoint', answers: 'Disabled. Deliveries are held.' },
  enableEndpoint: {
    ...action,
    summary: 'Enable a disabled or paused endpoint',
    answers: 'Enabled. What was held goes out, oldest first.',
  },
  resetCircuit: {
    ...action,
    summary: 'Forget that an endpoint failed',
    description:
      'For a receiver that was mended: its circuit closes at once, and what waits goes out at a growing pace.',
    answers: 'Its failures are forgotten.',
  },
  testEndpoint: {
    tag: 'Endpoints',
    summary: 'Send a test event to an endpoint',
    description: 'An event of type `posthorn.test` for this endpoint alone, whatever it subscribes to.',
    body: endpoints.noFields,
    bodyMayBeEmpty: true,
    status: 202,
    answers: 'Queued.',
    answer: events.published,
  },
  rotateSecret: {
    tag: 'Endpoints',
    summary: 'Give an endpoint a new signing secret',
    description:
      'The old one signs beside it for `overlap_seconds`, so that no delivery is refused meanwhile.',
    body: rotateSecret,
    bodyMayBeEmpty: true,
    status: 200,
    answers: 'Rotated.',
    answer: rotatedSecret,
  },
};
