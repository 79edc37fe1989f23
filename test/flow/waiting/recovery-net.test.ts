/** What holds when a wake is lost, late or comes twice: whatever waits is found again, and nothing is sent too often. */
import { beforeEach, describe, expect, it } from 'vitest';
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
import type { WakeTask } from '../../../lambdas/contract/tasks.ts';
import { MINUTE_MS } from '../../../lambdas/domain/delivery/wake.ts';
import { nextRound } from '../../../lambdas/domain/health/health.ts';
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import { changeHealth } from '../../../lambdas/flow/deliver/change-health.ts';
import { drain } from '../../../lambdas/flow/waiting/drain.ts';
import { sweep } from '../../../lambdas/flow/waiting/sweep.ts';
import { aDelivery, anEndpoint, anEventId, ENDPOINT_ID, NOW, PROJECT_ID } from '../../factories.ts';

const WHOSE = { project: PROJECT_ID, endpoint: ENDPOINT_ID } as const;
const HOUR = 60 * MINUTE_MS;
const PAUSED = { status: 'held', why: 'endpoint_paused' } as const;
const HELD = { status: 'held', why: 'circuit_open' } as const;

function gateway() {
  const [clock, log, config, deliveries] = [
    memoryClock(NOW),
    memoryLog(),
    memoryConfig(),
    memoryDeliveries(),
  ];
  const [queues, ledger, health, marks] = [
    memoryQueues(),
    memoryWakeLedger(),
    memoryHealth(),
    memoryDrainMarks(),
  ];
  const alertQueue = memoryAlertQueue();
  const notices = createAlertNotices({
    clock,
    log,
    alerts: memoryAlerts(),
    reviews: memoryWakeLedger(),
    alertQueue,
  });
  return {
    ...{ clock, log, config, deliveries, queues, ledger, health, marks, notices },
    random: seededRandom(1),
    endpoints: config,
    backlog: deliveries,
    deliveryQueue: queues,
    wakeQueue: queues,
  };
}

let gw: ReturnType<typeof gateway>;
beforeEach(async () => {
  gw = gateway();
  await gw.config.createEndpoint(anEndpoint());
});

const waiting = (at: string, dueAt: number) =>
  aDelivery({ event: anEventId(at), state: { status: 'waiting', where: 'backlog', dueAt }, version: 1 });

/** Every minute the sweeper, and what it wakes, and what that wakes: until so long has passed. */
async function letPass(ms: number): Promise<void> {
  for (const end = gw.clock.now() + ms; gw.clock.now() < end; gw.clock.advance(MINUTE_MS)) {
    await sweep(gw);
    for (let wake = gw.queues.wakes.shift(); wake !== undefined; wake = gw.queues.wakes.shift()) {
      await drain(gw, wake.task);
    }
  }
}

const sent = () => gw.queues.deliveries.map(({ task }) => task.event);

describe('a lost wake', () => {
  it('of an endpoint that has recovered: what is held is released all the same', async () => {
    const ramp = { width: 256, from: NOW, since: NOW - HOUR, trips: 1, slowdowns: 0 };
    const tally = { consecutive: 0, windowStart: 0, attempts: 0, failures: 0 };
    await gw.health.save({ endpoint: ENDPOINT_ID, circuit: { state: 'closed', tally, ramp }, version: 1 });
    const held = aDelivery({ state: HELD, version: 1 });
    await gw.deliveries.save(held);
    await changeHealth(gw, WHOSE, await gw.health.get(ENDPOINT_ID), (health, now) =>
      nextRound(health, 0, now),
    );
    gw.queues.wakes.length = 0;
    await letPass(10 * MINUTE_MS);
    expect(sent()).toEqual([held.event]);
  });

  it('of a delivery that entered the backlog behind the mark of a drain: it is found when the mark is old', async () => {
    await gw.deliveries.save(waiting('1', NOW - 1_000));
    await drain(gw, { v: 1, ...WHOSE });
    const late = waiting('2', NOW - 2_000);
    const minute = Math.floor(NOW / MINUTE_MS) + 1;
    await gw.ledger.note({ ...WHOSE, minute });
    await gw.deliveries.save(late);
    await letPass(20 * MINUTE_MS);
    expect(sent()).toContain(late.event);
  });
});

