import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../threads.ts';

/** Longest a stand-in may take to close before its thread is ended. */
export const CLOSE_MS = 3000;

export interface Emulator {
  readonly worker: Worker;
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
}

/**
 * Starts `<name>.worker.ts`; resolves when it has said where it listens.
 * @throws Error when it ends before
 */
export async function startEmulator(name: string, workerData: object): Promise<Emulator> {
  const worker = startThread(`emulators/${name}.worker.ts`, { workerData });
  const [address] = await once(worker, 'message');
  return { worker, address: String(address) };
}
