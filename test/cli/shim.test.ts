import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SHIM = resolve('bin/posthorn.js');
/** Loaded first: makes this Node call itself an old one. */
const OLD = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.20.0"}})`;

describe('the command on whatever Node a machine has', () => {
  it('on an old one without ours: one line that says what to do', () => {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-shim-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    copyFileSync(SHIM, join(folder, 'bin/posthorn.js'));
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', OLD, join(folder, 'bin/posthorn.js')],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe(
      `posthorn: this is Node 18.20.0, and 24 is needed. Run "npm ci" in ${folder}: it brings its own.\n`,
    );
    expect(status).toBe(1);
  });

  it('on an old one with ours installed: runs on ours, with its arguments and exit code', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', OLD, SHIM, ...args], { encoding: 'utf8' });
    expect(run('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    expect(run('sned').status).toBe(2);
  });

  it('on a new one: runs at once', () => {
    const { stdout, status } = spawnSync(process.execPath, [SHIM, '--version'], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '0.1.0\n', status: 0 });
  });
});
