// Plain JavaScript, so that an old Node can read it far enough to say what is wrong.
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  console.error(
    `posthorn needs Node ${NEEDED}; this is ${process.versions.node}. "npm ci" brings it along: use "npm start".`,
  );
  process.exit(1);
}

// Built, it loads in a fifth of the time, and the compiler that would remove the types holds no 40 MB.
const folder = new URL('../dist/local/', import.meta.url);
const main = fileURLToPath(new URL('main.mjs', folder));
const { buildSync } = await import('esbuild');
const sources = fileURLToPath(new URL('.', import.meta.url));
const threads = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.worker.ts'));
const { outputFiles } = buildSync({
  absWorkingDir: sources,
  entryPoints: ['main.ts', ...threads],
  entryNames: '[name]',
  outdir: fileURLToPath(folder),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  logLevel: 'error',
  write: false,
});
mkdirSync(folder, { recursive: true });
for (const { path, contents } of outputFiles) {
  // At once: another local mode may be reading it.
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

// Settings of a process that can only be given at its start. Eight threads with a heap each: young generations stay
// small, old ones are collected before they have doubled, and the allocator gets two arenas (it would make eight per
// core, and each keeps what was freed). Together they halve the memory.
const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=80'];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

// Windows has no execve.
if (process.execve !== undefined) {
  process.removeAllListeners('warning');
  const args = [process.execPath, ...process.execArgv, ...FLAGS, main, ...process.argv.slice(2)];
  process.execve(process.execPath, args, { ...process.env, ...ENVIRONMENT });
} else {
  const { main: run } = await import(pathToFileURL(main).href);
  await run(process.argv.slice(2));
}
