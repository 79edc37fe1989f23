/** Machines with the wrong time. More histories: SIM_CLOCKS=2000 npx vitest run test/simulation/clocks */
import { expect, test } from 'vitest';
import { hourBack, minutesApart } from './clocks.ts';
import { outage } from './outage.ts';
import { runHistory } from './run.ts';
import { everyday } from './scenario.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_CLOCKS ?? 100);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];
/** An outage has ten times as many events. */
const fewer = seeds.slice(0, Math.ceil(seeds.length / 5));

test.each([
  ['up to two minutes ahead or behind, everyday life', minutesApart, everyday, seeds],
  ['up to two minutes ahead or behind, outages of receivers', minutesApart, outage, fewer],
  ['an hour behind for a while, everyday life', hourBack, everyday, seeds],
  ['an hour behind for a while, outages of receivers', hourBack, outage, fewer],
] as const)(
  'every invariant holds while machines are %s',
  { timeout: 0 },
  async (_, faults, scenario, some) => {
    for (const seed of some) {
      const { history } = await runHistory({ seed, faults, scenario });
      if (history.violations.length === 0) continue;
      const traced = await runHistory({ seed, faults, scenario, tracing: true });
      expect.fail(
        [`seed ${seed}`, ...history.violations.map(({ what }) => what), ...traced.history.lines()].join('\n'),
      );
    }
    expect(some.length).toBeGreaterThan(0);
  },
);

test.each([
  ['minutes apart', minutesApart, 'no accepted event is lost'],
  ['minutes apart', minutesApart, 'same id and bytes on every attempt'],
  ['an hour behind', hourBack, 'no accepted event is lost'],
] as const)(
  'workers %s that do not listen to their services are caught',
  { timeout: 60_000 },
  async (_, faults, invariant) => {
    for (let seed = 1; seed <= 100; seed++) {
      const { history } = await runHistory({
        seed,
        faults: (dice, now) => ({ ...faults(dice, now), deaf: true }),
      });
      if (history.violations.some((violation) => violation.invariant === invariant)) return;
    }
    expect.fail('100 histories did not show it');
  },
);
