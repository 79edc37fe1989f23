import { expect, test } from 'vitest';
import { memoryAlerts } from '../../../lambdas/adapters/memory/alerts.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryHealth } from '../../../lambdas/adapters/memory/health.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryAlertQueue } from '../../../lambdas/adapters/memory/own-events.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryDrainMarks, memoryWakeLedger } from '../../../lambdas/adapters/memory/wakes.ts';
import { MINUTE_MS } from '../../../lambdas/domain/delivery/wake.ts';
import type { EndpointStatus } from '../../../lambdas/domain/endpoint.ts';
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { drain } from '../../../lambdas/flow/waiting/drain.ts';
import { aDelivery, anEndpoint, ENDPOINT_ID, NOW, PROJECT_ID } from '../../factories.ts';

async function released(status: EndpointStatus | 'deleted') {
  const [clock, log, config] = [memoryClock(NOW), memoryLog(), memoryConfig()];
  if (status !== 'deleted') await config.createEndpoint(anEndpoint({ status }));
  const deliveries = memoryDeliveries();
  await deliveries.save(aDelivery({ state: { status: 'held', why: 'endpoint_paused' }, version: 1 }));
  const [queues, ledger] = [memoryQueues(), memoryWakeLedger()];
  const alertQueue = memoryAlertQueue();
  const notices = createAlertNotices({ clock, log, alerts: memoryAlerts(), reviews: ledger, alertQueue });
  const deps = {
    ...{ clock, log, ledger, notices },
    random: seededRandom(1),
    endpoints: config,
    backlog: deliveries,
    marks: memoryDrainMarks(),
    health: memoryHealth(),
    deliveryQueue: queues,
    wakeQueue: queues,
  };
  await drain(deps, { v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID, release: true });
  return queues.deliveries.map(({ task }) => task.endpoint);
}

test.each([
  ['enabled', [ENDPOINT_ID]],
  ['paused', []],
  ['disabled', []],
  // To be canceled.
  ['deleted', [ENDPOINT_ID]],
] as const)('a release of an endpoint that is %s sends on what it holds: %j', async (status, sent) => {
  expect(await released(status)).toEqual(sent);
});

/** An endpoint with one delivery due a tenth of a second before the minute, and that minute's row in the ledger. */
async function woken(earlyMs: number, recovery?: true) {
  const minute = Math.ceil(NOW / MINUTE_MS) + 1;
  const due = minute * MINUTE_MS;
  const [clock, log, config] = [memoryClock(due - earlyMs), memoryLog(), memoryConfig()];
  await config.createEndpoint(anEndpoint({}));
  const deliveries = memoryDeliveries();
  await deliveries.save(
    aDelivery({ state: { status: 'waiting', dueAt: due - 100, where: 'backlog' }, version: 1 }),
  );
  const [queues, ledger] = [memoryQueues(), memoryWakeLedger()];
  const alertQueue = memoryAlertQueue();
  const deps = {
    ...{ clock, log, ledger },
    notices: createAlertNotices({ clock, log, alerts: memoryAlerts(), reviews: ledger, alertQueue }),
    random: seededRandom(1),
    endpoints: config,
    backlog: deliveries,
    marks: memoryDrainMarks(),
    health: memoryHealth(),
    deliveryQueue: queues,
    wakeQueue: queues,
  };
  const wake = { project: PROJECT_ID, endpoint: ENDPOINT_ID, minute, ...(recovery && { recovery }) };
  await ledger.note(wake);
  await drain(deps, { v: 1, ...wake });
  const { wakes: left } = await ledger.unsettled(minute, 10);
  return { sent: queues.deliveries.length, left: left.length };
}

test('the wake of a minute finds what is due then, though our clock is behind the one it was armed by', async () => {
  expect(await woken(1_500)).toEqual({ sent: 1, left: 0 });
});

test('a wake that comes long before its minute leaves its row to the sweeper', async () => {
  expect(await woken(20_000)).toEqual({ sent: 0, left: 1 });
});

test('the wake of a recovery comes up to a minute before its row, and settles it', async () => {
  expect(await woken(62_000, true)).toEqual({ sent: 0, left: 0 });
  expect(await woken(80_000, true)).toEqual({ sent: 0, left: 1 });
});
