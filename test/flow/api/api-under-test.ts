/** The whole API over memory adapters: what a caller sees is what comes back from the real router. */
import type { Context } from 'aws-lambda';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { inProcessTransformer } from '../../../lambdas/adapters/jsonata/in-process.ts';
import { memoryAlerts } from '../../../lambdas/adapters/memory/alerts.ts';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryHealth } from '../../../lambdas/adapters/memory/health.ts';
import { memoryIdempotency } from '../../../lambdas/adapters/memory/idempotency.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryMailStatus } from '../../../lambdas/adapters/memory/mail.ts';
import { memoryAlertQueue } from '../../../lambdas/adapters/memory/own-events.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRateMeter } from '../../../lambdas/adapters/memory/rate.ts';
import { memoryRequests } from '../../../lambdas/adapters/memory/requests.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import { memoryWebhookStatus } from '../../../lambdas/adapters/memory/webhook-status.ts';
import { problem } from '../../../lambdas/contract/api/problem.ts';
import { ROUTES } from '../../../lambdas/contract/api/routes.ts';
import { NO_OWN_PLACES } from '../../../lambdas/domain/egress/url.ts';
import type { FieldError, Scope } from '../../../lambdas/domain/failure.ts';
import type { KeyRate } from '../../../lambdas/domain/limits/key-rate.ts';
import type { Project } from '../../../lambdas/domain/project.ts';
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { publishUseCases } from '../../../lambdas/flow/api/publish-events.ts';
import { type ApiDeps, apiUseCases, openUseCases } from '../../../lambdas/flow/api/use-cases.ts';
import { createAuthenticator } from '../../../lambdas/flow/authenticate.ts';
import { createKeyLimiter } from '../../../lambdas/flow/limit-keys.ts';
import { createMatcher } from '../../../lambdas/flow/publish/match.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import { httpApi } from '../../../lambdas/middleware/http-api.ts';
import type { HttpEvent } from '../../../lambdas/middleware/http-event.ts';
import { createRouter } from '../../../lambdas/middleware/router.ts';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import type { AssumeRole } from '../../../lambdas/ports/destinations.ts';
import { OPERATIONS } from '../../../scripts/openapi-operations.ts';
import { aKey, anId, aProject, HOME, NOW, PROJECT_ID } from '../../factories.ts';

/** The fields tests ask an answer for; which of them it has depends on the route. */
export interface Json {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly code: string;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly previous_secrets_sign_until: string | null;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly duplicate: boolean;
  readonly data: readonly Json[];
  readonly results: readonly (Json & { readonly error?: Json })[];
  readonly deliveries: readonly { readonly id: string; readonly endpoint_id: string }[];
  readonly subscriptions: readonly Json[];
  readonly attempts: readonly unknown[];
  readonly errors: readonly FieldError[];
  readonly pagination: { readonly limit: number; readonly next: string | null; readonly has_more: boolean };
  readonly coverage: { readonly from: string; readonly to: string };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body, parsed; tests know its shape. */
  readonly json: Json;
}

export interface Request {
  readonly key?: string | undefined;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly base64?: boolean;
  /** The body is base64 already. */
  readonly rawBase64?: boolean;
}

const router = createRouter(ROUTES);

/** What the settings of the gateway under test let endpoints name. */
export const A_QUEUE_ARN = 'arn:aws:sqs:eu-west-1:123456789012:orders';
export const A_ROLE_ARN = 'arn:aws:iam::210987654321:role/posthorn';
export const OTHER_PROJECT_ID = anId('prj', 'other');

/** The same with every answer, so that tests may compare answers. */
const UNLIMITED = { admitted: true, allowance: { limit: 1, remaining: 1, resetSeconds: 0 } } as const;

/** An STS by which a role is taken on by whoever it trusts. */
export function trusting(clock: Clock, isTrusted: (externalId: string) => boolean): AssumeRole {
  return async (_, externalId) => {
    if (isTrusted(externalId)) {
      const keys = { accessKeyId: 'theirs', secretAccessKey: 'secret', sessionToken: 'session' };
      return { ...keys, expiresAt: clock.now() + 3_600_000 };
    }
    const $metadata = { httpStatusCode: 403 };
    throw Object.assign(new Error('not authorized'), { name: 'AccessDenied', $metadata });
  };
}

