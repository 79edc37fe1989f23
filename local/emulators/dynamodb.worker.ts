/** DynamoDB's stand-in, in a thread of its own: half the work of the local mode happens here. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';

// dynalite parses each request's URL by this deprecated function, and Node looks through the stack for who called it until
// it has warned somebody who is not a package.
process.noDeprecation = true;
parse('/');

const { path } = workerData as { path?: string };
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

parentPort?.once('message', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
