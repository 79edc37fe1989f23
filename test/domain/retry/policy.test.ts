import { describe, expect, test } from 'vitest';
import {
  DEFAULT_RETRY_POLICY,
  type FailedTry,
  nextTry,
  type RetryPolicy,
  retryPolicyOf,
  retrySteps,
} from '../../../lambdas/domain/retry/policy.ts';
import { NOW } from '../../factories.ts';
import fc from '../../properties.ts';

const LINEAR: RetryPolicy = { strategy: 'linear', intervalSeconds: 60, maxAttempts: 4 };
const EXPONENTIAL: RetryPolicy = {
  strategy: 'exponential',
  intervalSeconds: 10,
  factor: 3,
  capSeconds: 200,
  maxAttempts: 6,
};
const LIST: RetryPolicy = { strategy: 'list', delaysSeconds: [1, 2, 300] };

function aFailure(over: Partial<FailedTry> = {}): FailedTry {
  return { counted: 1, statusCode: 503, eventAt: NOW, now: NOW, random: 0, ...over };
}

describe('the steps of a policy', () => {
  test.each([
    ['a list are its delays', LIST, [1, 2, 300]],
    ['a linear one are equal, one fewer than attempts', LINEAR, [60, 60, 60]],
    ['an exponential one grow up to the cap', EXPONENTIAL, [10, 30, 90, 200, 200]],
    ['one attempt are none', { ...LINEAR, maxAttempts: 1 }, []],
    ['a factor of one are equal', { ...EXPONENTIAL, factor: 1 }, [10, 10, 10, 10, 10]],
  ] as const)('of %s', (_, policy, steps) => expect(retrySteps(policy)).toEqual(steps));

  test('a part of a factor grows too', () => {
    expect(retrySteps({ ...EXPONENTIAL, factor: 1.5, maxAttempts: 4 })).toEqual([10, 15, 22.5]);
  });

  test('fifty attempts at factor ten stay at the cap', () => {
    expect(retrySteps({ ...EXPONENTIAL, factor: 10, maxAttempts: 50 }).at(-1)).toBe(200);
  });
});

describe('after a failed attempt', () => {
  test('the next one follows after the policy’s delay', () => {
    expect(nextTry(LIST, aFailure({ counted: 2 }))).toEqual({ retry: true, delayMs: 2_000 });
    expect(nextTry(EXPONENTIAL, aFailure({ counted: 3 }))).toEqual({ retry: true, delayMs: 90_000 });
  });

  test('nothing follows when the attempts are used up', () => {
    expect(nextTry(LIST, aFailure({ counted: 3 }))).toMatchObject({ retry: true });
    expect(nextTry(LIST, aFailure({ counted: 4 }))).toEqual({ retry: false, why: 'exhausted' });
    expect(nextTry({ ...LINEAR, maxAttempts: 1 }, aFailure())).toEqual({ retry: false, why: 'exhausted' });
  });

  test('Retry-After lengthens the delay, never shortens it', () => {
    expect(nextTry(LINEAR, aFailure({ retryAfterSeconds: 90 }))).toEqual({ retry: true, delayMs: 90_000 });
    expect(nextTry(LINEAR, aFailure({ retryAfterSeconds: 5 }))).toEqual({ retry: true, delayMs: 60_000 });
  });

  test('a constant delay of five minutes or more is jittered by a sixth', () => {
    const policy: RetryPolicy = { ...LINEAR, intervalSeconds: 600 };
    const delay = (random: number) => nextTry(policy, aFailure({ counted: 2, random }));
    expect(delay(0)).toEqual({ retry: true, delayMs: 600_000 });
    expect(delay(0.5)).toEqual({ retry: true, delayMs: 550_000 });
    expect(delay(1 - Number.EPSILON)).toEqual({ retry: true, delayMs: expect.closeTo(500_000, -1) });
  });
});

