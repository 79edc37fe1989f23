/** Every route of the API: what it needs, and which function answers it. */
import type { Scope } from '../../domain/failure.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** Parts in braces are parameters. */
  readonly path: string;
  /** What the key must be allowed to do; `open` needs none. */
  readonly scope: Scope | 'open';
}

const get = (path: string): Route => ({ method: 'GET', path, scope: 'read' });
const post = (path: string): Route => ({ method: 'POST', path, scope: 'manage' });
const patch = (path: string): Route => ({ method: 'PATCH', path, scope: 'manage' });
const remove = (path: string): Route => ({ method: 'DELETE', path, scope: 'manage' });

/** Answered by the publish function. */
export const PUBLISH_ROUTES = {
  publishEvent: { method: 'POST', path: '/v1/events', scope: 'publish' },
  publishBatch: { method: 'POST', path: '/v1/events/batch', scope: 'publish' },
} as const satisfies Readonly<Record<string, Route>>;

/** Answered by the api function, with a key. */
export const KEYED_ROUTES = {
  listEvents: get('/v1/events'),
  getEvent: get('/v1/events/{id}'),
  replayEvent: post('/v1/events/{id}/replay'),

  createEndpoint: post('/v1/endpoints'),
  listEndpoints: get('/v1/endpoints'),
  getEndpoint: get('/v1/endpoints/{id}'),
  updateEndpoint: patch('/v1/endpoints/{id}'),
  deleteEndpoint: remove('/v1/endpoints/{id}'),
  pauseEndpoint: post('/v1/endpoints/{id}/pause'),
  resumeEndpoint: post('/v1/endpoints/{id}/resume'),
  disableEndpoint: post('/v1/endpoints/{id}/disable'),
  enableEndpoint: post('/v1/endpoints/{id}/enable'),
  resetCircuit: post('/v1/endpoints/{id}/reset_circuit'),
  testEndpoint: post('/v1/endpoints/{id}/test'),
  rotateSecret: post('/v1/endpoints/{id}/rotate_secret'),
  listen: post('/v1/endpoints/{id}/listen'),

  createSubscription: post('/v1/subscriptions'),
  listSubscriptions: get('/v1/subscriptions'),
  getSubscription: get('/v1/subscriptions/{id}'),
  updateSubscription: patch('/v1/subscriptions/{id}'),
  deleteSubscription: remove('/v1/subscriptions/{id}'),

  /** A question: it changes nothing, and so needs no more than reading does. */
  testFilter: { method: 'POST', path: '/v1/filters/test', scope: 'read' },

  testTransformation: { method: 'POST', path: '/v1/transformations/test', scope: 'read' },

  createSource: post('/v1/sources'),
  listSources: get('/v1/sources'),
  getSource: get('/v1/sources/{id}'),
  updateSource: patch('/v1/sources/{id}'),
  deleteSource: remove('/v1/sources/{id}'),
  enableSource: post('/v1/sources/{id}/enable'),
  disableSource: post('/v1/sources/{id}/disable'),
  rotateSourceSecret: post('/v1/sources/{id}/rotate_secret'),

  listDeliveries: get('/v1/deliveries'),
  getDelivery: get('/v1/deliveries/{id}'),
  retryDelivery: post('/v1/deliveries/{id}/retry'),
  reportDelivery: post('/v1/deliveries/{id}/report'),

  listRequests: get('/v1/requests'),
  getRequest: get('/v1/requests/{id}'),

  getEgressIps: get('/v1/egress-ips'),
} as const satisfies Readonly<Record<string, Route>>;

/** Answered by the api function, to anyone. */
export const OPEN_ROUTES = {
  getHealth: { method: 'GET', path: '/v1/health', scope: 'open' },
  getOpenApi: { method: 'GET', path: '/v1/openapi.json', scope: 'open' },
} as const satisfies Readonly<Record<string, Route>>;

export const ROUTES = { ...PUBLISH_ROUTES, ...KEYED_ROUTES, ...OPEN_ROUTES };

export type PublishRouteName = keyof typeof PUBLISH_ROUTES;
export type KeyedRouteName = keyof typeof KEYED_ROUTES;
export type OpenRouteName = keyof typeof OPEN_ROUTES;
export type RouteName = keyof typeof ROUTES;
