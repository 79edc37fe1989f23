/** Tests of the tests: a bug of each kind, and the invariant that finds it. */
import { expect, test } from 'vitest';
import type { Invariant } from './history.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { runHistory } from './run.ts';

/** Far fewer histories than the suite runs: a bug that hides longer than this would be found by luck. */
const HISTORIES = 100;

test.each(PLANTED_BUGS)(
  'a gateway that $bug breaks "$caughtBy"',
  { timeout: 0 },
  async ({ caughtBy, plant, scenario }) => {
    const broken = new Set<Invariant>();
    for (let seed = 1; seed <= HISTORIES && !broken.has(caughtBy); seed++) {
      const { history } = await runHistory({
        seed,
        tamper: plant,
        ...(scenario !== undefined && { scenario }),
      });
      for (const { invariant } of history.violations) broken.add(invariant);
    }
    expect([...broken]).toContain(caughtBy);
  },
);

test('every invariant is broken by some planted bug', () => {
  const all: Record<Invariant, true> = {
    'no accepted event is lost': true,
    'no false success': true,
    'attempt records equal requests that left': true,
    'same id and bytes on every attempt': true,
    'attempts keep to the schedule': true,
    'one claimed attempt at a time': true,
    'nothing is sent before it is due': true,
    'an open circuit lets one probe through': true,
    'nothing is sent to a stopped endpoint': true,
    'what is refused is kept': true,
    'no limit is exceeded': true,
    'only poison is dead-lettered': true,
    'everything comes to rest': true,
  };
  expect(new Set(PLANTED_BUGS.map(({ caughtBy }) => caughtBy))).toEqual(new Set(Object.keys(all)));
});
