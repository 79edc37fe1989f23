/**
 * Lambda's side of one function: loads the bundle as deployed, with an environment of its own, and calls its handler.
 * What it logs goes to a file.
 */
import { openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

interface Start {
  readonly file: string;
  readonly handler: string;
  readonly logFile: string;
  readonly context: object;
}

interface Invoke {
  readonly id: number;
  readonly event: unknown;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const { file, handler, logFile, context } = workerData as Start;
const port = parentPort;
if (port === null) throw new Error('runs in a thread only');

const log = openSync(logFile, 'a');
const write = (chunk: string | Uint8Array): boolean => {
  const text = String(chunk);
  writeSync(log, text);
  if (text.includes('"level":"ERROR"')) port.postMessage({ log: text });
  return true;
};
process.stdout.write = write;
process.stderr.write = write;

const loaded = import(file).then((module) => module[handler]);

port.on('message', async ({ id, event, requestId, deadline }: Invoke) => {
  try {
    const call = await loaded;
    const result = await call(event, {
      ...context,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    // As Lambda does it: what JSON can't carry does not leave the function.
    port.postMessage({ id, result: JSON.stringify(result) });
  } catch (error) {
    write(`${JSON.stringify({ level: 'ERROR', message: String(error), stack: (error as Error)?.stack })}\n`);
    port.postMessage({ id, error: String(error) });
  }
});
