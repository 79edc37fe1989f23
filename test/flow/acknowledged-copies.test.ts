/** What becomes of a delivery whose message is gone, because another worker acknowledged a copy of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { memoryDrainMarks } from '../../lambdas/adapters/memory/wakes.ts';
import { MAX_RECEIVES } from '../../lambdas/contract/functions.ts';
import type { DeliveryTask } from '../../lambdas/contract/tasks.ts';
import { type DeliverDeps, deliverBatch } from '../../lambdas/flow/deliver/deliver.ts';
import type { Disposition } from '../../lambdas/flow/deliver/disposition.ts';
import { drain } from '../../lambdas/flow/waiting/drain.ts';
import { sweep } from '../../lambdas/flow/waiting/sweep.ts';
import { aDelivery, aDeliveryTask, anAnswer, anEndpoint, anEvent, aProject, NOW } from '../factories.ts';
import { aWorker } from './deliver/worker-under-test.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

async function aGateway() {
  const {
    clock,
    log,
    config,
    events,
    deliveries,
    health,
    ledger,
    timer,
    queues,
    random,
    deps: stand,
  } = aWorker();
  const receiver = { posts: 0, status: 204 };
  const reads = { count: 0, throttled: false };
  const deps: DeliverDeps = {
    ...stand,
    events: {
      ...events,
      get: async (...key) => {
        reads.count++;
        if (reads.throttled) throw new Error('throttled');
        return events.get(...key);
      },
    },
    http: {
      async post() {
        receiver.posts++;
        return anAnswer(receiver.status);
      },
    },
  };
  const draining = {
    ...{ clock, log, health, ledger, random },
    notices: deps.notices,
    endpoints: config,
    backlog: deliveries,
    marks: memoryDrainMarks(),
    deliveryQueue: queues,
    wakeQueue: queues,
  };
  const retry = { strategy: 'linear', intervalSeconds: 5, maxAttempts: 50 } as const;
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint({ retry }));
  await events.put(anEvent());
  await deliveries.save(
    aDelivery({ state: { status: 'waiting', dueAt: NOW, where: 'backlog' }, version: 1 }),
  );
  const record = async () => (await deliveries.getMany([aDeliveryTask()]))[0]!;
  return { ...{ clock, queues, ledger, timer, deps, draining, receiver, reads, record } };
}

interface Message {
  readonly task: DeliveryTask;
  receives: number;
  readonly firstReceivedAt: number;
  visibleAt: number;
}

let gateway: Awaited<ReturnType<typeof aGateway>>;
/** What the delivery queue holds. */
let messages: Message[];
let sentByWakes: number;
let deadLetters: number;
/** How long after its due moment the queue hands a message out. */
let lateMs: number;

beforeEach(async () => {
  gateway = await aGateway();
  messages = [];
  [sentByWakes, deadLetters, lateMs] = [0, 0, 0];
});

function aMessage(): Message {
  const now = gateway.clock.now();
  return { task: aDeliveryTask(), receives: 0, firstReceivedAt: now, visibleAt: now };
}

async function handOut(message: Message): Promise<Disposition> {
  message.receives++;
  return (await deliverBatch(gateway.deps, [{ id: 'm', ...message }])).get('m')!;
}

/** Second by second: the queue hands out what is visible, timers fire, the sweeper comes each minute. */
async function letPass(ms: number): Promise<void> {
  const { clock, queues, draining, timer, ledger } = gateway;
  for (const end = clock.now() + ms; clock.now() < end; clock.advance(SECOND)) {
    for (const message of messages.filter(({ visibleAt }) => visibleAt + lateMs <= clock.now())) {
      const isDead = message.receives >= MAX_RECEIVES;
      const next = isDead ? { do: 'done' as const } : await handOut(message);
      if (isDead) deadLetters++;
      if (next.do === 'done') messages.splice(messages.indexOf(message), 1);
      else message.visibleAt = clock.now() + Math.max(SECOND, next.inMs);
    }
    for (const wake of timer.fire(clock.now())) await queues.sendWakes([{ v: 1, ...wake }]);
    if (clock.now() % MINUTE === 0) await sweep({ clock, ledger, wakeQueue: queues });
    for (let wake = queues.wakes.shift(); wake !== undefined; wake = queues.wakes.shift())
      await drain(draining, wake.task);
    for (const { task } of queues.deliveries.splice(0)) {
      messages.push({ ...aMessage(), task });
      sentByWakes++;
    }
  }
}

describe('a delivery whose message is gone', () => {
  test('after a fault of ours is found in the backlog, and delivered once', async () => {
    gateway.reads.throttled = true;
    expect(await handOut(aMessage())).toEqual({ do: 'again', inMs: 5 * SECOND });
    gateway.reads.throttled = false;
    await letPass(4 * MINUTE);
    expect((await gateway.record()).state).toEqual({ status: 'succeeded' });
    expect(gateway.receiver.posts).toBe(1);
  });

  test('after a long row of faults, too', async () => {
    gateway.reads.throttled = true;
    await handOut({ ...aMessage(), receives: 8 });
    gateway.reads.throttled = false;
    await letPass(20 * MINUTE);
    expect((await gateway.record()).state).toEqual({ status: 'succeeded' });
  });

  test('while it waits a few seconds after a failure is found in the backlog, and tried again', async () => {
    gateway.receiver.status = 503;
    expect(await handOut(aMessage())).toEqual({ do: 'again', inMs: 5 * SECOND });
    gateway.receiver.status = 204;
    await letPass(4 * MINUTE);
    expect((await gateway.record()).state).toEqual({ status: 'succeeded' });
    expect(gateway.receiver.posts).toBe(2);
  });
});

describe('a delivery whose message is there', () => {
  test('is tried again after a few seconds, not with the next wake', async () => {
    gateway.receiver.status = 503;
    messages.push(aMessage());
    await letPass(4 * SECOND);
    gateway.receiver.status = 204;
    await letPass(2 * SECOND);
    expect((await gateway.record()).state).toEqual({ status: 'succeeded' });
  });

  test.each([
    { seconds: 0, most: 1 },
    { seconds: 20, most: 1 },
    { seconds: 150, most: 4 },
  ])(
    'and whose copy is there: an hour of faults leaves no more than $most, in a queue $seconds s late',
    async ({ seconds, most }) => {
      lateMs = seconds * SECOND;
      gateway.reads.throttled = true;
      messages.push(aMessage(), aMessage());
      const counts: number[] = [];
      for (let minute = 0; minute < 60; minute++) {
        await letPass(MINUTE);
        counts.push(messages.length);
      }
      expect(Math.max(...counts.slice(5))).toBeLessThanOrEqual(most);
      // A claim that was given back is sent by one wake at most.
      expect(gateway.reads.count).toBeGreaterThan(10);
      expect(sentByWakes).toBeLessThan(gateway.reads.count);
      expect(gateway.receiver.posts).toBe(0);
      gateway.reads.throttled = false;
      await letPass(HOUR);
      expect((await gateway.record()).state).toEqual({ status: 'succeeded' });
      expect(gateway.receiver.posts).toBe(1);
      expect(messages).toEqual([]);
    },
  );

  test('comes to rest among the dead letters when the fault does not end', async () => {
    gateway.reads.throttled = true;
    messages.push(aMessage());
    await letPass(24 * HOUR);
    expect({ left: messages.length, deadLetters, sentByWakes }).toEqual({
      left: 0,
      deadLetters: 1,
      sentByWakes: 0,
    });
  });
});
