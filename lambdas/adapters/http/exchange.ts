/** One request and what came back, on a connection the agent provides. Ends exactly once, at the deadline at the latest. */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HttpResult } from '../../domain/delivery/outcome.ts';
import type { DeliveryMethod } from '../../domain/rewrite/forward.ts';
import type { GuardedAgent, GuardedRequest } from './agent.ts';
import { type Cause, classify, classifyDeadline } from './classify.ts';
import { type Dialling, RefusedByPolicy } from './dial.ts';
import { keepBody, keepHeaders } from './keep.ts';
import type { Trace } from './trace.ts';

export interface Exchange {
  readonly dialling: Dialling;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly method: DeliveryMethod;
  /** Of the response; more is cut off. */
  readonly keepBytes?: number;
}

/** `again`: a kept-alive connection turned out closed before the request could be written; use a fresh one. */
export type Ended = HttpResult | { readonly kind: 'again' };

const MAX_HEADER_BYTES = 16 * 1024;
/** The status has decided by then; a slow body must not hold the place of another delivery. */
const MAX_BODY_WAIT_MS = 2000;
/** Interim answers (1xx) before the answer. A flood of them would keep the process from every other deadline. */
const MAX_INTERIM_ANSWERS = 100;

/** Throws only when the request can't even be made, e.g. a header value with a line break. */
export function exchange(call: Exchange, guarded: GuardedAgent): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const { dialling } = call;
  const { trace, signal } = dialling;
  const request = open(call, guarded);
  let response: IncomingMessage | undefined;
  let bodyTimer: NodeJS.Timeout | undefined;
  let over = false;
  const kept = keepBody(call.keepBytes);

  const end = (ended: Ended) => {
    over = true;
    clearTimeout(bodyTimer);
    signal.removeEventListener('abort', onDeadline);
    resolve(ended);
  };
  const endResponse = () => {
    if (response === undefined || over) return;
    end({
      kind: 'response',
      statusCode: response.statusCode ?? 0,
      response: {
        headers: keepHeaders(response.headers),
        body: kept.body(),
        truncated: !response.complete || kept.cut(),
      },
      ...trace.measured(),
    });
  };
  const abandon = (cause: Cause) => {
    if (!over) end(measured(cause, trace));
    request.destroy();
  };
  const onDeadline = () => {
    if (response === undefined) return abandon(classifyDeadline(trace.stage));
    endResponse();
    request.destroy();
  };
  const onError = (error: Error) => {
    if (over) return;
    // Complete headers came: the status stands, whatever happens to the body.
    if (response !== undefined) return endResponse();
    if (neverWritten(request, error)) return end({ kind: 'again' });
    end(measured(causeOf(error, trace), trace));
  };

  signal.addEventListener('abort', onDeadline, { once: true });
  request.on('error', onError);
  request.on('close', () => onError(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  request.on('socket', (socket) => {
    if (!request.reusedSocket) return trace.enter('send');
    trace.reuse(dialling.encrypted);
    trace.dialled(guarded.addressOf(socket) ?? '');
  });
  request.on('finish', () => {
    if (trace.stage === 'send') trace.enter('wait');
  });
  request.on('upgrade', (_message, socket) => {
    socket.on('error', () => {}).destroy();
    abandon(SWITCHED);
  });
  let interimAnswers = 0;
  request.on('information', () => {
    if (++interimAnswers > MAX_INTERIM_ANSWERS) abandon(TOO_MANY_INTERIM);
  });
  request.on('response', (message) => {
    if (message.statusCode === 101) return abandon(SWITCHED);
    response = message;
    trace.enter('read');
    const stop = () => {
      endResponse();
      request.destroy();
    };
    bodyTimer = setTimeout(stop, MAX_BODY_WAIT_MS);
    message.on('data', (chunk: Uint8Array) => {
      if (kept.add(chunk)) stop();
    });
    // One that answers before it has read the request may read the rest, but not hold it for ever.
    message.on('end', () => (request.writableFinished ? endResponse() : request.once('finish', endResponse)));
    message.on('error', endResponse);
  });
  request.end(call.body);
  if (signal.aborted) onDeadline();
  return promise;
}

const SWITCHED: Cause = {
  kind: 'no_response',
  error: 'bad_response',
  detail: '101 Switching Protocols, which was not asked for',
};

const TOO_MANY_INTERIM: Cause = {
  kind: 'no_response',
  error: 'bad_response',
  detail: `more than ${MAX_INTERIM_ANSWERS} interim answers (1xx)`,
};

function open(call: Exchange, guarded: GuardedAgent): ClientRequest {
  const { dialling } = call;
  const options: GuardedRequest & { agent: GuardedAgent['agent'] } = {
    agent: guarded.agent,
    method: call.method,
    host: dialling.host,
    port: dialling.port,
    path: call.path,
    headers: call.headers,
    setHost: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    dialling,
  };
  return dialling.encrypted ? requestHttps(options) : requestHttp(options);
}

/**
 * The receiver closed an idle connection and the kernel refused our write. Nothing was answered, and the receiver
 * knows a request it saw part of by its webhook-id. A reset after the write is not repeated here: the request
 * may have been handled, so it is an attempt of its own and the retry schedule decides.
 */
function neverWritten(request: ClientRequest, error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return request.reusedSocket && syscall === 'write' && (code === 'EPIPE' || code === 'ECONNRESET');
}

function causeOf(error: Error, trace: Trace): Cause {
  if (error instanceof RefusedByPolicy) {
    return { kind: 'no_response', error: error.error, detail: error.message };
  }
  return classify(error, trace.stage, trace.address?.includes(':') ? 6 : 4);
}

function measured(cause: Cause, trace: Trace): HttpResult {
  return cause.kind === 'our_fault' ? cause : { ...cause, ...trace.measured() };
}
