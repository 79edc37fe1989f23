import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, it, vi } from 'vitest';
import { memoryClock } from '../../lambdas/adapters/memory/clock.ts';
import { memoryLog } from '../../lambdas/adapters/memory/log.ts';
import { memoryQueues } from '../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../lambdas/adapters/memory/random.ts';
import { powertoolsLog } from '../../lambdas/adapters/powertools/log.ts';
import { createServiceClock, stopwatch, systemClock } from '../../lambdas/adapters/system/clock.ts';
import { systemRandom } from '../../lambdas/adapters/system/random.ts';
import type { Random } from '../../lambdas/ports/clock.ts';
import type { Log } from '../../lambdas/ports/log.ts';
import { aDeliveryTask, ENDPOINT_ID, NOW } from '../factories.ts';

describe.each<[string, Random]>([
  ['the system', systemRandom],
  ['a seed', seededRandom(7)],
])('randomness of %s', (_, random) => {
  it('gives as many bytes as asked for, and not the same again', () => {
    expect(random.bytes(32)).toHaveLength(32);
    expect(Buffer.from(random.bytes(16)).equals(random.bytes(16))).toBe(false);
  });

  it('is spread over [0, 1)', () => {
    const tenths = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      const value = random.uniform();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
      tenths.add(Math.floor(value * 10));
    }
    expect(tenths.size).toBe(10);
  });
});

it('the same seed gives the same history', () => {
  const [a, b, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
  expect(a.bytes(8)).toEqual(b.bytes(8));
  expect(a.uniform()).toBe(b.uniform());
  expect(a.uniform()).not.toBe(other.uniform());
});

it('time in memory moves when told to, and never back', () => {
  const clock = memoryClock(NOW);
  clock.advance(5);
  expect(clock.now()).toBe(NOW + 5);
  expect(() => clock.set(NOW)).toThrow('time runs forward');
  expect(clock.now()).toBe(NOW + 5);
});

it('time of the system is in milliseconds', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
});

it('a stopwatch goes on when the machine loses an hour', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const from = stopwatch.now();
  vi.setSystemTime(NOW - 3_600_000);
  expect(stopwatch.now()).toBeGreaterThanOrEqual(from);
  vi.useRealTimers();
});

describe('time set right by what services say', () => {
  /** `wrongMs`: by how much the machine is ahead. The services are right, and tell whole seconds. */
  const hearing = (wrongMs: number) => {
    let [at, wrong] = [NOW, wrongMs];
    const machine = () => at + wrong;
    const clock = createServiceClock(machine);
    return {
      wrongBy: () => clock.now() - at,
      sets: (ms: number) => {
        wrong = ms;
      },
      hears: ({ afterMs = 10, meanwhile = () => {} } = {}) => {
        const askedAt = machine();
        at += afterMs / 2;
        const servedAt = Math.floor(at / 1000) * 1000;
        meanwhile();
        at += afterMs / 2;
        clock.hear({ servedAt, askedAt, answeredAt: machine() });
        at += 130;
      },
    };
  };
  const HOUR_MS = 3_600_000;

  it.each([-HOUR_MS, -120_000, -5_000, 5_000, 120_000, HOUR_MS])(
    'of a machine that is %i ms ahead is two seconds off at most after one answer',
    (wrongMs) => {
      const clock = hearing(wrongMs);
      clock.hears();
      expect(Math.abs(clock.wrongBy())).toBeLessThan(2_100);
      for (let answers = 0; answers < 50; answers++) clock.hears();
      expect(Math.abs(clock.wrongBy())).toBeLessThan(2_100);
    },
  );

  it.each([-900, 0, 900])('is the machine’s own when that is %i ms ahead', (wrongMs) => {
    const clock = hearing(wrongMs);
    for (let answers = 0; answers < 100; answers++) clock.hears();
    expect(clock.wrongBy()).toBe(wrongMs);
  });

  it('follows a machine that loses an hour, and gets it back', () => {
    const clock = hearing(0);
    clock.sets(-HOUR_MS);
    clock.hears();
    expect(Math.abs(clock.wrongBy())).toBeLessThan(2_100);
    clock.sets(0);
    clock.hears();
    expect(Math.abs(clock.wrongBy())).toBeLessThan(2_100);
  });

  it('learns nothing from an answer that was long on its way', () => {
    const clock = hearing(0);
    clock.hears({ afterMs: 30_000 });
    expect(clock.wrongBy()).toBe(0);
  });

  it('is corrected once by answers to questions asked before', () => {
    const [at, clock] = [NOW, createServiceClock(() => NOW + 120_000)];
    const heard = { servedAt: at, askedAt: at + 120_000, answeredAt: at + 120_000 };
    for (let answers = 0; answers < 5; answers++) clock.hear(heard);
    expect(Math.abs(clock.now() - at)).toBeLessThan(2_100);
  });

  it('waits for the next answer when the machine jumped during one', () => {
    const clock = hearing(0);
    clock.hears({ meanwhile: () => clock.sets(HOUR_MS) });
    expect(clock.wrongBy()).toBe(HOUR_MS);
    clock.hears();
    expect(Math.abs(clock.wrongBy())).toBeLessThan(2_100);
  });
});

describe('log', () => {
  const speak = (log: Log): void => {
    log.info('delivered', { status: 200 });
    log.warn('slow', { ms: 9000 });
    log.error('lost', { table: 'log' });
  };

  it('collects its lines in memory', () => {
    const log = memoryLog();
    speak(log);
    expect(log.lines).toEqual([
      { level: 'info', what: 'delivered', fields: { status: 200 } },
      { level: 'warn', what: 'slow', fields: { ms: 9000 } },
      { level: 'error', what: 'lost', fields: { table: 'log' } },
    ]);
  });

  it('writes one wide JSON line per thing that happened', () => {
    const written: string[] = [];
    const keep = (text: string): void => void written.push(text);
    const spies = (['info', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(keep),
    );
    // In development Powertools writes to the console everyone shares, which can be listened to.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    speak(powertoolsLog(new Logger({ serviceName: 'deliver', logLevel: 'INFO' })));
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'delivered', status: 200, service: 'deliver' },
      { level: 'WARN', message: 'slow', ms: 9000 },
      { level: 'ERROR', message: 'lost', table: 'log' },
    ]);
  });
});

it('queues in memory keep order and groups', async () => {
  const queues = memoryQueues();
  await queues.sendDeliveries([aDeliveryTask({ type: 'a' }), aDeliveryTask({ type: 'b' })]);
  await queues.sendWakes([{ v: 1, project: 'p', endpoint: ENDPOINT_ID }]);
  expect(queues.deliveries.map(({ task, group }) => [task.type, group])).toEqual([
    ['a', ENDPOINT_ID],
    ['b', ENDPOINT_ID],
  ]);
  expect(queues.wakes).toEqual([{ task: { v: 1, project: 'p', endpoint: ENDPOINT_ID } }]);
});
