/** The local mode to be measured: the one that runs in this folder, or one started for the purpose and ended after it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalFile } from '../../local/folder.ts';

const START = resolve(import.meta.dirname, '../../local/start.js');
const START_MS = 60_000;
const STOP_MS = 10_000;

export interface MeasuredGateway {
  readonly file: LocalFile;
  /** Milliseconds from its start until it was ready; undefined when it ran already. */
  readonly readyMs: number | undefined;
  stop(): Promise<void>;
}

export async function gatewayToMeasure(): Promise<MeasuredGateway> {
  const running = readRunning();
  if (running !== undefined) return { file: running, readyMs: undefined, stop: async () => {} };
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-bench-'));
  const child = spawn(process.execPath, [START, '--port', '0', '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => stopChild(child, cwd);
  try {
    const { milliseconds, ...file } = await ready(child);
    return { file, readyMs: milliseconds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readRunning(): LocalFile | undefined {
  try {
    const file = JSON.parse(readFileSync('.posthorn/local.json', 'utf8')) as LocalFile;
    process.kill(file.pid, 0);
    return file;
  } catch {
    return undefined;
  }
}

/** Its output goes on being read: a full pipe would stop it. */
function ready(child: ChildProcess): Promise<LocalFile & { readonly milliseconds: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the local mode did not get ready in a minute')),
      START_MS,
    );
    child.once('exit', (code) => reject(new Error(`the local mode ended with ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const said = JSON.parse(line) as { event: string };
      if (said.event !== 'ready') return;
      clearTimeout(timer);
      resolve(said as unknown as LocalFile & { milliseconds: number });
    });
  });
}

async function stopChild(child: ChildProcess, cwd: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
  rmSync(cwd, { recursive: true, force: true });
}
