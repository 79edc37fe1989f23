/** Receivers of the wire tests: real listeners that answer with exact bytes, or not at all. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

export interface Receiver {
  readonly port: number;
  /** Connections that arrived, whatever came of them. */
  readonly connections: number;
  /** Whole requests that arrived: the header block as text. */
  readonly requests: readonly string[];
}

/** What a receiver does with one whole request; `socket.write` and `socket.end` are all it needs. */
export type Answer = (socket: Socket, request: string) => void;

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Answers with the text and leaves the connection open. */
export function bytes(text: string): Answer {
  return (socket) => socket.write(text, 'latin1');
}

/** A plain receiver; it ends with the test. */
export function receive(answer: Answer, host = '127.0.0.1'): Promise<Receiver> {
  return listen(createServer({ allowHalfOpen: true }), 'connection', answer, host);
}

/** The same behind TLS. `certificate` names a file of ./certificates. */
export function receiveTls(certificate: string, answer: Answer, options: TlsOptions = {}): Promise<Receiver> {
  const server = createTlsServer({ key: pem('key'), cert: pem(certificate), ...options });
  server.on('tlsClientError', () => {});
  return listen(server, 'secureConnection', answer, '127.0.0.1');
}

/** A receiver that takes connections and does as `onConnection` says, before any request. */
export function accept(onConnection: (socket: Socket) => void): Promise<Receiver> {
  return listen(createServer().on('connection', onConnection), 'nothing', () => {}, '127.0.0.1');
}

export function pem(name: string): string {
  return readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
}

async function listen(server: Server, event: string, answer: Answer, host: string): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on(event, (socket: Socket) => {
    socket.on('error', () => {});
    onRequests(socket, (request) => {
      requests.push(request);
      answer(socket, request);
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, host, resolve);
  await promise;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    get connections() {
      return connections;
    },
  };
}

/** Calls back for each request whose declared length has arrived. */
function onRequests(socket: Socket, onRequest: (head: string) => void): void {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const head = text.slice(0, end);
      text = text.slice(end + 4 + length);
      onRequest(head);
    }
  });
}
