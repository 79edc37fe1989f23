/** A terminal for commands under test: what they print is kept, time passes only while they sleep. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cli } from '../../bin/cli/cli.ts';
import { runCli } from '../../bin/cli/run.ts';
import { NOW } from '../factories.ts';

export interface Terminal {
  /** Runs `posthorn ...args` and gives its exit code. */
  run(...args: string[]): Promise<number>;
  readonly out: string[];
  readonly err: string[];
  readonly cwd: string;
  /** As Ctrl-C. */
  stop(): void;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Written to `.posthorn/local.json`. */
  readonly local?: object;
  /** What is typed, or piped, where a command asks for a secret. */
  readonly secret?: string;
  /** Called at each sleep: the moment for the world to move on. */
  readonly onSleep?: (sleeps: number) => void;
}

export function aTerminal(options: TerminalOptions = {}): Terminal {
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-cli-'));
  if (options.local !== undefined) {
    mkdirSync(join(cwd, '.posthorn'));
    writeFileSync(join(cwd, '.posthorn/local.json'), JSON.stringify(options.local));
  }
  const out: string[] = [];
  const err: string[] = [];
  const stopped = new AbortController();
  let now = NOW;
  let sleeps = 0;
  const cli: Cli = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    color: false,
    env: options.env ?? {},
    cwd,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      options.onSleep?.(++sleeps);
    },
    stopped: stopped.signal,
    readSecret: async () => options.secret ?? '',
  };
  return { run: (...args) => runCli(args, cli), out, err, cwd, stop: () => stopped.abort() };
}
