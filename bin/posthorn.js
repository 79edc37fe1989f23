#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it far enough to find the one the command line needs, or say what is wrong.
import { spawn } from 'node:child_process';
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
  const child = spawn(own, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the command itself; this process waits until it has ended in its own time.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error(
    `posthorn: this is Node ${process.versions.node}, and ${NEEDED} is needed. Run "npm ci" in ${dirname(here)}: it brings its own.`,
  );
  process.exitCode = 1;
}
