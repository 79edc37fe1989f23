/** Ten workers and one endpoint with a limit, in virtual time: how many requests leave in each minute. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRateMeter } from '../../../lambdas/adapters/memory/rate.ts';
import type { DeliveryTask } from '../../../lambdas/contract/tasks.ts';
import type { RateLimit } from '../../../lambdas/domain/limits/rate.ts';
import { keepRates } from '../../../lambdas/flow/deliver/keep-rate.ts';
import type { RateMeter } from '../../../lambdas/ports/rate.ts';
import { aDeliveryTask, anEndpoint, anEventId, NOW } from '../../factories.ts';

const MINUTE = 60_000;
const WORKERS = 10;

interface Run {
  /** When requests left, from the start. */
  readonly sent: readonly number[];
  /** When slots were taken. */
  readonly writes: readonly number[];
}

/** Each tick every worker takes a batch of up to ten of what is visible. */
async function run(
  rateLimit: RateLimit,
  arrivalsPerSecond: number,
  minutes: number,
  tickMs = 100,
): Promise<Run> {
  const endpoint = anEndpoint({ rateLimit });
  const random = seededRandom(7);
  let now = NOW;
  const meter = memoryRateMeter();
  const writes: number[] = [];
  const rates: RateMeter = {
    async take(slots) {
      const next = await meter.take(slots);
      if (next !== undefined) writes.push(now - NOW);
      return next;
    },
  };
  const queue: { readonly task: DeliveryTask; readonly visibleAt: number }[] = [];
  const laterQueue = {
    async sendLater(delayed: readonly { task: DeliveryTask; delayMs: number }[]) {
      for (const { task, delayMs } of delayed) {
        queue.push({ task, visibleAt: now + Math.min(Math.ceil(delayMs / 1000), 900) * 1000 });
      }
    },
  };
  const deps = { clock: { now: () => now }, random, rates, laterQueue };
  const sent: number[] = [];
  const task = aDeliveryTask({ event: anEventId() });
  let owed = 0;
  for (; now < NOW + minutes * MINUTE; now += tickMs) {
    owed += (arrivalsPerSecond * tickMs) / 1000;
    for (; owed >= 1; owed--) queue.push({ task, visibleAt: now });
    queue.sort((a, b) => a.visibleAt - b.visibleAt);
    for (let worker = 0; worker < WORKERS; worker++) {
      const visible = queue.findIndex(({ visibleAt }) => visibleAt > now);
      const batch = queue.splice(0, Math.min(10, visible < 0 ? queue.length : visible));
      if (batch.length === 0) break;
      const messages = batch.map((each, i) => ({
        message: { id: String(i), task: each.task, receives: 1, firstReceivedAt: now },
        endpoint,
      }));
      const putOff = await keepRates(deps, messages);
      for (const { message } of messages) if (!putOff.has(message.id)) sent.push(now - NOW);
    }
  }
  return { sent, writes };
}

function inMinute(sent: readonly number[], minute: number): number {
  return sent.filter((at) => at >= minute * MINUTE && at < (minute + 1) * MINUTE).length;
}

describe('ten workers and a limit of 20 in a second', () => {
  const limit: RateLimit = { limit: 20, per: 'second' };

  it.each([
    [20, 4],
    [90, 18],
    [300, 20],
  ])('at %d %% load the rate of each minute is within 2 %%', async (load, expected) => {
    const { sent } = await run(limit, (20 * load) / 100, 4);
    for (const minute of [1, 2, 3]) {
      expect(inMinute(sent, minute)).toBeGreaterThan(expected * 60 * 0.98);
      expect(inMinute(sent, minute)).toBeLessThan(expected * 60 * 1.02);
    }
  });

  it('no minute, wherever it begins, has more than 2 % above the limit', async () => {
    const { sent } = await run(limit, 60, 4);
    for (let from = 0; from < 3 * MINUTE; from += 777) {
      const count = sent.filter((at) => at >= from && at < from + MINUTE).length;
      expect(count).toBeLessThanOrEqual(20 * 60 * 1.02);
    }
  });

  it('in overload a delivery costs at most 0.15 writes', async () => {
    const { sent, writes } = await run({ limit: 2, per: 'second' }, 6, 30, 1_000);
    const late = (times: readonly number[]) => times.filter((at) => at >= 15 * MINUTE).length;
    expect(late(sent)).toBeGreaterThan(15 * 120 * 0.98);
    expect(late(writes) / late(sent)).toBeLessThanOrEqual(0.15);
  });

  it('after hours of overload no slot has stayed free', async () => {
    const { sent } = await run({ limit: 30, per: 'minute' }, 1.5, 60);
    expect(inMinute(sent, 59)).toBeGreaterThanOrEqual(29);
    expect(sent.length).toBeGreaterThan(59 * 30 * 0.98);
  }, 20_000);
});

it('a limit by the hour gives its slots an hour apart in all', async () => {
  const { sent } = await run({ limit: 6, per: 'hour' }, 0.02, 120);
  expect(sent.length).toBeGreaterThanOrEqual(11);
  expect(sent.length).toBeLessThanOrEqual(13);
}, 20_000);

