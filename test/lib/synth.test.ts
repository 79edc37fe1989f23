import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { synthesise } from '../../lib/synth.ts';
import { fixtureAssets, outputFolder, templateOf } from './gateway.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** No credentials, no region, no home to find any in. */
const NOTHING = { PATH: process.env.PATH, HOME: outputFolder(), AWS_EC2_METADATA_DISABLED: 'true' };
/** CDK's own check of the template takes seconds; once is enough. */
const UNCHECKED = { CDK_VALIDATION: 'false' };
const CHECKED_TIMEOUT_MS = 120_000;

describe('synthesis', () => {
  test('in a process that ends prints the path of the template', () => {
    const outdir = outputFolder();
    const settings = JSON.stringify({ name: 'trial', production: false });
    const printed = execFileSync(process.execPath, ['lib/synth.ts', fixtureAssets(), outdir, settings], {
      cwd: ROOT,
      env: NOTHING,
      encoding: 'utf8',
    });
    expect(printed).toBe(`${join(outdir, 'Posthorn.template.json')}\n`);
    expect(readFileSync(printed.trim(), 'utf8')).toContain('"trial-wakes"');
  });

  test('makes the same template every time', () => {
    const make = () =>
      readFileSync(
        synthesise({ settings: {}, assets: fixtureAssets(), outdir: outputFolder() }).template,
        'utf8',
      );
    expect(make()).toBe(make());
  });

  test("every function's metadata says where its code is, relative to the assembly", () => {
    const { template } = synthesise({ settings: {}, assets: fixtureAssets(), outdir: outputFolder() });
    const functions = Object.values(templateOf().findResources('AWS::Lambda::Function'));
    for (const { Metadata } of functions) {
      expect(existsSync(join(dirname(template), Metadata['aws:asset:path'], 'index.mjs'))).toBe(true);
    }
  });

  test('stops at wrong settings, with all of them', () => {
    expect(() =>
      synthesise({ settings: { zones: 0, x: 1 }, assets: fixtureAssets(), outdir: outputFolder() }),
    ).toThrow(/x: no such setting.*zones: must be/s);
  });
});

describe('the CDK app', () => {
  const run = (context: object, environment: Readonly<Record<string, string>> = {}) => {
    const outdir = outputFolder();
    const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
      cwd: ROOT,
      env: {
        ...NOTHING,
        ...environment,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ assets: fixtureAssets(), ...context }),
      },
      encoding: 'utf8',
    });
    return { status, stderr, template: join(outdir, 'Posthorn.template.json') };
  };

  test(
    'synthesises without credentials or network and has nothing to complain of',
    () => {
      const { status, stderr, template } = run({ posthorn: {} });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(Object.keys(JSON.parse(readFileSync(template, 'utf8')).Outputs)).toEqual([
        'ApiUrl',
        'InboundUrl',
        'PublishQueueUrl',
        'PublishQueueArn',
        'EgressIps',
        'ConfigTable',
        'LogTable',
        'StateTable',
        'DeliveryRoleArn',
        'ApiRoleArn',
        'AlarmTopicArn',
      ]);
    },
    CHECKED_TIMEOUT_MS,
  );

  test('takes settings from the command line, where they are text', () => {
    const { status, template } = run({ posthorn: '{"production":false}' }, UNCHECKED);
    expect(status).toBe(0);
    expect(readFileSync(template, 'utf8')).toContain('"DeletionProtectionEnabled": false');
  });

  test('ends with the mistake when a setting is wrong', () => {
    const { status, stderr } = run({ posthorn: { zones: 4 } }, UNCHECKED);
    expect(status).not.toBe(0);
    expect(stderr).toContain('zones: must be a whole number from 1 to 3, not 4');
  });
});

test('cdk.json runs the app on the Node of the project, whatever the machine has', () => {
  const { app } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  expect(app).toBe('node_modules/.bin/node bin/app.ts');
});
