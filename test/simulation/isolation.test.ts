/**
 * What a healthy endpoint notices of others that are silent. The rules of Lambda and SQS that this depends on are stated
 * in `event-source.ts` and `fair-queue.ts`; the stack's own settings are those of its defaults.
 */
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../lib/settings.ts';
import type { Tamper } from './gateway.ts';
import { type Neighbourhood, percentile, type Service, serve } from './isolation.ts';

const MINUTE = 60_000;
/** SQS's own limit of messages in flight in a standard queue. */
const QUEUE_IN_FLIGHT = 120_000;

const alone: Neighbourhood = {
  seed: 1,
  healthy: { endpoints: 20, perSecond: 50 },
  silent: { endpoints: 0, perSecond: 0 },
  warmUpMs: MINUTE / 2,
  measuredMs: 2 * MINUTE,
  maxConcurrency: Number(SETTINGS.deliverConcurrency.fallback),
};
const amongTheDead: Neighbourhood = { ...alone, silent: { endpoints: 1_000, perSecond: 50 } };
const besideAFlood: Neighbourhood = { ...alone, silent: { endpoints: 1, perSecond: 200 } };

const quiet = await serve(alone);

const share = (service: Service): number => service.delivered / quiet.delivered;
const slowdown = (service: Service): number => percentile(service, 99) / percentile(quiet, 99);

test('alone, everything is delivered as fast as receivers answer', () => {
  expect(quiet.delivered / quiet.latencies.length).toBeGreaterThan(0.99);
  expect(percentile(quiet, 99)).toBeLessThan(500);
});

describe('a thousand endpoints that time out after 15 s and take half the traffic', { timeout: 0 }, () => {
  test('leave the healthy ones 95 % of their throughput and 1.2 times their slowest percent', async () => {
    const service = await serve(amongTheDead);
    expect(service.wasted).toBeGreaterThan(1_000);
    expect(share(service)).toBeGreaterThan(0.95);
    expect(slowdown(service)).toBeLessThan(1.2);
    expect(service.queue.deadLetters).toEqual([]);
  });

  test('would take it, did workers only wait for them', async () => {
    const waitOnly: Tamper = (ports) => ({
      ...ports,
      source: { ...ports.source, receive: () => Promise.reject(new Error('takes no more')) },
    });
    const service = await serve(amongTheDead, waitOnly);
    expect(share(service)).toBeLessThan(0.8);
    expect(slowdown(service)).toBeGreaterThan(10);
  });
});

test('one silent endpoint with four times the traffic of all others takes nothing from them', {
  timeout: 0,
}, async () => {
  const service = await serve(besideAFlood);
  expect(share(service)).toBeGreaterThan(0.95);
  expect(slowdown(service)).toBeLessThan(1.2);
  expect(service.queue.highWater.ofGroup).toBeLessThan(QUEUE_IN_FLIGHT / 5);
  expect(service.queue.deadLetters).toEqual([]);
});
