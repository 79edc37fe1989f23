/** The process that makes a call dies right before or right after it, for every call of every short scenario. */
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import { faultsOfAll, type Played, play, pointsOf } from './crash-play.ts';
import { CRASH_SCENARIOS, MAIN, oneEventTo } from './crash-scenarios.ts';
import { CALM, type Faults, noFaults, oneCrash, type PortCall } from './faults.ts';
import { failsFirst, healthy } from './receivers.ts';

function deliveryOf({ deliveries }: Played): Delivery {
  expect(deliveries).toHaveLength(1);
  return deliveries[0]!;
}

function outcomes(played: Played): string[] {
  return deliveryOf(played).attempts.map(({ outcome }) => outcome);
}

/** The first call of that name, by that function. */
function first(name: string, nth = 1): (call: PortCall) => boolean {
  let seen = 0;
  return (call) => call.name === name && ++seen === nth;
}

test('without faults the event is refused twice and delivered at the third attempt', async () => {
  const played = await play(MAIN.scenario, noFaults);
  expect(played.history.violations).toEqual([]);
  expect(outcomes(played)).toEqual(['failed', 'failed', 'succeeded']);
  expect(new Set(played.calls.map(({ process }) => process))).toEqual(
    new Set(['publish', 'deliver', 'drain', 'sweep']),
  );
});

test.each(CRASH_SCENARIOS)(
  'a process that dies at any call of $name loses nothing and sends nothing untold',
  { timeout: 0 },
  async (one) => {
    const { calls, deliveries, history } = await play(one.scenario, noFaults);
    expect(history.violations).toEqual([]);
    expect(deliveries.length).toBeGreaterThan(0);
    const points = pointsOf(calls);
    expect(points.length).toBeGreaterThan(20);
    expect(
      await faultsOfAll(
        one,
        points.map((point) => [point]),
      ),
    ).toEqual([]);
  },
);

describe('a process that dies', () => {
  test('before it sends: the event is sent once', async () => {
    const played = await play(oneEventTo(healthy), oneCrash('before', first('http.post')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests).toHaveLength(1);
    expect(outcomes(played)).toEqual(['unknown', 'succeeded']);
  });

  test('after it sent and before it recorded: sent again with the same id, the first outcome unknown', async () => {
    const played = await play(oneEventTo(healthy), oneCrash('after', first('http.post')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests.map(({ event }) => event)).toEqual([
      deliveryOf(played).event,
      deliveryOf(played).event,
    ]);
    expect(outcomes(played)).toEqual(['unknown', 'succeeded']);
  });

  test('after it recorded and before the queue was told: never sent again', async () => {
    const played = await play(oneEventTo(healthy), oneCrash('after', first('deliveries.save')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests).toHaveLength(1);
    expect(outcomes(played)).toEqual(['succeeded']);
  });

  test('after the backlog was written and before the wake was armed: the sweeper finds it', async () => {
    // No timer ever fires, so that the sweeper is all there is.
    const crash = oneCrash('before', first('timer.arm'));
    const noTimers: Faults = { ...crash, weather: () => ({ ...CALM, lostTimer: 1 }) };
    const played = await play(oneEventTo(failsFirst(2)), noTimers, true);
    const { history } = played;
    expect(history.violations).toEqual([]);
    expect(deliveryOf(played).state.status).toBe('succeeded');
    expect(history.lines().some((line) => /sweep-\d+ wakeQueue\.send/.test(line))).toBe(true);
  });
});
