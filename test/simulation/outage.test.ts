/** More histories: SIM_OUTAGES=5000 npx vitest run test/simulation/outage */
import { expect, test } from 'vitest';
import { noFaults, stormy } from './faults.ts';
import { outage } from './outage.ts';
import { runHistory } from './run.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_OUTAGES ?? 20);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

test.each([
  ['in calm weather', () => noFaults],
  ['in storms', stormy],
] as const)(
  `endpoints go down and come back %s, and every invariant holds in ${seeds.length} histories`,
  {
    timeout: 0,
  },
  async (_, faults) => {
    let [opened, recovered] = [0, 0];
    for (const seed of seeds) {
      const { history, world } = await runHistory({ seed, scenario: outage, faults });
      const turns = world.circuits.turns();
      opened += turns.opened;
      recovered += turns.recovered;
      if (history.violations.length === 0) continue;
      const traced = await runHistory({ seed, scenario: outage, faults, tracing: true });
      expect.fail([...history.violations.map(({ what }) => what), ...traced.history.lines()].join('\n'));
    }
    expect(opened).toBeGreaterThan(seeds.length / 2);
    expect(recovered).toBeGreaterThan(seeds.length / 4);
  },
);
