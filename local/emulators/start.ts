/** Starts the stand-ins for AWS's services, each in a thread of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stopThread } from '../threads.ts';
import { CLOSE_MS, startEmulator } from './emulator.ts';
import { startMailDoor } from './mail-door.ts';

export interface Emulators {
  /** `http://127.0.0.1:PORT` of each. */
  readonly dynamodb: string;
  /** S3 listens there too. */
  readonly sqs: string;
  readonly mail: string;
  close(): Promise<void>;
}

/**
 * @param dataDir where to keep what they hold; without it they hold it in memory
 * @throws Error when one does not start, e.g. because its data is in use
 */
export async function startEmulators(dataDir: string | undefined): Promise<Emulators> {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const at = (name: string) => (dataDir === undefined ? {} : { path: join(dataDir, name) });
  const [dynamodb, sqs, mail] = await Promise.all([
    startEmulator('dynamodb', at('dynamodb')),
    startEmulator('sqs-s3', at('sqs')),
    startMailDoor(),
  ]);
  return {
    dynamodb: dynamodb.address,
    sqs: sqs.address,
    mail: mail.address,
    close: async () => {
      await Promise.all([
        stopThread(dynamodb.worker, CLOSE_MS),
        stopThread(sqs.worker, CLOSE_MS),
        mail.close(),
      ]);
    },
  };
}
