/** What a delivery function stands on, all of it in memory. No receiver answers: tests put their own in place. */
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
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { createCachedConfig } from '../../../lambdas/flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../../../lambdas/flow/deliver/cached-subscriptions.ts';
import type { DeliverDeps } from '../../../lambdas/flow/deliver/deliver.ts';
import { createKnownHealth } from '../../../lambdas/flow/deliver/known-health.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import { NOW } from '../../factories.ts';

/** The stores by their names, and `deps` made of them. */
export function aWorker() {
  const clock = memoryClock(NOW);
  const log = memoryLog();
  const config = memoryConfig();
  const events = memoryEvents();
  const deliveries = memoryDeliveries();
  const health = memoryHealth();
  const ledger = memoryWakeLedger();
  const timer = memoryWakeTimer();
  const queues = memoryQueues();
  const alertQueue = memoryAlertQueue();
  const random = seededRandom(1);
  const reviews = memoryWakeLedger();
  const deps = {
    ...{ clock, log, random, events, deliveries, health, ledger },
    patience: { sleep: async () => {} },
    endpoints: config,
    config: createCachedConfig(config, clock),
    bodies: memoryBodies(),
    responses: deliveries,
    http: { post: () => Promise.reject(new Error('nothing is posted here')) },
    destinations: { send: () => Promise.reject(new Error('no destination here')) },
    rewriting: {
      subscriptions: createCachedSubscriptions(config, clock),
      transformer: inProcessTransformer(),
    },
    rates: memoryRateMeter(),
    inFlight: memoryInFlight(),
    laterQueue: queues,
    wakeQueue: queues,
    knownHealth: createKnownHealth({ health, log }),
    wakes: createWakeArmer({ clock, log, ledger, timer }),
    notices: createAlertNotices({ clock, log, reviews, alertQueue, alerts: memoryAlerts() }),
    visibilityTimeoutMs: 360_000,
  } satisfies DeliverDeps;
  return { clock, log, config, events, deliveries, health, ledger, timer, queues, alertQueue, random, deps };
}
