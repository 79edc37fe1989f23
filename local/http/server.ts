/** API Gateway's stand-in: the template's routes, each answered by its function. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LocalFunction } from '../runtime/function.ts';
import type { RouteSpec } from '../template/stack.ts';
import { gatewayAnswer, type HttpAnswer, type HttpRequest, toAnswer, toEvent } from './event.ts';
import { toRestEvent } from './rest-event.ts';
import { type Match, routeTable } from './routes.ts';

/** What API Gateway takes at most. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface HttpApi {
  /** Not yet listening. Answers 503 until routes are opened. */
  readonly server: Server;
  /**
   * @param seen is told every answer of a function, e.g. to learn the secrets it hands out
   */
  open(routes: readonly RouteSpec[], fn: (name: string) => LocalFunction, seen: SeenAnswer): void;
}

export type SeenAnswer = (request: HttpRequest, answer: HttpAnswer) => void;
type Handle = (request: HttpRequest) => Promise<HttpAnswer>;

export function httpApi(): HttpApi {
  let handle: Handle = async () => gatewayAnswer(503, 'Service Unavailable');
  const server = createServer((incoming, response) => {
    void answer(incoming, response, (request) => handle(request));
  });
  server.keepAliveTimeout = 60_000;
  return {
    server,
    open: (routes, fn, seen) => {
      const match = routeTable(routes);
      handle = async (request) => {
        // As it was sent, like the function sees it: a parser would take `//x` for a host, and resolve `..`.
        const matched = match(request.method, request.url.split('?')[0]!);
        if (matched === undefined) return gatewayAnswer(404, 'Not Found');
        const given = await call(fn(matched.route.functionName), request, matched);
        seen(request, given);
        return given;
      };
    },
  };
}

async function answer(incoming: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) return;
  const url = incoming.url ?? '/';
  const request = {
    method: incoming.method ?? 'GET',
    url,
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    sourceIp: incoming.socket.remoteAddress ?? '',
  };
  const given = await answerTo(url, body, (bytes) => handle({ ...request, body: bytes }));
  response.writeHead(given.status, { ...given.headers, 'content-length': given.body.length });
  response.end(given.body);
}

async function answerTo(
  url: string,
  body: Buffer | 'too large',
  handle: (body: Buffer) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  if (body === 'too large') return gatewayAnswer(413, 'Request Entity Too Large');
  // `*`, and the whole URLs that proxies are sent.
  if (!url.startsWith('/')) return gatewayAnswer(400, 'Bad Request');
  return handle(body).catch(() => gatewayAnswer(500, 'Internal Server Error'));
}

/** Undefined when the caller went away. A body over the limit is read to its end, so that the answer can be read. */
function readBody(incoming: IncomingMessage): Promise<Buffer | 'too large' | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    incoming.on('end', () => resolve(size > MAX_BODY_BYTES ? 'too large' : Buffer.concat(chunks, size)));
    incoming.on('error', () => resolve(undefined));
  });
}

async function call(fn: LocalFunction, request: HttpRequest, match: Match): Promise<HttpAnswer> {
  const moment = { requestId: randomUUID(), now: Date.now() };
  const { stage } = match.route;
  const event =
    stage === undefined ? toEvent(request, match, moment) : toRestEvent(request, match, stage, moment);
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, match.route.timeoutMs, late);
  });
  try {
    const result = await Promise.race([fn.invoke(event), timeout]);
    return result === late ? gatewayAnswer(503, 'Service Unavailable') : toAnswer(result);
  } catch {
    return gatewayAnswer(500, 'Internal Server Error');
  } finally {
    clearTimeout(timer);
  }
}
