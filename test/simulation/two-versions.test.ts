/** Old and new code run side by side. More histories: SIM_VERSIONS=5000 npx vitest run test/simulation/two-versions */
import { expect, test } from 'vitest';
import { noFaults, stormy } from './faults.ts';
import type { Tamper } from './gateway.ts';
import type { Invariant } from './history.ts';
import { outage } from './outage.ts';
import { reading } from './planted-bug.ts';
import { asBefore, everySecondIsOld } from './previous-version.ts';
import { runHistory } from './run.ts';
import { everyday } from './scenario.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_VERSIONS ?? 40);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

/** Who does not know of a limit can't keep it: until the deploy is over, limits hold for half of the workers. */
const WAITS_FOR_THE_DEPLOY: Invariant = 'no limit is exceeded';

test.each([
  ['everyday life, calm', everyday, () => noFaults],
  ['everyday life in storms', everyday, stormy],
  ['outages of receivers', outage, () => noFaults],
] as const)(
  'nothing is lost or sent twice while half of the workers are old: %s',
  { timeout: 0 },
  async (_, scenario, faults) => {
    for (const seed of scenario === outage ? seeds.slice(0, 10) : seeds) {
      const { history } = await runHistory({ seed, scenario, faults, tamper: everySecondIsOld() });
      const broken = history.violations.filter(({ invariant }) => invariant !== WAITS_FOR_THE_DEPLOY);
      expect({ seed, broken }).toEqual({ seed, broken: [] });
    }
  },
);

test('old code that knows nothing of leases is caught', { timeout: 60_000 }, async () => {
  const leaseless = reading((state) =>
    state.status === 'sending' ? { ...state, lease: { ...state.lease, until: 0 } } : state,
  );
  const tamper = (): Tamper => everySecondIsOld((ports, world) => leaseless(asBefore(ports, world), world));
  for (let seed = 1; seed <= 100; seed++) {
    const { history } = await runHistory({ seed, tamper: tamper() });
    if (history.violations.some(({ invariant }) => invariant === 'one claimed attempt at a time')) return;
  }
  expect.fail('100 histories did not show it');
});
