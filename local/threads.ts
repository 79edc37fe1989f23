/** Threads: each runs one `.worker.ts`, which imports packages and node modules only. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { ROOT } from './root.ts';

/** Beside the bundles: ignored by git, and packages resolve from there. */
const BUILT = join(ROOT, 'dist/local');
/** `start.js` has built all of this together. */
const IS_BUILT = import.meta.dirname === BUILT;

/** Left alone, each thread's young generation grows to 48 MB or more under load, and there are eight of them. */
const LIMITS = { maxYoungGenerationSizeMb: 24 };

/**
 * Starts a thread.
 * @param source its file, relative to this folder: `emulators/mail.worker.ts`
 */
export function startThread(source: string, options: WorkerOptions): Worker {
  return new Worker(IS_BUILT ? builtFile(source) : strip(source), { resourceLimits: LIMITS, ...options });
}

function builtFile(source: string): URL {
  return pathToFileURL(join(BUILT, basename(source).replace(/\.ts$/, '.mjs')));
}

/** A thread that removed its types itself would load the compiler and hold 10 MB more. */
function strip(source: string): URL {
  const target = builtFile(source);
  mkdirSync(BUILT, { recursive: true });
  const text = readFileSync(join(ROOT, 'local', source), 'utf8');
  const draft = `${target.pathname}.${process.pid}`;
  writeFileSync(
    draft,
    quietly(() => stripTypeScriptTypes(text)),
  );
  // At once: another local mode may be starting.
  renameSync(draft, target);
  return target;
}

/** Node calls removing types experimental each time a process does it; running this very file relies on it. */
function quietly<T>(action: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return action();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Asks a thread to end and waits; one that does not is ended. */
export async function stopThread(worker: Worker, patienceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.postMessage('stop');
  const timer = setTimeout(() => void worker.terminate(), patienceMs);
  await ended;
  clearTimeout(timer);
}
