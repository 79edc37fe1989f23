/**
 * Valid objects for tests, each with overrides. Deterministic: the same call gives the same object, and objects
 * that belong together by default share the project, event and endpoint named here.
 */
import { createHash } from 'node:crypto';
import type { DeliveryTask } from '../lambdas/contract/tasks.ts';
import type { Broker } from '../lambdas/domain/broker/broker.ts';
import type { Attempt, KeptResponse } from '../lambdas/domain/delivery/attempt.ts';
import type { Delivery, Lease, NewDelivery } from '../lambdas/domain/delivery/delivery.ts';
import type { HttpResult } from '../lambdas/domain/delivery/outcome.ts';
import type { Endpoint } from '../lambdas/domain/endpoint.ts';
import type { Event, EventToSend } from '../lambdas/domain/event.ts';
import { newHomedId, newId, type PlainPrefix, randomFrom } from '../lambdas/domain/ids.ts';
import { type ApiKey, formatKey, hashKey } from '../lambdas/domain/key.ts';
import { NO_ALLOWANCE, type Project } from '../lambdas/domain/project.ts';
import type { CallRequest, RejectedRequest } from '../lambdas/domain/request.ts';
import { formatSecret } from '../lambdas/domain/sign.ts';
import type { Source } from '../lambdas/domain/source.ts';
import type { Subscription } from '../lambdas/domain/subscription.ts';

/** Noon UTC on 23 November 2026: the "now" of tests that do not care which. */
export const NOW = Date.UTC(2026, 10, 23, 12);
export const A_DAY_AGO = NOW - 86_400_000;
export const HOME = { region: 'eu-central-1', shards: 4 } as const;

/** The id made for a name: `anId('ep', 'slow')` is always the same endpoint. */
export function anId(prefix: PlainPrefix, name = 'default', timeMs = A_DAY_AGO): string {
  return newId(prefix, timeMs, randomFrom(`${prefix} ${name}`));
}

export function anEventId(name = 'default', timeMs = NOW): string {
  return newHomedId('evt', timeMs, randomFrom(`evt ${name}`), HOME);
}

export function aRequestId(name = 'default', timeMs = NOW): string {
  return newHomedId('req', timeMs, randomFrom(`req ${name}`), HOME);
}

/** A valid `whsec_` secret made for a name. */
export function aSecret(name = 'default'): string {
  return formatSecret(createHash('sha256').update(`secret ${name}`).digest());
}

export const PROJECT_ID = anId('prj');
export const ENDPOINT_ID = anId('ep');
export const EVENT_ID = anEventId();
export const A_BODY: Uint8Array = Buffer.from('{"id":"inv_1","amount":4200}');

export function aProject(over: Partial<Project> = {}): Project {
  return {
    id: PROJECT_ID,
    name: 'Acme',
    operator: false,
    eventShards: HOME.shards,
    egress: NO_ALLOWANCE,
    cursorSecret: createHash('sha256')
      .update(`cursor ${over.id ?? PROJECT_ID}`)
      .digest('base64'),
    createdAt: A_DAY_AGO,
    ...over,
  };
}

/** A key and the token that opens it. */
export function aKey(over: Partial<ApiKey> = {}): { readonly key: ApiKey; readonly token: string } {
  const id = over.id ?? anId('key');
  const project = over.project ?? PROJECT_ID;
  const token = formatKey(project, id, createHash('sha256').update(`key ${id}`).digest());
  const key: ApiKey = {
    id,
    project,
    name: 'server',
    scopes: ['publish', 'manage'],
    hash: hashKey(token),
    createdAt: A_DAY_AGO,
    ...over,
  };
  return { key, token };
}

export function anEndpoint(over: Partial<Endpoint> = {}): Endpoint {
  return {
    id: ENDPOINT_ID,
    project: PROJECT_ID,
    url: 'https://receiver.example/hooks',
    description: '',
    status: 'enabled',
    timeoutSeconds: 15,
    headers: {},
    secrets: [{ key: aSecret() }],
    createdAt: A_DAY_AGO,
    updatedAt: A_DAY_AGO,
    version: 1,
    ...over,
  };
}

export function aSubscription(over: Partial<Subscription> = {}): Subscription {
  return {
    id: anId('sub'),
    project: PROJECT_ID,
    endpoint: ENDPOINT_ID,
    eventTypes: ['*'],
    createdAt: A_DAY_AGO,
    updatedAt: A_DAY_AGO,
    ...over,
  };
}

export function anEvent(over: Partial<Event> = {}): Event {
  return {
    id: EVENT_ID,
    project: PROJECT_ID,
    type: 'invoice.paid',
    source: 'api',
    contentType: 'application/json',
    headers: {},
    body: { at: 'inline', bytes: A_BODY },
    matches: { kind: 'listed', endpoints: [ENDPOINT_ID] },
    createdAt: NOW,
    ...over,
  };
}

