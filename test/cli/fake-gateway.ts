/** A few routes of the API over real sockets, answering what a test puts there. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface FakeGateway {
  /** With `/v1`. */
  readonly api: string;
  readonly calls: readonly Call[];
  /** `POST /events`; a route without an answer is 404. */
  on(route: string, answer: Answer | ((call: Call) => Answer)): void;
  close(): void;
}

export async function aGateway(): Promise<FakeGateway> {
  const routes = new Map<string, (call: Call) => Answer>();
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const path = call.url.replace(/^\/v1/, '').replace(/\?.*$/, '');
    const { status = 200, body } = routes.get(`${call.method} ${path}`)?.(call) ?? NOTHING_THERE;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    on: (route, answer) => void routes.set(route, typeof answer === 'function' ? answer : () => answer),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export function aProblem(status: number, code: string, detail: string): Answer {
  return {
    status,
    body: {
      type: `urn:posthorn:problem:${code}`,
      title: '',
      status,
      code,
      detail,
      errors: [],
      request_id: 'r1',
    },
  };
}

const NOTHING_THERE = aProblem(404, 'not_found', 'There is nothing at that address.');

async function readCall(request: IncomingMessage): Promise<Call> {
  const body = await text(request);
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    authorization: request.headers.authorization,
    body: body === '' ? undefined : JSON.parse(body),
  };
}