it('a slot that a slower limit gave, hours away, is forgotten when that limit was raised', async () => {
  const later: DeliveryTask[] = [];
  const deps = {
    clock: { now: () => NOW },
    random: seededRandom(1),
    rates: memoryRateMeter(),
    laterQueue: {
      sendLater: async (all: readonly { task: DeliveryTask }[]) =>
        void later.push(...all.map(({ task }) => task)),
    },
  };
  const task = {
    ...aDeliveryTask({ event: anEventId() }),
    slot: NOW + 9 * 3_600_000,
    slotOf: '1/hour',
  };
  const message = { id: '1', task, receives: 1, firstReceivedAt: NOW };
  const under = (rateLimit: RateLimit) => keepRates(deps, [{ message, endpoint: anEndpoint({ rateLimit }) }]);
  expect((await under({ limit: 1, per: 'hour' })).size).toBe(1);
  expect((await under({ limit: 100, per: 'second' })).size).toBe(0);
  expect(later).toEqual([task]);
});

it('a slot is used once, though the queue counts a message that was handed out twice as new', async () => {
  const later: DeliveryTask[] = [];
  const deps = {
    clock: { now: () => NOW },
    random: seededRandom(1),
    rates: memoryRateMeter(),
    laterQueue: {
      sendLater: async (all: readonly { task: DeliveryTask }[]) =>
        void later.push(...all.map(({ task }) => task)),
    },
  };
  const endpoint = anEndpoint({ rateLimit: { limit: 2, per: 'minute' } });
  const message = (slot: number) => ({
    id: String(slot),
    task: { ...aDeliveryTask({ event: anEventId() }), slot, slotOf: '2/minute' },
    receives: 1,
    firstReceivedAt: NOW,
  });
  const putOff = (slot: number, triedAt: number) =>
    keepRates(deps, [{ message: message(slot), endpoint, triedAt }]);
  expect((await putOff(NOW, NOW - 10_000)).size).toBe(0);
  // Its own is used: it takes the next, which is free, and the one after that waits.
  expect((await putOff(NOW - 5_000, NOW - 5_400)).size).toBe(0);
  expect((await putOff(NOW - 5_000, NOW - 5_400)).size).toBe(1);
  expect(later.map(({ slot }) => slot)).toEqual([NOW + 30_000]);
});

it('a limit that is lowered counts at once, whatever was reserved under the one before', async () => {
  const before = { limit: 100, per: 'second' } as const;
  const after = { limit: 1, per: 'second' } as const;
  let now = NOW;
  let queue: { readonly task: DeliveryTask; readonly at: number }[] = Array.from({ length: 3_000 }, () => ({
    task: aDeliveryTask({ event: anEventId() }),
    at: NOW,
  }));
  const deps = {
    clock: { now: () => now },
    random: seededRandom(1),
    rates: memoryRateMeter(),
    laterQueue: {
      sendLater: async (all: readonly { task: DeliveryTask; delayMs: number }[]) =>
        void queue.push(...all.map(({ task, delayMs }) => ({ task, at: now + delayMs }))),
    },
  };
  const secondOf = async (rateLimit: RateLimit): Promise<number> => {
    const due = queue.filter(({ at }) => at <= now);
    queue = queue.filter(({ at }) => at > now);
    const endpoint = anEndpoint({ rateLimit });
    const ready = due.map(({ task }, i) => ({
      message: { id: String(i), task, receives: 1, firstReceivedAt: now },
      endpoint,
    }));
    let put = 0;
    for (let from = 0; from < ready.length; from += 10) {
      put += (await keepRates(deps, ready.slice(from, from + 10))).size;
    }
    now += 1_000;
    return due.length - put;
  };
  await secondOf(before);
  await secondOf(before);
  let sent = 0;
  for (let second = 0; second < 20; second++) sent += await secondOf(after);
  expect(sent).toBeGreaterThanOrEqual(20 * after.limit);
  expect(sent).toBeLessThanOrEqual(20 * after.limit + 3);
});

it('slots that name no limit, by code of before, are not added to those given now', async () => {
  const later: DeliveryTask[] = [];
  const names: string[] = [];
  const meter = memoryRateMeter();
  const deps = {
    clock: { now: () => NOW },
    random: seededRandom(1),
    rates: {
      take: (wanted: Parameters<RateMeter['take']>[0]) => {
        names.push(wanted.endpoint);
        return meter.take(wanted);
      },
    },
    laterQueue: {
      sendLater: async (all: readonly { task: DeliveryTask }[]) =>
        void later.push(...all.map(({ task }) => task)),
    },
  };
  const endpoint = anEndpoint({ rateLimit: { limit: 2, per: 'minute' } });
  const ready = ['new', 'new', 'new', 'old', 'old'].map((age, i) => ({
    message: {
      id: `${age}${i}`,
      task: { ...aDeliveryTask({ event: anEventId(String(i)) }), ...(age === 'old' && { slot: NOW }) },
      receives: 1,
      firstReceivedAt: NOW,
    },
    endpoint,
  }));
  expect([...(await keepRates(deps, ready))]).toEqual(['new1', 'new2', 'old3', 'old4']);
  // A contract: tasks and meters of other versions are told apart by these names.
  expect(later.map(({ slot, slotOf }) => [slot, slotOf])).toEqual(
    [30_000, 60_000, 90_000, 120_000].map((ms) => [NOW + ms, '2/minute']),
  );
  expect(names).toEqual([`${endpoint.id}#2/minute`]);
});
