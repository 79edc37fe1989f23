/** Threads: each runs one `.worker.ts`, which imports packages and node modules only. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Beside the bundles: ignored by git, and packages resolve from there. */
const STRIPPED = join(import.meta.dirname, '../dist/local');

/** Left alone, each thread's young generation grows to 48 MB or more under load, and there are eight of them. */
const LIMITS = { maxYoungGenerationSizeMb: 24 };

/**
 * Starts a thread from a TypeScript file. Its types are removed here, once: a thread that did it itself would load the
 * compiler and hold 10 MB more.
 */
export function startThread(source: URL, options: WorkerOptions): Worker {
  return new Worker(strip(source), { resourceLimits: LIMITS, ...options });
}

const stripped = new Map<string, URL>();

function strip(source: URL): URL {
  const known = stripped.get(source.href);
  if (known !== undefined) return known;
  mkdirSync(STRIPPED, { recursive: true });
  const target = join(STRIPPED, basename(source.pathname).replace(/\.ts$/, '.mjs'));
  const draft = `${target}.${process.pid}`;
  writeFileSync(
    draft,
    quietly(() => stripTypeScriptTypes(readFileSync(source, 'utf8'))),
  );
  // At once: another local mode may be starting.
  renameSync(draft, target);
  const url = pathToFileURL(target);
  stripped.set(source.href, url);
  return url;
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