describe('which answers are tried again', () => {
  const policy: RetryPolicy = { ...LINEAR, statuses: ['500-599', '429', '!501'] };
  test.each([
    [500, true],
    [429, true],
    [501, false],
    [400, false],
    [301, false],
  ])('%d: %s', (statusCode, retry) => {
    const next = nextTry(policy, aFailure({ statusCode }));
    expect(next).toEqual(retry ? { retry, delayMs: 60_000 } : { retry, why: 'not_retryable' });
  });

  test('a missing answer always is', () => {
    const { statusCode: _, ...unanswered } = aFailure();
    expect(nextTry(policy, unanswered)).toMatchObject({ retry: true });
  });

  test('Retry-After makes no excluded status retryable', () => {
    expect(nextTry(policy, aFailure({ statusCode: 400, retryAfterSeconds: 60 }))).toMatchObject({
      retry: false,
    });
  });

  test('every one, when the policy says nothing', () => {
    for (const statusCode of [301, 400, 404, 500]) {
      expect(nextTry(LINEAR, aFailure({ statusCode }))).toMatchObject({ retry: true });
    }
  });
});

describe('the maximum age', () => {
  const policy: RetryPolicy = { ...LINEAR, maxAgeSeconds: 100 };
  test.each([
    ['an attempt planned at that very moment is made', 40_000, true],
    ['a later one is not', 40_001, false],
  ])('%s', (_, ageMs, retry) => {
    const next = nextTry(policy, aFailure({ now: NOW + ageMs }));
    expect(next).toEqual(retry ? { retry, delayMs: 60_000 } : { retry, why: 'expired' });
  });

  test('counts what Retry-After asks for', () => {
    expect(nextTry(policy, aFailure({ retryAfterSeconds: 101 }))).toEqual({ retry: false, why: 'expired' });
  });

  test('of a used-up schedule says used up', () => {
    const failed = aFailure({ counted: 4, now: NOW + 1e9 });
    expect(nextTry(policy, failed)).toEqual({ retry: false, why: 'exhausted' });
  });
});

describe('which policy counts', () => {
  const named = (seconds: number): RetryPolicy => ({ strategy: 'list', delaysSeconds: [seconds] });
  const endpoint = {
    retry: named(1),
    retryByType: {
      '*': named(2),
      'invoice.*': named(3),
      'invoice.item.*': named(4),
      'invoice.item.added': named(5),
    },
  };
  const project = { retry: named(6) };
  test.each([
    ['the exact type’s', 'invoice.item.added', endpoint, 5],
    ['the longest pattern’s', 'invoice.item.removed', endpoint, 4],
    ['a shorter one’s', 'invoice.paid', endpoint, 3],
    ['that of all types', 'user.created', endpoint, 2],
    ['the endpoint’s own', 'user.created', { ...endpoint, retryByType: { 'invoice.*': named(3) } }, 1],
    ['the project’s', 'user.created', { retryByType: { 'invoice.*': named(3) } }, 6],
    ['a type named like an object’s own method is none', 'constructor', {}, 6],
  ])('%s', (_, type, settings, seconds) => {
    expect(retryPolicyOf(type, settings, project)).toEqual(named(seconds));
  });

  test('the default, when nobody says anything or the project is gone', () => {
    expect(retryPolicyOf('user.created', {}, {})).toBe(DEFAULT_RETRY_POLICY);
    expect(retryPolicyOf('user.created', {}, undefined)).toBe(DEFAULT_RETRY_POLICY);
  });

  test('does not depend on the order they were written in', () => {
    const reversed = Object.fromEntries(Object.entries(endpoint.retryByType).reverse());
    for (const type of ['invoice.item.added', 'invoice.item.x', 'invoice.x', 'x']) {
      expect(retryPolicyOf(type, { retryByType: reversed }, project)).toEqual(
        retryPolicyOf(type, endpoint, project),
      );
    }
  });
});

