/** Starts the local mode as a user does, in a folder of its own and on free ports, and talks to it from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Receipt } from '../../local/demo/receiver.ts';
import type { LocalFile } from '../../local/folder.ts';

const START = join(import.meta.dirname, '../../local/start.js');

export interface LocalMode {
  readonly file: LocalFile;
  readonly child: ChildProcess;
  /** Everything it printed. */
  printed(): string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** What the demo receiver got. */
  received(): Promise<Receipt[]>;
  /** Resolves to the exit code, or the signal's name. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A folder that is gone after the test. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'posthorn-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Resolves when it says it is ready. */
export async function startLocalMode(cwd: string, args: readonly string[] = []): Promise<LocalMode> {
  const child = spawn(process.execPath, [START, '--port', '0', '--json', ...args], { cwd });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes('"event":"ready"')) resolve();
      });
    }
  });
  await ready;
  const file = JSON.parse(readFileSync(join(cwd, '.posthorn/local.json'), 'utf8')) as LocalFile;
  return {
    file,
    child,
    printed: () => output,
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(file.api + path, {
        method,
        headers: { authorization: `Bearer ${file.key}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      return { status: response.status, body: answer };
    },
    received: async () => (await (await fetch(`${file.receiver}/received`)).json()) as Receipt[],
    end: (signal) =>
      new Promise((resolve) => {
        child.once('exit', (code, by) => resolve(code ?? by ?? ''));
        child.kill(signal);
      }),
  };
}
