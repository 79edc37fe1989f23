/** An event that is delivered into the publish queue, as a transformation can have it, does not do so for ever. */
import { expect, test } from 'vitest';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryIdempotency } from '../../../lambdas/adapters/memory/idempotency.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRequests } from '../../../lambdas/adapters/memory/requests.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import { takeIn } from '../../../lambdas/flow/publish/intake-queue.ts';
import { createMatcher } from '../../../lambdas/flow/publish/match.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import { aProject, EVENT_ID, HOME, NOW, PROJECT_ID } from '../../factories.ts';

test('a delivery in the publish queue counts on, and is refused with its reason in the end', async () => {
  const [clock, log, config] = [memoryClock(NOW), memoryLog(), memoryConfig()];
  const [events, queues, requests] = [memoryEvents(), memoryQueues(), memoryRequests()];
  await config.createProject(aProject());
  const deps = {
    clock,
    log,
    random: seededRandom(1),
    region: HOME.region,
    projects: config,
    routing: config,
    requests,
    matcher: createMatcher(config, clock, log),
    events,
    chunks: events,
    bodies: memoryBodies(),
    deliveries: memoryDeliveries(),
    wakes: createWakeArmer({ clock, log, ledger: memoryWakeLedger(), timer: memoryWakeTimer() }),
    idempotency: memoryIdempotency(),
    deliveryQueue: queues,
    fanoutQueue: queues,
  };
  const body = JSON.stringify({ project_id: PROJECT_ID, type: 'a', data: {}, headers: { 'x-a': '1' } });
  const message = (id: string, hops: string) => {
    const attributes = { 'webhook-id': EVENT_ID, 'webhook-hops': hops };
    return { id, body, attributes, receives: 1, sentAt: NOW };
  };
  const taken = await takeIn(deps, [message('m1', '7'), message('m2', '8')]);
  expect([...taken.values()]).toEqual([{ do: 'done' }, { do: 'done' }]);
  const page = { project: PROJECT_ID, ...HOME, window: { from: 0, to: NOW + 1 }, limit: 10, budget: 10 };
  expect((await events.page(page)).items).toMatchObject([{ headers: { 'x-a': '1', 'webhook-hops': '8' } }]);
  expect((await requests.requests(page)).items).toMatchObject([
    { messageId: 'm2', reason: expect.stringContaining('it goes round') },
  ]);
});
