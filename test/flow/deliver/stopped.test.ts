/** An endpoint that is stopped while a worker has deliveries for it in hand. */
import { expect, it } from 'vitest';
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
import { type DeliverDeps, deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import { createKnownHealth } from '../../../lambdas/flow/deliver/known-health.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import {
  A_BODY,
  aDeliveryTask,
  anEndpoint,
  anEventId,
  aProject,
  ENDPOINT_ID,
  NOW,
  PROJECT_ID,
} from '../../factories.ts';

const REQUEST_MS = 1_200;
const STOPPED_AT = NOW + 100;

it.each(['paused', 'disabled'] as const)(
  '%s, gets no request that begins more than 5 s later',
  async (status) => {
    const [clock, log, config, deliveries] = [
      memoryClock(NOW),
      memoryLog(),
      memoryConfig(),
      memoryDeliveries(),
    ];
    const [health, ledger, queues] = [memoryHealth(), memoryWakeLedger(), memoryQueues()];
    const begunAt: number[] = [];
    const deps: DeliverDeps = {
      ...{ clock, log, deliveries, health, ledger },
      random: seededRandom(1),
      endpoints: config,
      config: createCachedConfig(config, clock),
      events: memoryEvents(),
      bodies: memoryBodies(),
      responses: deliveries,
      http: {
        async post() {
          begunAt.push(clock.now());
          clock.advance(REQUEST_MS);
          const response = { headers: {}, body: new Uint8Array(), truncated: false };
          return { kind: 'response', statusCode: 200, response, durationMs: REQUEST_MS, phases: {} };
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
        alertQueue: memoryAlertQueue(),
        alerts: memoryAlerts(),
      }),
      visibilityTimeoutMs: 360_000,
    };
    await config.createProject(aProject());
    const endpoint = anEndpoint({ maxInFlight: 1, timeoutSeconds: 15 });
    await config.createEndpoint(endpoint);
    await deps.config.endpoints(PROJECT_ID, [ENDPOINT_ID]);
    await config.replaceEndpoint({ ...endpoint, status, version: endpoint.version + 1 });
    clock.advance(3_900);
    const messages = Array.from({ length: 5 }, (_, index) => ({
      id: `m${index}`,
      task: aDeliveryTask({
        event: anEventId(`${index}`),
        inline: {
          contentType: 'application/json',
          headers: {},
          body: Buffer.from(A_BODY).toString('base64'),
        },
      }),
      receives: 1,
      firstReceivedAt: clock.now(),
    }));
    await deliverBatch(deps, messages);
    expect(begunAt.length).toBeGreaterThan(0);
    expect(Math.max(...begunAt) - STOPPED_AT).toBeLessThanOrEqual(5_000);
  },
);
