/** The API as commands use it: plain `fetch`, answers typed by the API's own schemas. */
import type { DeliverySummaryView, DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';
import type { EventSummaryView } from '../../lambdas/contract/api/events.ts';
import type { EndpointHealthView } from '../../lambdas/contract/api/health.ts';
import type { PickedUpView, ReportFields } from '../../lambdas/contract/api/listen.ts';
import type { Problem } from '../../lambdas/contract/api/problem.ts';
import type { RequestSummaryView } from '../../lambdas/contract/api/requests.ts';
import type { SourceView } from '../../lambdas/contract/api/sources.ts';
import { CliError } from './cli.ts';
import type { GatewayAddress } from './gateway.ts';

export interface PublishedView {
  readonly id: string;
  readonly duplicate: boolean;
  readonly deliveries: readonly { readonly id: string; readonly endpoint_id: string }[];
}

export interface CreatedEndpointView extends EndpointView {
  /** Shown this once. */
  readonly secret: string;
}

/** A call to a source with what was sent. */
export interface RequestView extends RequestSummaryView {
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body?: string;
  readonly body_base64?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly pagination: { readonly next: string | null; readonly has_more: boolean };
}

export type Query = Readonly<Record<string, string | undefined>>;

/** Every call throws a `CliError` when the gateway refuses or can't be reached. */
export interface Client {
  publish(event: Readonly<Record<string, unknown>>): Promise<PublishedView>;
  endpoint(id: string): Promise<EndpointView>;
  /** The same, with its health. */
  endpointState(id: string): Promise<EndpointView & { readonly health: EndpointHealthView }>;
  endpoints(query: Query): Promise<Page<EndpointView>>;
  createEndpoint(endpoint: Readonly<Record<string, unknown>>): Promise<CreatedEndpointView>;
  deleteEndpoint(id: string): Promise<void>;
  changeEndpoint(id: string, action: EndpointAction): Promise<EndpointView>;
  events(query: Query): Promise<Page<EventSummaryView>>;
  /** `T`: what its type has as data. */
  event<T extends EventSummaryView>(id: string): Promise<T>;
  delivery(id: string): Promise<DeliveryView>;
  deliveries(query: Query): Promise<Page<DeliverySummaryView>>;
  retryDelivery(id: string): Promise<unknown>;
  /** Waits at the gateway while nothing is there. */
  listen(
    endpoint: string,
    wish: { readonly wait_seconds: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly PickedUpView[]>;
  report(delivery: string, report: ReportFields): Promise<DeliverySummaryView>;
  sources(query: Query): Promise<Page<SourceView>>;
  source(id: string): Promise<SourceView>;
  createSource(source: Readonly<Record<string, unknown>>): Promise<SourceView>;
  changeSource(id: string, action: 'enable' | 'disable'): Promise<SourceView>;
  rotateSourceSecret(id: string, fields: Readonly<Record<string, unknown>>): Promise<SourceView>;
  deleteSource(id: string): Promise<void>;
  requests(query: Query): Promise<Page<RequestSummaryView>>;
  request(id: string): Promise<RequestView>;
}

export type EndpointAction = 'pause' | 'resume' | 'enable' | 'disable';

export function createClient(gateway: GatewayAddress): Client {
  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await reach(gateway, method, path, body, signal);
    const text = await response.text();
    if (!response.ok) throw refused(gateway, response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  const id = encodeURIComponent;
  return {
    publish: (event) => call('POST', '/events', event),
    endpoint: (endpoint) => call('GET', `/endpoints/${id(endpoint)}`),
    endpointState: (endpoint) => call('GET', `/endpoints/${id(endpoint)}`),
    endpoints: (query) => call('GET', `/endpoints${queryText(query)}`),
    createEndpoint: (endpoint) => call('POST', '/endpoints', endpoint),
    deleteEndpoint: (endpoint) => call('DELETE', `/endpoints/${id(endpoint)}`),
    changeEndpoint: (endpoint, action) => call('POST', `/endpoints/${id(endpoint)}/${action}`),
    events: (query) => call('GET', `/events${queryText(query)}`),
    event: (event) => call('GET', `/events/${id(event)}`),
    delivery: (delivery) => call('GET', `/deliveries/${id(delivery)}`),
    deliveries: (query) => call('GET', `/deliveries${queryText(query)}`),
    retryDelivery: (delivery) => call('POST', `/deliveries/${id(delivery)}/retry`),
    listen: async (endpoint, wish, signal) => {
      const path = `/endpoints/${id(endpoint)}/listen`;
      return (await call<{ readonly data: readonly PickedUpView[] }>('POST', path, wish, signal)).data;
    },
    report: (delivery, report) => call('POST', `/deliveries/${id(delivery)}/report`, report),
    sources: (query) => call('GET', `/sources${queryText(query)}`),
    source: (source) => call('GET', `/sources/${id(source)}`),
    createSource: (source) => call('POST', '/sources', source),
    changeSource: (source, action) => call('POST', `/sources/${id(source)}/${action}`),
    rotateSourceSecret: (source, fields) => call('POST', `/sources/${id(source)}/rotate_secret`, fields),
    deleteSource: (source) => call('DELETE', `/sources/${id(source)}`),
    requests: (query) => call('GET', `/requests${queryText(query)}`),
    request: (request) => call('GET', `/requests/${id(request)}`),
  };
}

async function reach(
  gateway: GatewayAddress,
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(gateway.api + path, {
      method,
      headers: {
        authorization: `Bearer ${gateway.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    const fix = gateway.local ? 'Start it with "npm start".' : 'Check POSTHORN_API.';
    throw new CliError(`No gateway answers at ${gateway.api} (${causeOf(error)}). ${fix}`);
  }
}

/** `fetch` hides what happened one level down. */
function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? String(error);
}

function refused(gateway: GatewayAddress, status: number, text: string): CliError {
  const problem = parseProblem(text);
  if (problem === undefined) {
    return new CliError(`${gateway.api} answered ${status}, not as a gateway does. Check the address.`);
  }
  const request = problem.request_id === undefined ? '' : `, request ${problem.request_id}`;
  return new CliError(`${problem.detail} (${status} ${problem.code}${request})`, 1, problem);
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem>;
    return typeof value.detail === 'string' && typeof value.code === 'string'
      ? (value as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
