import { describe, expect, test } from 'vitest';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import type { FanoutTask } from '../../../lambdas/contract/tasks.ts';
import { bodyName, type Event } from '../../../lambdas/domain/event.ts';
import { fanOut } from '../../../lambdas/flow/publish/fanout.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import type { BodyStore } from '../../../lambdas/ports/body-store.ts';
import { anEvent, anId, aSubscription, NOW } from '../../factories.ts';

async function fannedOut(event: Event, task: Partial<FanoutTask> = {}, filter?: object) {
  const { queues } = await fanOutOnce(event, task, filter);
  return queues.deliveries.map(({ task: sent }) => sent.endpoint);
}

async function fanOutOnce(
  event: Event,
  task: Partial<FanoutTask> = {},
  filter?: object,
  bodies: BodyStore = memoryBodies(),
) {
  const config = memoryConfig();
  for (const owner of [undefined, 'acme', 'rival']) {
    const name = owner ?? 'project';
    await config.putSubscription(
      aSubscription({
        id: anId('sub', name),
        endpoint: anId('ep', name),
        ...(owner && { owner }),
        ...(filter !== undefined && { filter: JSON.stringify(filter) }),
      }),
    );
  }
  const events = memoryEvents();
  await events.put(event);
  const queues = memoryQueues();
  const { id, project, type, owner } = event;
  const ordinary: FanoutTask = {
    v: 1,
    kind: 'fanout',
    project,
    event: id,
    type,
    ...(owner !== undefined && { owner }),
    index: 0,
  };
  const [clock, log, deliveries] = [memoryClock(NOW), memoryLog(), memoryDeliveries()];
  const wakes = createWakeArmer({ clock, log, ledger: memoryWakeLedger(), timer: memoryWakeTimer() });
  const deps = {
    events,
    chunks: events,
    bodies,
    routing: config,
    log,
    clock,
    deliveries,
    wakes,
  };
  await fanOut({ ...deps, deliveryQueue: queues, fanoutQueue: queues }, { ...ordinary, ...task }, false);
  return { queues, deliveries: deliveries.all() };
}

const CHUNKED = { kind: 'chunked' } as const;

test('an event of an owner goes to that owner first', async () => {
  expect(await fannedOut(anEvent({ owner: 'acme', matches: CHUNKED }))).toEqual([anId('ep', 'acme')]);
});

test('the event says whose it is, not the message: publishers can write to the same queue', async () => {
  const event = anEvent({ owner: 'acme', matches: CHUNKED });
  expect(await fannedOut(event, { owner: 'rival' })).toEqual([anId('ep', 'acme')]);
  expect(await fannedOut(anEvent({ matches: CHUNKED }), { owner: 'rival', cursor: 'owner:' })).toEqual([
    anId('ep', 'project'),
  ]);
});

test('an event whose endpoints were listed when it was published is not routed again', async () => {
  expect(await fannedOut(anEvent({ matches: { kind: 'listed', endpoints: [] } }))).toEqual([]);
});

test('an event that is due later enters the backlogs, by the time it was stored with', async () => {
  const later = anEvent({ owner: 'acme', matches: CHUNKED, deliverAt: NOW + 3_600_000 });
  const { queues, deliveries } = await fanOutOnce(later);
  expect(queues.deliveries).toEqual([]);
  expect(deliveries).toMatchObject([
    { endpoint: anId('ep', 'acme'), state: { status: 'waiting', dueAt: NOW + 3_600_000, where: 'backlog' } },
  ]);
});

test('an event whose time has come since is sent, and claimed: it may have been scheduled before', async () => {
  const due = anEvent({ owner: 'acme', matches: CHUNKED, deliverAt: NOW - 1 });
  const { queues, deliveries } = await fanOutOnce(due);
  expect(queues.deliveries).toMatchObject([{ task: { endpoint: anId('ep', 'acme'), mayRepeat: true } }]);
  expect(deliveries).toEqual([]);
});

describe('filters', () => {
  const project = anId('ep', 'project');

  test('are asked of the event as it was stored', async () => {
    const event = anEvent({ matches: CHUNKED, headers: { 'X-Tenant': 'acme' } });
    const to = (filter: object) => fannedOut(event, {}, filter);
    expect(await to({ body: { amount: { $gt: 4_000 } } })).toEqual([project]);
    expect(await to({ body: { amount: { $lt: 4_000 } } })).toEqual([]);
    expect(await to({ headers: { 'x-tenant': 'acme' } })).toEqual([project]);
    expect(await to({ headers: { 'x-tenant': 'rival' } })).toEqual([]);
  });

  test.each([undefined, NOW + 3_600_000])(
    'fetch a body from the bucket only to look at it (due %s)',
    async (deliverAt) => {
      const body = { at: 'bucket', size: 300_000 } as const;
      const event = anEvent({ matches: CHUNKED, body, ...(deliverAt !== undefined && { deliverAt }) });
      let fetched = 0;
      const stored = memoryBodies();
      await stored.put(bodyName(event, body), Buffer.from('{"amount": 1}'));
      const bodies: BodyStore = {
        ...stored,
        get: async (...of) => {
          fetched++;
          return stored.get(...of);
        },
      };
      const reached = async (filter: object) => {
        const { queues, deliveries } = await fanOutOnce(event, {}, filter, bodies);
        return queues.deliveries.length + deliveries.length;
      };
      expect(await reached({ headers: { 'content-type': { $exist: true } } })).toBe(1);
      expect(fetched).toBe(0);
      expect(await reached({ body: { amount: 1 } })).toBe(1);
      expect(await reached({ body: { amount: 2 } })).toBe(0);
      expect(fetched).toBe(2);
    },
  );
});
