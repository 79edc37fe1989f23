/** A receiver that answers at once and remembers when each event came. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TimingReceiver {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** When each event came first, by its id; milliseconds of `performance.now`. */
  readonly receipts: ReadonlyMap<string, number>;
  /** Deliveries of an event that had come before. */
  repeats(): number;
  close(): void;
}

export async function startTimingReceiver(): Promise<TimingReceiver> {
  const receipts = new Map<string, number>();
  let repeats = 0;
  const server = createServer((request, response) => {
    const id = String(request.headers['webhook-id']);
    if (receipts.has(id)) repeats++;
    else receipts.set(id, performance.now());
    request.resume();
    response.writeHead(200, { 'content-length': 0 }).end();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receipts,
    repeats: () => repeats,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