const policies: fc.Arbitrary<RetryPolicy> = fc
  .tuple(
    fc.oneof(
      fc.record({
        strategy: fc.constant('list' as const),
        delaysSeconds: fc.array(fc.integer({ min: 1, max: 604_800 }), { minLength: 1, maxLength: 20 }),
      }),
      fc.record({
        strategy: fc.constant('linear' as const),
        intervalSeconds: fc.integer({ min: 1, max: 86_400 }),
        maxAttempts: fc.integer({ min: 1, max: 50 }),
      }),
      fc.record({
        strategy: fc.constant('exponential' as const),
        intervalSeconds: fc.integer({ min: 1, max: 3_600 }),
        factor: fc.double({ min: 1, max: 10, noNaN: true }),
        capSeconds: fc.integer({ min: 3_600, max: 604_800 }),
        maxAttempts: fc.integer({ min: 1, max: 50 }),
      }),
    ),
    fc.record({ maxAgeSeconds: fc.integer({ min: 60, max: 1_209_600 }) }, { requiredKeys: [] }),
  )
  .map(([schedule, limits]) => ({ ...schedule, ...limits }));

type NextTry = typeof nextTry;

/** Plays a whole delivery to a receiver that never answers well; what must hold of its attempts. */
function keepsTheLaw(next: NextTry): void {
  const draws = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
  fc.assert(
    fc.property(policies, draws, fc.integer({ min: 0, max: 100_000 }), (policy, random, asked) => {
      const steps = retrySteps(policy);
      const end = NOW + (policy.maxAgeSeconds ?? Number.POSITIVE_INFINITY) * 1000;
      let now = NOW;
      let counted = 1;
      for (; counted <= 60; counted++) {
        const [draw] = [...random.take(1)];
        const retryAfterSeconds = counted % 3 === 0 ? asked : 0;
        const tried = next(policy, { counted, retryAfterSeconds, eventAt: NOW, now, random: draw! });
        if (!tried.retry) {
          if (tried.why === 'exhausted') expect(counted).toBe(steps.length + 1);
          else expect(now + Math.max(steps[counted - 1]!, retryAfterSeconds) * 1000).toBeGreaterThan(end);
          return;
        }
        const step = steps[counted - 1]!;
        expect(tried.delayMs).toBeGreaterThanOrEqual(Math.min(retryAfterSeconds, 86_400) * 1000);
        expect(tried.delayMs).toBeLessThanOrEqual(Math.ceil(Math.max(step, retryAfterSeconds) * 1000));
        if (step < 300) expect(tried.delayMs).toBeGreaterThanOrEqual(step * 1000);
        now += tried.delayMs;
        expect(now).toBeLessThanOrEqual(end);
      }
      expect.fail('it is tried for ever');
    }),
    { seed: 1, numRuns: 300 },
  );
}

describe('a delivery that never succeeds', () => {
  test('is tried as often as its policy says, never earlier, and not when it is too old', () => {
    keepsTheLaw(nextTry);
  });

  const planted: Record<string, NextTry> = {
    'one attempt too many': (policy, failed) =>
      nextTry(policy, { ...failed, counted: Math.max(1, failed.counted - 1) }),
    'one attempt too few': (policy, failed) => nextTry(policy, { ...failed, counted: failed.counted + 1 }),
    'an age counted from now': (policy, failed) => nextTry(policy, { ...failed, eventAt: failed.now }),
    'an age that ignores the delay': (policy, failed) => {
      const { maxAgeSeconds, ...ageless } = policy;
      const old = maxAgeSeconds !== undefined && failed.now > failed.eventAt + maxAgeSeconds * 1000;
      return old ? { retry: false, why: 'expired' } : nextTry(ageless, failed);
    },
    'Retry-After that is ignored': (policy, { retryAfterSeconds: _, ...failed }) => nextTry(policy, failed),
    'no cap': (policy, failed) =>
      nextTry(
        policy.strategy === 'exponential' ? { ...policy, capSeconds: Number.MAX_SAFE_INTEGER } : policy,
        failed,
      ),
  };
  test.each(Object.entries(planted))('%s is caught by the same law', (_, wrong) => {
    expect(() => keepsTheLaw(wrong)).toThrow();
  });
});
