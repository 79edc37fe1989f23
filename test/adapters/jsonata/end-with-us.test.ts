import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const module = new URL('../../../lambdas/adapters/jsonata/end-with-us.ts', import.meta.url);

test('a process that can not be watched, for want of files, works all the same', async () => {
  const program = `import { spawn } from 'node:child_process';
    import { openSync } from 'node:fs';
    import { endWithUs } from '${module}';
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    child.once('exit', () => process.exit(7));
    const fill = () => { for (;;) openSync('/dev/null'); };
    try { fill(); } catch {}
    endWithUs(child);
    child.kill('SIGKILL');`;
  const command = 'ulimit -n 100; exec "$0" --input-type=module -e "$1"';
  const owner = spawn('/bin/sh', ['-c', command, process.execPath, program], { stdio: 'ignore' });
  expect(await once(owner, 'exit')).toEqual([7, null]);
}, 20_000);
