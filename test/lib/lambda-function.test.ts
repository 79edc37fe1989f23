import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '../../lambdas/contract/functions.ts';
import { synthesise } from '../../lib/synth.ts';
import { FUNCTION_IDS, fixtureAssets, outputFolder, resource, resources, templateOf } from './gateway.ts';

const template = templateOf();

test('there is one function for each name but that of brokers, and no other', () => {
  expect([...Object.keys(FUNCTION_IDS), FUNCTIONS.broker].sort()).toEqual(Object.values(FUNCTIONS).sort());
  expect(resources(template, 'AWS::Lambda::Function')).toHaveLength(Object.keys(FUNCTION_IDS).length);
});

describe.each(Object.entries(FUNCTION_IDS))('the %s function', (_, id) => {
  const { Properties } = resource(template, 'AWS::Lambda::Function', id);

  test('runs on Node 24 and ARM, from the handler of its bundle', () => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  test('logs JSON into a group that expires, without the lines of the platform', () => {
    const { LoggingConfig } = templateOf({ logRetentionDays: 7, logLevel: 'WARN' }).toJSON().Resources[
      resource(template, 'AWS::Lambda::Function', id).id
    ].Properties;
    expect(LoggingConfig).toMatchObject({
      LogFormat: 'JSON',
      SystemLogLevel: 'WARN',
      ApplicationLogLevel: 'WARN',
    });
    const group = resource(
      templateOf({ logRetentionDays: 7, logLevel: 'WARN' }),
      'AWS::Logs::LogGroup',
      new RegExp(`^${LoggingConfig.LogGroup.Ref}$`),
    );
    expect(group.Properties.RetentionInDays).toBe(7);
  });

  test('has a role of its own', () => {
    const roles = resources(template, 'AWS::Lambda::Function').map((each) =>
      JSON.stringify(each.Properties.Role),
    );
    expect(roles.filter((role) => role === JSON.stringify(Properties.Role))).toHaveLength(1);
  });

  test('has no more memory than it is worth', () => {
    expect([256, 512]).toContain(Properties.MemorySize);
  });
});

test('only functions that continue their own work may call themselves again and again', () => {
  const loops = resources(template, 'AWS::Lambda::Function').filter(
    (each) => each.Properties.RecursiveLoop === 'Allow',
  );
  expect(loops.map(({ id }) => id).sort()).toEqual([
    expect.stringMatching(FUNCTION_IDS['publish-queue']!),
    expect.stringMatching(FUNCTION_IDS.drain!),
  ]);
});

test("what is deployed is a function's bundle without its source map", () => {
  const outdir = outputFolder();
  const { template: file } = synthesise({ settings: {}, assets: fixtureAssets(), outdir });
  const bundles = readdirSync(dirname(file)).filter((entry) => entry.startsWith('asset.'));
  expect(bundles.length).toBe(Object.keys(FUNCTION_IDS).length);
  for (const entry of bundles) expect(readdirSync(join(outdir, entry))).toEqual(['index.mjs']);
});
