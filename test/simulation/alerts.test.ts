/**
 * At least one mail an incident, at most one an incident and stage: with duplicates, throttles, crashes and lost
 * messages. More histories: SIM_ALERTS=2000 npx vitest run test/simulation/alerts
 */
import { describe, expect, test } from 'vitest';
import { failingEndpoints, judgeMails } from './alerts.ts';
import { noFaults, stormy } from './faults.ts';
import type { Tamper } from './gateway.ts';
import { runHistory } from './run.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_ALERTS ?? 12);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

/** Every notice comes four times, so that many look at once. */
const crowd: Tamper = (ports) => ({
  ...ports,
  alertQueue: {
    sendAlerts: (tasks) => ports.alertQueue.sendAlerts(tasks.flatMap((task) => [task, task, task, task])),
  },
});

async function runAll(faults: typeof stormy, tamper?: Tamper, some = seeds) {
  let [untold, twice, mails] = [0, 0, 0];
  const found: string[] = [];
  for (const seed of some) {
    const options = { seed, scenario: failingEndpoints, faults, ...(tamper && { tamper }) };
    const { history, world } = await runHistory(options);
    const told = await judgeMails(world);
    untold += told.untold.length;
    twice += told.twice.length;
    mails += told.mails;
    const broken = [...history.violations.map(({ what }) => what), ...told.untold, ...told.twice];
    if (broken.length > 0) found.push(`seed ${seed}: ${broken.join('; ')}`);
  }
  return { untold, twice, mails, found };
}

test.each([
  ['in calm weather', () => noFaults],
  ['in storms', stormy],
] as const)(`owners are told once %s, in ${seeds.length} histories`, { timeout: 0 }, async (_, faults) => {
  const { found, mails } = await runAll(faults);
  expect(found).toEqual([]);
  expect(mails).toBeGreaterThan(seeds.length);
});

test('owners are told once when many look at once', { timeout: 0 }, async () => {
  expect((await runAll(() => noFaults, crowd)).found).toEqual([]);
});

describe('the suite catches', { timeout: 0 }, () => {
  test('an outage of which nobody gives notice', async () => {
    const mute: Tamper = (ports) => ({
      ...ports,
      alertQueue: { sendAlerts: async () => {} },
      reviews: { ...ports.reviews, note: async () => {} },
    });
    expect((await runAll(() => noFaults, mute)).untold).toBeGreaterThan(0);
  });

  test('notice given by message only, which a crash or a throttled queue loses', async () => {
    const hasty: Tamper = (ports) => ({ ...ports, reviews: { ...ports.reviews, note: async () => {} } });
    expect((await runAll(stormy, hasty)).untold).toBeGreaterThan(0);
  });

  test('a record that two workers write at once', async () => {
    const reckless: Tamper = (ports, world) => ({
      ...crowd(ports, world),
      alerts: {
        ...ports.alerts,
        saveAlertRecord: async (record) => {
          await ports.alerts.saveAlertRecord(record);
          return 'saved';
        },
      },
    });
    expect((await runAll(() => noFaults, reckless)).twice).toBeGreaterThan(0);
  });

  test('a mail that leaves before it is written', async () => {
    const forgetful: Tamper = (ports) => ({
      ...ports,
      alerts: { ...ports.alerts, saveAlertRecord: async () => 'saved' },
    });
    // Nothing is ever done with here, so each history goes on until it is stopped.
    expect((await runAll(() => noFaults, forgetful, seeds.slice(0, 1))).twice).toBeGreaterThan(0);
  });
});
