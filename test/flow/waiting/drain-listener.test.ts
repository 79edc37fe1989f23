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
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { drain } from '../../../lambdas/flow/waiting/drain.ts';
import { aDelivery, anEndpoint, anEventId, ENDPOINT_ID, NOW, PROJECT_ID } from '../../factories.ts';

/** More than a release lets go at once of an endpoint that could be flooded. */
const MANY = 30;

test('a resumed endpoint that is listened to has no slow start: nothing is sent to it', async () => {
  const [clock, log, config] = [memoryClock(NOW), memoryLog(), memoryConfig()];
  await config.createEndpoint(anEndpoint({ url: 'http://localhost:3000/', listener: {} }));
  const deliveries = memoryDeliveries();
  for (let n = 0; n < MANY; n++) {
    const state = { status: 'held', why: 'endpoint_paused' } as const;
    await deliveries.save(aDelivery({ event: anEventId(`event ${n}`), state, attempts: [] }));
  }
  const [queues, ledger, health] = [memoryQueues(), memoryWakeLedger(), memoryHealth()];
  const alertQueue = memoryAlertQueue();
  const notices = createAlertNotices({ clock, log, alerts: memoryAlerts(), reviews: ledger, alertQueue });
  const deps = {
    ...{ clock, log, ledger, notices, health },
    random: seededRandom(1),
    endpoints: config,
    backlog: deliveries,
    marks: memoryDrainMarks(),
    deliveryQueue: queues,
    wakeQueue: queues,
  };
  await drain(deps, { v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID, release: true });
  expect(queues.deliveries).toHaveLength(MANY);
  expect(await health.get(ENDPOINT_ID)).toBeUndefined();
});
