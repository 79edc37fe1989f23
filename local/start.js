// Plain JavaScript, so that an old Node can read it far enough to say what is wrong.
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const MAIN = new URL('./main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  console.error(
    `posthorn needs Node ${NEEDED}; this is ${process.versions.node}. "npm ci" brings it along: use "npm start".`,
  );
  process.exit(1);
}

// Settings of a process that can only be given at its start: a young generation that stays small, and few of the
// allocator's arenas (it makes eight per core, and each keeps what was freed). Together they halve the memory.
const FLAGS = ['--max-semi-space-size=8'];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

if (process.execve !== undefined) {
  process.removeAllListeners('warning');
  const args = [...process.execArgv, ...FLAGS, fileURLToPath(MAIN), ...process.argv.slice(2)];
  process.execve(process.execPath, [process.execPath, ...args], { ...process.env, ...ENVIRONMENT });
}
const { main } = await import(MAIN.href);
await main(process.argv.slice(2));