/** `faults` replace parts of what the API stands on. Keys have a limit when one is given. */
export async function anApi(faults: Partial<ApiDeps> = {}, keyRate?: KeyRate) {
  const clock = memoryClock(NOW);
  const config = memoryConfig();
  const events = memoryEvents();
  const deliveries = memoryDeliveries();
  const queues = memoryQueues();
  const requests = memoryRequests();
  const log = memoryLog();
  const health = memoryHealth();
  const random = seededRandom(1);
  const reviews = memoryWakeLedger();
  const alertQueue = memoryAlertQueue();
  const mailStatus = memoryMailStatus();
  const webhookStatus = memoryWebhookStatus();
  const notices = createAlertNotices({ clock, log, reviews, alertQueue, alerts: memoryAlerts() });
  const matcher = createMatcher(config, clock, log);
  const ledger = memoryWakeLedger();
  const timer = memoryWakeTimer();
  const deps = {
    clock,
    random,
    patience: { sleep: async (ms: number) => clock.advance(ms) },
    log,
    health,
    notices,
    region: HOME.region,
    retentionDays: 30,
    endpoints: config,
    subscriptions: config,
    sources: config,
    inboundUrl: 'https://hooks.example.com/in',
    own: NO_OWN_PLACES,
    transformer: inProcessTransformer(),
    destinationAccess: { region: HOME.region, destinations: [A_QUEUE_ARN], roles: [A_ROLE_ARN] },
    // Of roles whose trust policies are as they should be.
    assumeRole: trusting(clock, (externalId) => !externalId.endsWith('nobody')),
    idempotency: memoryIdempotency(),
    events,
    bodies: memoryBodies(),
    chunks: events,
    deliveries,
    lister: deliveries,
    backlog: deliveries,
    responses: deliveries,
    requests,
    ledger,
    wakes: createWakeArmer({ clock, log, ledger, timer }),
    deliveryQueue: queues,
    fanoutQueue: queues,
    wakeQueue: queues,
    egressIps: ['203.0.113.10'],
    matcher,
    ...faults,
  };
  const rates = memoryRateMeter();
  const limitKey = keyRate ? createKeyLimiter({ rate: keyRate, rates, clock, log }) : async () => UNLIMITED;
  const handler = httpApi({
    log,
    authenticate: createAuthenticator({ keys: config, projects: config, clock }),
    limitKey,
    useCases: { ...publishUseCases(deps), ...apiUseCases(deps) },
    openUseCases: openUseCases({ openapi: '3.1.1' }, { clock, mails: true, mailStatus, webhookStatus }),
  });

  async function keyFor(project: Partial<Project>, scopes: readonly Scope[]): Promise<string> {
    const made = aProject(project);
    await config.createProject(made);
    const { key, token } = aKey({ id: anId('key', `${made.id} ${scopes}`), project: made.id, scopes });
    await config.createKey(key);
    return token;
  }

  const key = await keyFor({}, ['publish', 'manage']);

  async function send(method: string, target: string, request: Request = {}): Promise<Reply> {
    const response = await handler(anHttpEvent(method, target, { key, ...request }), {} as Context);
    const text = response.body ?? '';
    expectAsDocumented(method, target, response.statusCode!, text);
    return {
      status: response.statusCode!,
      headers: response.headers as Record<string, string>,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  }

  return {
    send,
    clock,
    config,
    events,
    deliveries,
    health,
    queues,
    requests,
    log,
    timer,
    ledger,
    reviews,
    alertQueue,
    mailStatus,
    key,
    keyFor,
    project: PROJECT_ID,
  };
}

/** Every answer in every test is compared with what the OpenAPI document says of its route. */
function expectAsDocumented(method: string, target: string, status: number, text: string): void {
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  if (status >= 400) {
    expect(z.parse(problem, json)).toEqual(json);
    return;
  }
  const match = router(method, target.split('?')[0]!);
  if (!match.ok) throw new Error(`no route for ${method} ${target}`);
  const documented = OPERATIONS[match.value.name];
  expect(status).toBe(documented.status);
  if (documented.answer === undefined) expect(json).toBeUndefined();
  else expect(z.parse(documented.answer, json)).toEqual(json);
}

export type Api = Awaited<ReturnType<typeof anApi>>;

/** What API Gateway hands to a function, payload 2.0. */
export function anHttpEvent(method: string, target: string, request: Request = {}): HttpEvent {
  const [rawPath = '', rawQueryString = ''] = target.split('?');
  const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
  const headers = {
    ...(request.key !== undefined && { authorization: `Bearer ${request.key}` }),
    ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
    ...request.headers,
  };
  const time = { time: '23/Nov/2026:12:00:00 +0000', timeEpoch: NOW };
  const account = { accountId: '1', apiId: 'a', domainName: 'api.example', domainPrefix: 'api' };
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    requestContext: {
      ...account,
      ...time,
      http,
      requestId: 'req-1',
      routeKey: '$default',
      stage: '$default',
    },
    ...(body !== undefined && { body: request.base64 ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: request.base64 ?? request.rawBase64 ?? false,
  };
}

/** An endpoint made over the API. */
export async function createdEndpoint(api: Api, fields: object = {}, key = api.key): Promise<Reply['json']> {
  const reply = await api.send('POST', '/v1/endpoints', {
    key,
    body: { url: 'https://hooks.example.com/in', ...fields },
  });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.json;
}

/** An event published over the API. */
export async function publishedEvent(api: Api, fields: object = {}, key = api.key): Promise<Reply['json']> {
  api.clock.advance(1);
  const body = { type: 'invoice.paid', data: { id: 'inv_1' }, ...fields };
  const reply = await api.send('POST', '/v1/events', { key, body });
  if (reply.status !== 202) throw new Error(reply.text);
  return reply.json;
}
