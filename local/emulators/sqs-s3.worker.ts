/**
 * Stand-ins for SQS and S3 (fauxqs). Its `startFauxqs` listens on every network interface and hands out queue URLs
 * whose host does not resolve everywhere, so it is put together here from its parts, on the loopback address only.
 */
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { buildApp } from 'fauxqs';

interface Persistence {
  readonly db: { exec(sql: string): void; prepare(sql: string): { run(value: string | number): unknown } };
  load(...stores: readonly object[]): void;
  updateMessageReady(id: string): void;
  close(): void;
}

interface Store {
  persistence?: Persistence;
  host?: string;
  allQueues(): Iterable<{ persistence?: Persistence }>;
}

/** Retries that are due sooner wait in the queue; a message hidden for longer was being worked on. */
const LONGEST_WAIT_MS = 60_000;

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** Modules fauxqs does not export; its exact version is pinned, and a moved one fails here, at the start. */
async function part<T>(file: string, name: string): Promise<T> {
  const module = await import(new URL(file, import.meta.resolve('fauxqs')).href);
  return module[name] as T;
}

const sqsStore = new (await part<new () => Store>('sqs/sqsStore.js', 'SqsStore'))();
const snsStore = new (await part<new () => Store>('sns/snsStore.js', 'SnsStore'))();
const s3Store = new (await part<new () => Store>('s3/s3Store.js', 'S3Store'))();
// Empty: queue URLs get the host of the request.
sqsStore.host = '';

const { path } = workerData as { path?: string };
const persistence = path === undefined ? undefined : await persistIn(path);
const stores = { sqsStore, snsStore, s3Store } as unknown as Stores;
const app = buildApp({ logger: false, stores });
await app.listen({ port: 0, host: '127.0.0.1' });
parentPort?.postMessage(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);

parentPort?.once('message', async () => {
  await app.close();
  persistence?.close();
  process.exit(0);
});

async function persistIn(directory: string): Promise<Persistence> {
  const Manager = await part<new (directory: string) => Persistence>('persistence.js', 'PersistenceManager');
  const manager = new Manager(directory);
  // Survives the end of the process at any moment; only a power cut could cost the last writes.
  manager.db.exec('PRAGMA synchronous = NORMAL');
  const show = manager.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  // Its own writes a null into a column that takes none, and so loses a message whose visibility is set to 0.
  manager.updateMessageReady = (id) => void show.run(id);
  // Whoever had received a message ended with the process: nobody is working on it any more. Shorter times are waits
  // that were asked for, and stay.
  manager.db
    .prepare(
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE visibility_deadline > ?',
    )
    .run(Date.now() + LONGEST_WAIT_MS);
  // Loading comes first: it calls what would otherwise write, and replacing a queue's row deletes its messages.
  manager.load(sqsStore, snsStore, s3Store);
  for (const store of [sqsStore, snsStore, s3Store]) store.persistence = manager;
  for (const queue of sqsStore.allQueues()) queue.persistence = manager;
  return manager;
}
