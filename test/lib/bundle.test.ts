import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENV } from '../../lambdas/contract/env.ts';
import { FUNCTIONS, HANDLER_EXPORT } from '../../lambdas/contract/functions.ts';
import { type Bundled, bundle } from '../../lib/bundle.ts';
import { outputFolder } from './gateway.ts';

/** A cold start reads all of it. Twice what the largest has today would be an accident, like a second copy of the SDK. */
const MOST_BYTES = 900_000;

describe('a bundle', () => {
  let bundled: Bundled;

  beforeAll(async () => {
    bundled = await bundle(join(outputFolder(), 'functions'));
  });

  test('is made of every function, and says how large each is', () => {
    expect(Object.keys(bundled.sizes).sort()).toEqual(Object.values(FUNCTIONS).sort());
    expect(Math.max(...Object.values(bundled.sizes))).toBeLessThan(MOST_BYTES);
  });

  test('of a function that transforms has what evaluates beside it, and no other has', () => {
    const having = Object.values(FUNCTIONS).filter((name) =>
      existsSync(join(bundled.directory, name, 'evaluator.mjs')),
    );
    expect(having).toEqual(['api', 'deliver']);
    // Whoever transforms nothing reads nothing of it.
    for (const name of having) {
      expect(readFileSync(join(bundled.directory, name, 'index.mjs'), 'utf8')).not.toContain('jsonata_');
    }
  });

  test('leaves what few events need in files beside it, which load by themselves', () => {
    const split = {
      publish: ['s3-bodies', 'scheduler-wake-timer'],
      deliver: ['s3-bodies', 'scheduler-wake-timer', 'sqs-send-event', 'sts-assume-role'],
      api: ['s3-bodies', 'sts-assume-role'],
      drain: [],
    };
    for (const [name, files] of Object.entries(split)) {
      const folder = join(bundled.directory, name);
      const there = readdirSync(folder).filter((file) => /^(s3|scheduler|sqs|sts)-.*\.mjs$/.test(file));
      expect(there.sort()).toEqual(files.map((file) => `${file}.mjs`));
      expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).not.toContain('aws-sdk');
      const script = `for (const file of ${JSON.stringify(there)}) await import(\`./\${file}\`);`;
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
    }
  });

  test('has the source map beside the code', () => {
    for (const name of Object.values(FUNCTIONS)) {
      expect(existsSync(join(bundled.directory, name, 'index.mjs.map'))).toBe(true);
    }
  });

  test('starts as an ES module and exports its handler', () => {
    const files = Object.values(FUNCTIONS).map((name) =>
      pathToFileURL(join(bundled.directory, name, 'index.mjs')),
    );
    const script = `for (const file of ${JSON.stringify(files)}) console.log(typeof (await import(file)).${HANDLER_EXPORT});`;
    const environment = {
      ...Object.fromEntries(Object.values(ENV).map((name) => [name, '1'])),
      [ENV.inboundUrl]: 'https://gateway.example/in',
    };
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: bundled.directory,
      env: {
        ...environment,
        [ENV.inboundUrl]: 'https://gateway.example/in',
        AWS_REGION: 'eu-central-1',
        HOME: outputFolder(),
      },
      encoding: 'utf8',
    });
    expect(printed.trim().split('\n')).toEqual(files.map(() => 'function'));
  });
});
