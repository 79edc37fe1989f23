/** One POST and its answer, over kept-alive connections. */
import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as overHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TimeLimits {
  readonly connectMs: number;
  /** Of the whole exchange, connecting included. */
  readonly requestMs: number;
}

/** Rejects with the socket's error, or with a `TimeoutError`; an answer cut short is a lost connection. */
export type Exchange = (headers: Readonly<Record<string, string>>, body: string) => Promise<HttpAnswer>;

/** As many as the SDK opens. */
const MAX_SOCKETS = 50;

export function createExchange(endpoint: URL, { connectMs, requestMs }: TimeLimits): Exchange {
  const isPlain = endpoint.protocol === 'http:';
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const agent = isPlain ? new HttpAgent(options) : new HttpsAgent(options);
  const request = isPlain ? overHttp : overHttps;
  // An IPv6 address has brackets in a URL, and none where it is dialled.
  const hostname = endpoint.hostname.replace(/^\[|\]$/g, '');
  const target = { agent, method: 'POST', hostname, port: endpoint.port, path: '/' };
  return (signed, body) =>
    new Promise((resolve, reject) => {
      const headers = { ...signed, 'content-length': Buffer.byteLength(body) };
      const call = request({ ...target, headers });
      const fail = (error: Error): void => {
        clearTimeout(whole);
        reject(error);
        call.destroy();
      };
      const whole = setTimeout(() => fail(tooLate(`no answer within ${requestMs} ms`)), requestMs);
      call.on('socket', (socket) => {
        if (!socket.connecting) return;
        const late = setTimeout(() => fail(tooLate(`no connection within ${connectMs} ms`)), connectMs);
        const over = (): void => clearTimeout(late);
        socket.once(isPlain ? 'connect' : 'secureConnect', over).once('close', over);
      });
      call.on('error', fail);
      call.on('response', (response) => {
        read(response, fail, (answer) => {
          clearTimeout(whole);
          resolve(answer);
        });
      });
      // As text it leaves together with its headers, in one write.
      call.end(body);
    });
}

function read(
  response: IncomingMessage,
  fail: (error: Error) => void,
  done: (answer: HttpAnswer) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', fail);
  response.on('end', () => {
    const body = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString();
    done({ status: response.statusCode ?? 0, headers: response.headers, body });
  });
}

function tooLate(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}