it('a long backlog is not sent twice by a resume that is pressed twice', async () => {
  for (let i = 0; i < 25; i++)
    await gw.deliveries.save(aDelivery({ event: anEventId(String(i)), state: PAUSED, version: 1 }));
  const release = { v: 1, ...WHOSE, release: true } as const;
  const [paused] = await gw.config.endpoints(PROJECT_ID, [ENDPOINT_ID]);
  await gw.config.replaceEndpoint({ ...paused!, status: 'paused', version: paused!.version + 1 });
  await drain(gw, release);
  await gw.config.replaceEndpoint({ ...paused!, version: paused!.version + 2 });
  for (let press = 0; press < 2; press++) await drain(gw, release);
  for (let wake = gw.queues.wakes.shift(); wake !== undefined; wake = gw.queues.wakes.shift()) {
    if (wake.delayMs === 0) await drain(gw, wake.task);
  }
  // The first round of its slow start.
  expect(sent()).toHaveLength(1);
});

it.each([
  ['the rate limit lets', { rateLimit: { limit: 3, per: 'minute' } }, 3],
  ['two requests at once of 20 s each let', { maxInFlight: 2, timeoutSeconds: 20 }, 6],
  ['both let', { rateLimit: { limit: 4, per: 'minute' }, maxInFlight: 2, timeoutSeconds: 20 }, 4],
] as const)('a round is not larger than what %s go while it lasts', async (_, limits, size) => {
  const endpoint = anEndpoint(limits);
  const config = memoryConfig();
  await config.createEndpoint(endpoint);
  const ramp = { width: 64, from: NOW, since: NOW, trips: 1, slowdowns: 0 };
  const tally = { consecutive: 0, windowStart: 0, attempts: 0, failures: 0 };
  await gw.health.save({ endpoint: ENDPOINT_ID, circuit: { state: 'closed', tally, ramp }, version: 1 });
  for (let i = 0; i < 50; i++)
    await gw.deliveries.save(aDelivery({ event: anEventId(String(i)), state: HELD, version: 1 }));
  await drain({ ...gw, endpoints: config }, { v: 1, ...WHOSE });
  expect(sent()).toHaveLength(size);
});

describe('a backlog of an endpoint with a rate limit', () => {
  const LIMITED = anEndpoint({ rateLimit: { limit: 60, per: 'minute' } });
  let config: ReturnType<typeof memoryConfig>;
  beforeEach(async () => {
    config = memoryConfig();
    await config.createEndpoint(LIMITED);
  });

  /** Wakes come when they are due, and one more each minute, as the sweeper sends for claims that stand. */
  async function sentIn(minutes: number): Promise<number> {
    const limited = { ...gw, endpoints: config };
    const due: { task: WakeTask; at: number }[] = [];
    for (let second = 0; second < minutes * 60; second++, gw.clock.advance(1_000)) {
      if (second % 60 === 0) due.push({ task: { v: 1, ...WHOSE }, at: gw.clock.now() });
      for (const { task } of due.filter(({ at }) => at <= gw.clock.now())) await drain(limited, task);
      due.splice(0, due.length, ...due.filter(({ at }) => at > gw.clock.now()));
      for (const { task, delayMs = 0 } of gw.queues.wakes.splice(0))
        due.push({ task, at: gw.clock.now() + delayMs });
    }
    return gw.queues.deliveries.length;
  }

  it('goes to the queue as fast as the limit lets it go, however many wakes come', async () => {
    for (let i = 0; i < 2_000; i++) await gw.deliveries.save(waiting(String(i), NOW - 1));
    const many = await sentIn(8);
    expect(many).toBeGreaterThanOrEqual(480);
    expect(many).toBeLessThan(480 * 1.1 + 200);
    expect(new Set(sent()).size).toBe(many);
  });

  it('goes on after a drain died between two pages', async () => {
    for (let i = 0; i < 300; i++) await gw.deliveries.save(waiting(String(i), NOW - 1));
    await drain({ ...gw, endpoints: config }, { v: 1, ...WHOSE });
    gw.queues.wakes.length = 0;
    await drain({ ...gw, endpoints: config }, { v: 1, ...WHOSE });
    expect(sent()).toHaveLength(200);
    await letPass(20 * MINUTE_MS);
    expect(new Set(sent()).size).toBe(300);
  });

  it('held: released at that pace too', async () => {
    for (let i = 0; i < 300; i++)
      await gw.deliveries.save(aDelivery({ event: anEventId(String(i)), state: HELD, version: 1 }));
    await drain({ ...gw, endpoints: config }, { v: 1, ...WHOSE, release: true, recovered: true });
    expect(sent()).toHaveLength(200);
    expect(gw.queues.wakes).toMatchObject([{ delayMs: 190_000 }]);
  });
});
