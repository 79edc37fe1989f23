/** A delivery that kills whatever worker tries it: how long that goes on, and who is told. */
import { expect, test } from 'vitest';
import { inProcessTransformer } from '../../../lambdas/adapters/jsonata/in-process.ts';
import { memoryAlerts } from '../../../lambdas/adapters/memory/alerts.ts';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryHealth } from '../../../lambdas/adapters/memory/health.ts';
import { memoryInFlight } from '../../../lambdas/adapters/memory/in-flight.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryAlertQueue } from '../../../lambdas/adapters/memory/own-events.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRateMeter } from '../../../lambdas/adapters/memory/rate.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import { MAX_RECEIVES } from '../../../lambdas/contract/functions.ts';
import { wakeMinute } from '../../../lambdas/domain/delivery/wake.ts';
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { createCachedConfig } from '../../../lambdas/flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../../../lambdas/flow/deliver/cached-subscriptions.ts';
import { type DeliverDeps, deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import { createKnownHealth } from '../../../lambdas/flow/deliver/known-health.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import {
  aDelivery,
  aDeliveryTask,
  aLease,
  anAttempt,
  anEndpoint,
  aProject,
  ENDPOINT_ID,
  NOW,
  PROJECT_ID,
} from '../../factories.ts';

async function aGateway() {
  const [clock, log, config, deliveries] = [
    memoryClock(NOW),
    memoryLog(),
    memoryConfig(),
    memoryDeliveries(),
  ];
  const [health, ledger, queues] = [memoryHealth(), memoryWakeLedger(), memoryQueues()];
  const posted: string[] = [];
  const alertQueue = memoryAlertQueue();
  const deps: DeliverDeps = {
    ...{ clock, log, deliveries, health, ledger },
    random: seededRandom(1),
    endpoints: config,
    config: createCachedConfig(config, clock),
    events: memoryEvents(),
    bodies: memoryBodies(),
    responses: deliveries,
    http: {
      async post({ url }) {
        posted.push(url);
        return { kind: 'our_fault', detail: 'nothing is posted here' };
      },
    },
    destinations: { send: () => Promise.reject(new Error('no destination')) },
    rewriting: {
      subscriptions: createCachedSubscriptions(config, clock),
      transformer: inProcessTransformer(),
    },
    rates: memoryRateMeter(),
    inFlight: memoryInFlight(),
    laterQueue: queues,
    wakeQueue: queues,
    knownHealth: createKnownHealth({ health, log }),
    wakes: createWakeArmer({ clock, log, ledger, timer: memoryWakeTimer() }),
    notices: createAlertNotices({
      clock,
      log,
      reviews: memoryWakeLedger(),
      alertQueue,
      alerts: memoryAlerts(),
    }),
    visibilityTimeoutMs: 360_000,
  };
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint());
  /** Claimed by a worker that died a while ago, as this many did before it. */
  const lost = (before: number) => {
    const attempts = Array.from({ length: before }, (_, i) =>
      anAttempt({ number: i + 1, outcome: 'unknown', error: 'unknown_outcome' }),
    );
    const lease = aLease({ startedAt: NOW - 60_000, until: NOW - 35_000 });
    return deliveries.save(aDelivery({ state: { status: 'sending', lease }, attempts, version: 1 }));
  };
  const deliver = async (receives = 1) => {
    const message = { id: 'm', task: aDeliveryTask(), receives, firstReceivedAt: NOW };
    return (await deliverBatch(deps, [message])).get('m')!;
  };
  const record = async () => (await deliveries.getMany([aDeliveryTask()]))[0]!;
  return { lost, deliver, record, posted, ledger, log };
}

test('it waits in the backlog after three of them, with a wake', async () => {
  const { lost, deliver, record, posted, ledger } = await aGateway();
  await lost(2);
  expect(await deliver()).toEqual({ do: 'done' });
  const { state } = await record();
  expect(state).toMatchObject({ status: 'waiting', where: 'backlog' });
  const dueAt = state.status === 'waiting' ? state.dueAt : 0;
  const minute = wakeMinute(dueAt, NOW);
  const wakes = [{ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute }];
  expect((await ledger.unsettled(minute, 10)).wakes).toEqual(wakes);
  expect(posted).toEqual([]);
});

test('it is given up after ten, and its message comes back until it is among the dead letters', async () => {
  const { lost, deliver, record, posted, log } = await aGateway();
  await lost(9);
  expect(await deliver()).toEqual({ do: 'again', inMs: 0 });
  expect((await record()).state).toEqual({ status: 'failed', stopReason: 'attempts_lost' });
  for (let receives = 2; receives <= MAX_RECEIVES; receives++) {
    expect(await deliver(receives)).toMatchObject({ do: 'again' });
  }
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', what: 'delivery.fault' }));
  expect(posted).toEqual([]);
});
