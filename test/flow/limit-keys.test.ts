/** API keys against their limit, over several instances of the functions, in virtual time. */
import { describe, expect, it } from 'vitest';
import { memoryClock } from '../../lambdas/adapters/memory/clock.ts';
import { memoryLog } from '../../lambdas/adapters/memory/log.ts';
import { seededRandom } from '../../lambdas/adapters/memory/random.ts';
import { memoryRateMeter } from '../../lambdas/adapters/memory/rate.ts';
import type { KeyRate } from '../../lambdas/domain/limits/key-rate.ts';
import { createKeyLimiter } from '../../lambdas/flow/limit-keys.ts';
import type { RateMeter } from '../../lambdas/ports/rate.ts';
import { anId, NOW } from '../factories.ts';

const RATE: KeyRate = { perSecond: 100, burst: 200 };
const KEY = anId('key');

function instances(count: number, { rate = RATE, skewMs = 0, fails = false } = {}) {
  const clock = memoryClock(NOW);
  const log = memoryLog();
  const store = memoryRateMeter();
  const asked = { times: 0, paid: 0 };
  const rates: RateMeter = {
    async take(slots) {
      asked.times++;
      if (fails) throw Object.assign(new Error('throttled'), { name: 'ThrottlingException' });
      const next = await store.take(slots);
      if (next !== undefined) asked.paid++;
      return next;
    },
  };
  const limiters = Array.from({ length: count }, (_, index) => {
    const behind = (index / count) * skewMs;
    return createKeyLimiter({ rate, rates, clock: { now: () => clock.now() - behind }, log });
  });
  return { clock, log, asked, limiters };
}

/** So many requests a second for a minute, each to an instance by chance. */
async function aMinute(
  { clock, limiters }: ReturnType<typeof instances>,
  perSecond: number,
  tickMs = 10,
): Promise<{ readonly sent: number; readonly admitted: number }> {
  const random = seededRandom(3);
  let [owed, sent, admitted] = [0, 0, 0];
  for (let ms = 0; ms < 60_000; ms += tickMs) {
    owed += (perSecond * tickMs) / 1000;
    for (; owed >= 1; owed--) {
      const limiter = limiters[Math.floor(random.uniform() * limiters.length)]!;
      sent++;
      if ((await limiter(KEY)).admitted) admitted++;
    }
    clock.advance(tickMs);
  }
  return { sent, admitted };
}

describe('ten instances', () => {
  it.each([150, 400])(
    'at %i requests a second let through what the limit says, within 3 %%',
    async (load) => {
      const allowed = 60 * RATE.perSecond + RATE.burst;
      const { admitted } = await aMinute(instances(10), load);
      expect(admitted).toBeGreaterThan(allowed * 0.97);
      expect(admitted).toBeLessThan(allowed * 1.03);
    },
  );

  it('let through everything below the limit, bursts too', async () => {
    for (const [perSecond, tickMs] of [
      [90, 10],
      [99, 1_500],
    ] as const) {
      const { sent, admitted } = await aMinute(instances(10), perSecond, tickMs);
      expect(sent).toBeGreaterThan(perSecond * 58);
      expect(admitted).toBe(sent);
    }
  });

  it('keep to the limit when their clocks are apart', async () => {
    const allowed = 60 * RATE.perSecond + RATE.burst;
    const { admitted } = await aMinute(instances(10, { skewMs: 300 }), 400);
    expect(admitted).toBeGreaterThan(allowed * 0.97);
    expect(admitted).toBeLessThan(allowed * 1.04);
  });

  it('pay a sixteenth of a write per request, and ask seldom while they refuse', async () => {
    const busy = instances(10);
    const { admitted } = await aMinute(busy, 90);
    expect(busy.asked.paid).toBeLessThanOrEqual(admitted / 16);
    const over = instances(10);
    await aMinute(over, 400);
    // Each at most four times a second, and once per payment.
    expect(over.asked.times).toBeLessThan(10 * 4 * 60 + over.asked.paid + 10);
  });
});

describe('one instance', () => {
  it('writes nothing for a key it seldom sees', async () => {
    const quiet = instances(1);
    for (let request = 0; request < 16; request++) await quiet.limiters[0]!(KEY);
    expect(quiet.asked.times).toBe(0);
  });

  it('says how much is left, then refuses with the time to come again', async () => {
    const { limiters, clock } = instances(1, { rate: { perSecond: 1, burst: 3 } });
    const ask = () => limiters[0]!(KEY);
    expect(await ask()).toMatchObject({
      admitted: true,
      allowance: { limit: 3, remaining: 2, resetSeconds: 1 },
    });
    expect(await ask()).toMatchObject({ admitted: true, allowance: { remaining: 1, resetSeconds: 2 } });
    expect(await ask()).toMatchObject({ admitted: true, allowance: { remaining: 0, resetSeconds: 3 } });
    expect(await ask()).toMatchObject({ admitted: true, allowance: { remaining: 0 } });
    const refused = { admitted: false, retryAfterSeconds: 1, allowance: { limit: 3, remaining: 0 } };
    expect(await ask()).toMatchObject(refused);
    clock.advance(1_000);
    expect((await ask()).admitted).toBe(true);
    expect((await ask()).admitted).toBe(false);
  });

  it('gives each key a bucket of its own', async () => {
    const { limiters } = instances(1, { rate: { perSecond: 1, burst: 1 } });
    const ask = limiters[0]!;
    for (let request = 0; request < 5; request++) await ask(KEY);
    expect((await ask(KEY)).admitted).toBe(false);
    expect((await ask(anId('key', 'other'))).admitted).toBe(true);
  });

  it('counts requests that come at once', async () => {
    const { limiters, asked } = instances(1);
    const verdicts = await Promise.all(Array.from({ length: 400 }, () => limiters[0]!(KEY)));
    const admitted = verdicts.filter((verdict) => verdict.admitted).length;
    expect(admitted).toBeGreaterThanOrEqual(192);
    expect(admitted).toBeLessThanOrEqual(216);
    expect(asked.times).toBeLessThan(20);
  });

  it('refuses nobody while the count can not be written, and says so', async () => {
    const { limiters, log } = instances(1, { rate: { perSecond: 1, burst: 10 }, fails: true });
    for (let request = 0; request < 50; request++) expect((await limiters[0]!(KEY)).admitted).toBe(true);
    expect(log.lines).toContainEqual(expect.objectContaining({ what: 'key_rate.not_counted' }));
  });
});