export function anEventToSend(over: Partial<EventToSend> = {}): EventToSend {
  return {
    id: EVENT_ID,
    type: 'invoice.paid',
    contentType: 'application/json',
    headers: {},
    body: A_BODY,
    ...over,
  };
}

/** Which delivery: what tasks and plans know of one before it has a record. */
export function aNewDelivery(over: Partial<NewDelivery> = {}): NewDelivery {
  return { project: PROJECT_ID, event: EVENT_ID, endpoint: ENDPOINT_ID, type: 'invoice.paid', ...over };
}

export function aDeliveryTask(over: Partial<DeliveryTask> = {}): DeliveryTask {
  return { v: 1, ...aNewDelivery(), ...over };
}

export function aLease(over: Partial<Lease> = {}): Lease {
  return {
    token: 'lease-of-another-worker',
    until: NOW + 25_000,
    startedAt: NOW,
    trigger: 'retry',
    url: 'https://receiver.example/hooks',
    ...over,
  };
}

/** A delivery's record; by default it waits for its second attempt in the backlog, due in five minutes. */
export function aDelivery(over: Partial<Delivery> = {}): Delivery {
  return {
    ...aNewDelivery(),
    state: { status: 'waiting', dueAt: NOW + 300_000, where: 'backlog' },
    attempts: [anAttempt()],
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
    ...over,
  };
}

/** A first attempt answered with 503. */
export function anAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    trigger: 'first',
    startedAt: NOW,
    durationMs: 80,
    url: 'https://receiver.example/hooks',
    outcome: 'failed',
    error: 'gateway_error',
    statusCode: 503,
    address: '203.0.113.7',
    phases: { dns: 5, connect: 10, tls: 20, send: 1, wait: 40, read: 4 },
    response: aKeptResponse(),
    ...over,
  };
}

export function aKeptResponse(over: Partial<KeptResponse> = {}): KeptResponse {
  return {
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('try later'),
    truncated: false,
    ...over,
  };
}

/** What the wire gave: an answer with this status. */
export function anAnswer(
  statusCode: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array = new Uint8Array(),
): Extract<HttpResult, { kind: 'response' }> {
  return {
    kind: 'response',
    statusCode,
    response: { headers, body, truncated: false },
    durationMs: 80,
    phases: { dns: 5, connect: 10, tls: 20, send: 1, wait: 40, read: 4 },
    address: '203.0.113.7',
  };
}

/** What the wire gave: no answer. */
export function noAnswer(
  error: Extract<HttpResult, { kind: 'no_response' }>['error'] = 'connection_refused',
): Extract<HttpResult, { kind: 'no_response' }> {
  return { kind: 'no_response', error, durationMs: 12, phases: { dns: 5 } };
}

export function aRejectedRequest(over: Partial<RejectedRequest> = {}): RejectedRequest {
  return {
    id: aRequestId(),
    project: PROJECT_ID,
    source: 'queue',
    messageId: '5fea7756-0ea4-451a-a703-a558b933e274',
    verdict: 'rejected',
    reason: 'invalid',
    errors: [{ field: 'type', code: 'required', detail: 'name the event type' }],
    body: Buffer.from('{}'),
    truncated: false,
    receivedAt: NOW,
    ...over,
  };
}

export function aCallRequest(over: Partial<CallRequest> = {}): CallRequest {
  return {
    id: aRequestId(),
    project: PROJECT_ID,
    source: 'http',
    sourceId: anId('src'),
    verdict: 'rejected',
    reason: 'signature_mismatch',
    detail: 'No signature fits the body.',
    status: 401,
    method: 'POST',
    path: '/orders',
    query: 'a=1',
    address: '198.51.100.7',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"a":1}'),
    truncated: false,
    receivedAt: NOW,
    ...over,
  };
}

export function aBroker(over: Partial<Broker> = {}): Broker {
  return {
    name: 'orders',
    kind: 'sqs',
    at: 'arn:aws:sqs:eu-west-1:123456789012:orders',
    project: PROJECT_ID,
    eventType: { from: 'constant', value: 'order.changed' },
    ...over,
  };
}

export function aSource(over: Partial<Source> = {}): Source {
  return {
    id: anId('src'),
    project: PROJECT_ID,
    name: 'GitHub',
    status: 'enabled',
    verification: { preset: 'github' },
    secrets: [{ key: 'it is a secret' }],
    eventType: { from: 'header', path: 'x-github-event', prefix: 'github' },
    deduplication: { by: 'auto', windowSeconds: 72 * 3600 },
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
    ...over,
  };
}
