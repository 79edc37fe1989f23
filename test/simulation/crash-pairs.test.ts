/**
 * A process dies, and while the gateway recovers from it, another: every ordered pair of calls of the main scenario.
 * The second is counted in the history that the first crash leads to.
 */
import { expect, test } from 'vitest';
import { crashingAt, distinctPointsOf, faultsOfAll, play } from './crash-play.ts';
import { MAIN } from './crash-scenarios.ts';
import { noFaults } from './faults.ts';

test('two processes that die one after the other lose nothing', { timeout: 0 }, async () => {
  const { calls } = await play(MAIN.scenario, noFaults);
  const found: string[] = [];
  let pairs = 0;
  for (const first of distinctPointsOf(calls)) {
    const after = await play(MAIN.scenario, crashingAt(first));
    const seconds = distinctPointsOf(after.calls.filter(({ number }) => number > first.number));
    pairs += seconds.length;
    found.push(
      ...(await faultsOfAll(
        MAIN,
        seconds.map((second) => [first, second]),
      )),
    );
  }
  expect(found).toEqual([]);
  expect(pairs).toBeGreaterThan(4_000);
});
