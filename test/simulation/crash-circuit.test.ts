/** Every call of a history in which a circuit opens, a probe fails, another succeeds, and the backlog is let go slowly. */
import { expect, test } from 'vitest';
import { faultsOfAll, play, pointsOf } from './crash-play.ts';
import { CIRCUIT } from './crash-scenarios.ts';
import { noFaults } from './faults.ts';

test('a process that dies at any call loses nothing, and the circuit closes again', {
  timeout: 0,
}, async () => {
  const { calls, history } = await play(CIRCUIT.scenario, noFaults, true);
  expect(history.violations).toEqual([]);
  for (const phase of ['open', 'half_open', 'recovering', 'closed']) {
    expect(history.lines().some((line) => line.includes(` is ${phase}, saved by`))).toBe(true);
  }
  expect(
    await faultsOfAll(
      CIRCUIT,
      pointsOf(calls).map((point) => [point]),
    ),
  ).toEqual([]);
});
