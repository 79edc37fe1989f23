import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { addGateway, gatewayApp } from '../../lib/synth.ts';
import { brokersOfAllKinds } from './broker-settings.ts';
import { fixtureAssets, outputFolder } from './gateway.ts';

test.each([
  ['as it comes', {}],
  [
    'with everything on',
    {
      egress: 'nat-instance',
      zones: 3,
      egressPorts: [8443],
      publishers: ['123456789012'],
      alarmEmail: 'oncall@example.com',
    },
  ],
  ['with brokers of every kind', { egress: 'none', brokers: brokersOfAllKinds() }],
  ['for a trial', { production: false, egress: 'none' }],
])('the gateway %s has no finding of the AWS Solutions checks without a written reason', (_, settings) => {
  const app = gatewayApp({ outdir: outputFolder(), validate: false });
  addGateway(app, settings, fixtureAssets());
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const findings = violations.map(({ ruleName, violatingResources }) => [
    ruleName,
    violatingResources.map(({ constructPath }) => constructPath),
  ]);
  expect(findings).toEqual([]);
});
