/** A door in front of a stand-in for an AWS service: lets every call through and shows it to a meter. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Passed {
  readonly method: string;
  readonly path: string;
  /** `PutItem`, from the header of AWS's JSON protocol; empty for other protocols. */
  readonly operation: string;
  readonly request: Buffer;
  readonly status: number;
  readonly response: Buffer;
}

export interface Door {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  close(): void;
}

/** What is passed on in place of a request. */
export type Rewrite = (operation: string, request: Buffer) => Buffer;

/** The meter sees a call before its caller gets the answer, so counts are complete when the caller goes on. */
export async function openDoor(
  target: string,
  meter: (passed: Passed) => Promise<void>,
  rewrite: Rewrite = (_, request) => request,
): Promise<Door> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer((incoming, outgoing) => {
    pass(incoming, target, agent, rewrite)
      .then(async (passed) => {
        await meter(passed);
        const { 'content-length': _, 'transfer-encoding': __, ...headers } = passed.headers;
        // Services have the bench's time: the functions' clock follows them.
        const date = new Date(Date.now()).toUTCString();
        outgoing.writeHead(passed.status, { ...headers, date }).end(passed.response);
      })
      // A meter that can't count must stop the run, not be taken for a service that is down.
      .catch((error: unknown) => {
        queueMicrotask(() => {
          throw error;
        });
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

async function pass(incoming: IncomingMessage, target: string, agent: Agent, rewrite: Rewrite) {
  const body = await buffer(incoming);
  const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const passedOn = rewrite(operation, body);
  const path = incoming.url ?? '/';
  // The host stays the caller's: stand-ins build queue URLs from it, and those must lead through the door again.
  const outgoing = request(target + path, {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, ...(passedOn !== body && { 'content-length': passedOn.length }) },
    agent,
  });
  outgoing.end(passedOn);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return {
    method: incoming.method ?? 'GET',
    path,
    operation,
    request: body,
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    response: await buffer(answer),
  };
}
