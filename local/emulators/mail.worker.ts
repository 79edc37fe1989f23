/** SES's stand-in, with a page that shows the mails. */
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
import ses from 'aws-ses-v2-local';

// A CommonJS module, whose own default export is a property of what arrives.
const server = await ses.default({ host: '127.0.0.1', port: 0 });
parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

parentPort?.once('message', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
