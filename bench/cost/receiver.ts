/** A receiver as most are: a small web application that answers 200 and a few dozen bytes. Some of its first answers fail. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Failing {
  /** Of so many events the first attempt of one is answered 503. */
  readonly oneIn: number;
  /** Asked for in `Retry-After`, in seconds. */
  readonly retryAfter?: number;
}

export interface CostReceiver {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** From now on. */
  fail(failing: Failing | undefined): void;
  /** While it is down every call is answered 503. */
  down(isDown: boolean): void;
  /** Calls, and those answered 200, since the last time. */
  take(): { readonly calls: number; readonly succeeded: number };
  close(): void;
}

export async function startReceiver(): Promise<CostReceiver> {
  const seen = new Set<string>();
  const endpoints = new Map<string, EndpointCount>();
  let failing: Failing | undefined;
  let isDown = false;
  let calls = 0;
  let succeeded = 0;
  const server = createServer((request, response) => {
    calls++;
    const key = `${request.url} ${request.headers['webhook-id']}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    const fails =
      isDown || (failing !== undefined && isFirst && failsNext(endpoints, request.url!, failing.oneIn));
    if (!fails) succeeded++;
    request.resume().on('end', () => answer(response, fails, failing?.retryAfter));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(next) {
      failing = next;
      seen.clear();
      endpoints.clear();
    },
    down(next) {
      isDown = next;
    },
    take() {
      const taken = { calls, succeeded };
      calls = 0;
      succeeded = 0;
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The headers a common web framework sends. */
interface EndpointCount {
  readonly index: number;
  events: number;
}

/** Every so manieth endpoint has all the failures, so much more often: they come from some receivers, not from all. */
const FAILING_ENDPOINTS = 4;

/** Evenly among an endpoint's events: at four in ten it fails often, and its circuit stays closed. */
function failsNext(endpoints: Map<string, EndpointCount>, endpoint: string, oneIn: number): boolean {
  const count = endpoints.get(endpoint) ?? { index: endpoints.size, events: 0 };
  endpoints.set(endpoint, count);
  const turn = (count.events++ * FAILING_ENDPOINTS) % oneIn;
  return count.index % FAILING_ENDPOINTS === 0 && turn < FAILING_ENDPOINTS;
}

function answer(response: ServerResponse, fails: boolean, retryAfter: number | undefined): void {
  const body = fails ? '{"error":"Service Unavailable"}' : '{"received":true}';
  response.setHeader('X-Powered-By', 'Express');
  response.setHeader('X-Request-Id', randomUUID());
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.setHeader('ETag', 'W/"11-+Jv5uRyL0fqY6VAmG0pWm2jmGDk"');
  if (fails && retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  response.statusCode = fails ? 503 : 200;
  response.end(body);
}
