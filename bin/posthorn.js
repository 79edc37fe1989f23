#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it far enough to find the one the command line needs, or say what is wrong.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const entry = join(here, 'posthorn.ts');
// Comes with "npm ci".
const own = join(here, '../node_modules/.bin/node');

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(entry);
} else if (existsSync(own)) {
  // Ctrl-C is for the command, which ends in its own time; this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  const { status, signal } = spawnSync(own, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = signal === null ? (status ?? 1) : 130;
} else {
  console.error(
    `posthorn: this is Node ${process.versions.node}, and ${NEEDED} is needed. Run "npm ci" in ${dirname(here)}: it brings its own.`,
  );
  process.exitCode = 1;
}
