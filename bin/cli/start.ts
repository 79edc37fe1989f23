/** `posthorn start`: the local mode, with its own flags. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { CommandDef } from 'citty';

/** Sets the process up before any of the program is loaded, which is why this one hands over to another. */
const START = resolve(import.meta.dirname, '../../local/start.js');

export function startCommand(): CommandDef {
  return {
    meta: { name: 'start', description: 'Run the whole gateway on this machine' },
    run: async ({ rawArgs }) => {
      const child = spawn(process.execPath, [START, ...rawArgs], { stdio: 'inherit' });
      // Ctrl-C reaches both; the other one stops cleanly, and this one waits for it.
      process.on('SIGINT', () => {});
      process.on('SIGTERM', () => child.kill('SIGTERM'));
      const [code] = await once(child, 'exit');
      process.exitCode = code ?? 1;
    },
  };
}
