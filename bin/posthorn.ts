/** The command line, on a real terminal. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cli } from './cli/cli.ts';
import { readSecret } from './cli/read-secret.ts';
import { runCli } from './cli/run.ts';

const stopped = new AbortController();
// The first Ctrl-C ends a command that follows something; a second one does not wait for it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

// Whoever reads our output may have seen enough: `posthorn tail | head`.
process.stdout.on('error', () => process.exit(0));

const cli: Cli = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  color: process.stdout.hasColors?.() === true && process.env.NO_COLOR === undefined,
  env: process.env,
  cwd: process.cwd(),
  now: () => Date.now(),
  sleep: async (ms) => {
    await sleep(ms, undefined, { signal: stopped.signal }).catch(() => {});
  },
  stopped: stopped.signal,
  readSecret,
};
process.exitCode = await runCli(process.argv.slice(2), cli);
