/**
 * One event's way through failure to success: accepted, refused twice, waiting first in the queue and then in the
 * backlog, woken, delivered. The process that makes a call dies right before or right after it, for every call.
 */
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lambdas/domain/delivery.ts';
import { CALM, type Faults, noFaults, oneCrash, type PortCall } from './faults.ts';
import type { History } from './history.ts';
import { publishOverHttp } from './publishers.ts';
import { failsFirst, healthy, type Receiver } from './receivers.ts';
import { runHistory } from './run.ts';
import { aCommand, addEndpoint, addProject, type Scenario } from './scenario.ts';

const SEED = 1;
const REFUSED_TWICE = failsFirst(2);

function oneEventTo(receiver: Receiver): Scenario {
  return async (world, gateway) => {
    const project = await addProject(world);
    await addEndpoint(world, project, receiver, ['*']);
    const command = { ...aCommand(world, 'invoice.paid'), idempotencyKey: '1' };
    world.time.at(world.time.now(), () => void publishOverHttp(world, gateway, project, command));
  };
}

async function play(receiver: Receiver, faults: Faults, seed = SEED): Promise<Played> {
  const { history, world } = await runHistory({
    seed,
    scenario: oneEventTo(receiver),
    faults: () => faults,
    tracing: true,
  });
  const [delivery, ...others] = world.stores.deliveries.all();
  expect(others).toEqual([]);
  return { history, delivery: delivery! };
}

interface Played {
  readonly history: History;
  readonly delivery: Delivery;
}

/** Counts the calls of a history in which nothing goes wrong. */
async function callsOf(receiver: Receiver): Promise<readonly PortCall[]> {
  const calls: PortCall[] = [];
  const listening: Faults = {
    ...noFaults,
    fateOf(call) {
      calls.push(call);
      return 'fine';
    },
  };
  await play(receiver, listening);
  return calls;
}

function outcomes({ delivery }: Played): string[] {
  return delivery.attempts.map(({ outcome }) => outcome);
}

/** The first call of that name, by that function. */
function first(name: string, nth = 1): (call: PortCall) => boolean {
  let seen = 0;
  return (call) => call.name === name && ++seen === nth;
}

const calls = await callsOf(REFUSED_TWICE);

test('without faults the event is refused twice and delivered at the third attempt', async () => {
  const played = await play(REFUSED_TWICE, noFaults);
  expect(played.history.violations).toEqual([]);
  expect(outcomes(played)).toEqual(['failed', 'failed', 'succeeded']);
  expect(new Set(calls.map(({ process }) => process))).toEqual(
    new Set(['publish', 'deliver', 'drain', 'sweep']),
  );
});

describe.each(['before', 'after'] as const)('a process that dies right %s', (when) => {
  test.each(calls.map(({ number, process, name }) => [number, process, name] as const))(
    'call %i, %s %s, loses nothing and sends nothing untold',
    async (number) => {
      const crash = oneCrash(when, (call) => call.number === number);
      const { history, delivery } = await play(REFUSED_TWICE, crash);
      expect(history.violations).toEqual([]);
      expect(delivery.state.status).toBe('succeeded');
    },
  );
});

describe('a process that dies', () => {
  test('before it sends: the event is sent once', async () => {
    const played = await play(healthy, oneCrash('before', first('http.post')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests).toHaveLength(1);
    expect(outcomes(played)).toEqual(['unknown', 'succeeded']);
  });

  test('after it sent and before it recorded: sent again with the same id, the first outcome unknown', async () => {
    const played = await play(healthy, oneCrash('after', first('http.post')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests.map(({ event }) => event)).toEqual([
      played.delivery.event,
      played.delivery.event,
    ]);
    expect(outcomes(played)).toEqual(['unknown', 'succeeded']);
  });

  test('after it recorded and before the queue was told: never sent again', async () => {
    const played = await play(healthy, oneCrash('after', first('deliveries.save')));
    expect(played.history.violations).toEqual([]);
    expect(played.history.requests).toHaveLength(1);
    expect(outcomes(played)).toEqual(['succeeded']);
  });

  test('after the backlog was written and before the wake was armed: the sweeper finds it', async () => {
    // No timer ever fires, so that the sweeper is all there is.
    const crash = oneCrash('before', first('timer.arm'));
    const noTimers: Faults = { ...crash, weather: () => ({ ...CALM, lostTimer: 1 }) };
    const { history, delivery } = await play(REFUSED_TWICE, noTimers);
    expect(history.violations).toEqual([]);
    expect(delivery.state.status).toBe('succeeded');
    expect(history.lines().some((line) => /sweep-\d+ wakeQueue\.send/.test(line))).toBe(true);
  });
});
