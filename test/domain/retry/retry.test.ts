import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SCHEDULE_SECONDS,
  JITTER_FROM_SECONDS,
  MAX_RETRY_AFTER_SECONDS,
  nextDelayMs,
  parseRetryAfter,
} from '../../../lambdas/domain/retry/retry.ts';
import { NOW } from '../../factories.ts';
import fc from '../../properties.ts';

const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const schedules = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 20 });

describe('the default schedule', () => {
  test('is ten attempts over 75 h 35 min', () => {
    expect(DEFAULT_SCHEDULE_SECONDS).toHaveLength(9);
    const total = DEFAULT_SCHEDULE_SECONDS.reduce((sum, step) => sum + step, 0);
    expect(Math.floor(total / 60)).toBe(75 * 60 + 35);
  });

  test('tries again after exactly 5 s first, without jitter', () => {
    for (const random of [0, 0.3, 0.999999]) expect(nextDelayMs(1, random)).toBe(5_000);
  });

  test('lasts an outage of 51 h whatever the dice say', () => {
    const shortest = DEFAULT_SCHEDULE_SECONDS.map((_, i) => nextDelayMs(i + 1, 1 - Number.EPSILON)!);
    expect(shortest.reduce((a, b) => a + b, 0)).toBeGreaterThan(51 * 3_600_000);
  });

  test('spreads at least a sixth of each delay from 5 min on', () => {
    for (let counted = 2; counted <= 9; counted++) {
      const latest = nextDelayMs(counted, 0)!;
      const spread = latest - nextDelayMs(counted, 1 - Number.EPSILON)!;
      expect(spread / latest).toBeGreaterThan(1 / 6 - 0.001);
    }
  });

  test.each([10, 11, 100])('has nothing left after %d counted attempts', (counted) => {
    expect(nextDelayMs(counted, 0.5, 3600)).toBeUndefined();
  });

  test('starts at its first step while only attempts asked for by a person failed', () => {
    expect(nextDelayMs(0, 0.5)).toBe(5_000);
  });
});

type NextDelay = typeof nextDelayMs;

/** What every delay must be: above the step before, not above its own, and never earlier than the receiver asked. */
function keepsTheLaw(next: NextDelay): void {
  fc.assert(
    fc.property(
      schedules,
      fc.integer({ min: 1, max: 25 }),
      uniform,
      fc.integer({ min: 0, max: 200_000 }),
      (schedule, counted, random, asked) => {
        const delay = next(counted, random, asked, schedule);
        const step = schedule[counted - 1];
        if (step === undefined) {
          expect(delay).toBeUndefined();
          return;
        }
        const askedMs = Math.min(asked, MAX_RETRY_AFTER_SECONDS) * 1000;
        const previous = Math.min(schedule[counted - 2] ?? 0, (step * 5) / 6);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(askedMs);
        if (step < JITTER_FROM_SECONDS) {
          expect(delay).toBe(Math.max(step * 1000, askedMs));
          return;
        }
        expect(delay).toBeGreaterThanOrEqual(Math.floor(previous * 1000));
        expect(delay).toBeGreaterThan(0);
        expect(delay).toBeLessThanOrEqual(Math.max(step * 1000, askedMs));
        // The draw decides, not only the bounds: half-way draws give half-way delays.
        const middle = next(counted, 0.5, 0, schedule)!;
        expect(Math.abs(middle - ((previous + step) / 2) * 1000)).toBeLessThanOrEqual(1);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
}

describe('a delay', () => {
  test('lies above the step before it, within its own, and never before what the receiver asked', () => {
    keepsTheLaw(nextDelayMs);
  });

  const planted: Record<string, NextDelay> = {
    'counts from zero': (counted, ...rest) => nextDelayMs(counted + 1, ...rest),
    'jitters down to zero': (counted, random, asked = 0, schedule = DEFAULT_SCHEDULE_SECONDS) => {
      const step = schedule[counted - 1];
      if (step === undefined) return undefined;
      const delay = step >= JITTER_FROM_SECONDS ? random * step : step;
      return Math.ceil(Math.max(delay, Math.min(asked, MAX_RETRY_AFTER_SECONDS)) * 1000);
    },
    'does not jitter': (counted, _random, ...rest) => nextDelayMs(counted, 0, ...rest),
    'lets Retry-After shorten': (counted, random, asked = 0, schedule) =>
      asked > 0 ? Math.min(asked * 1000, nextDelayMs(counted, random, 0, schedule) ?? 0) : undefined,
    'ignores Retry-After': (counted, random, _asked, schedule) => nextDelayMs(counted, random, 0, schedule),
    'obeys Retry-After for ever': (counted, random, asked = 0, schedule) => {
      const delay = nextDelayMs(counted, random, asked, schedule);
      return delay === undefined ? undefined : Math.max(delay, asked * 1000);
    },
    'repeats the last step for ever': (counted, random, asked, schedule = DEFAULT_SCHEDULE_SECONDS) =>
      nextDelayMs(Math.min(counted, schedule.length), random, asked, schedule),
  };
  test.each(Object.entries(planted))('that %s is caught by the same law', (_, wrong) => {
    expect(() => keepsTheLaw(wrong)).toThrow();
  });
});

describe('Retry-After', () => {
  const inAnHour = new Date(NOW + 3_600_000).toUTCString();
  test.each([
    ['120', 120],
    [' 120 ', 120],
    ['0', 0],
    ['000007', 7],
    ['86400', 86_400],
    ['86401', 86_400],
    ['1000000000', 86_400],
    ['9'.repeat(400), 86_400],
    [inAnHour, 3600],
    [new Date(NOW + 1500).toUTCString(), 1],
    [new Date(NOW - 1000).toUTCString(), 0],
    [new Date(NOW + 400 * 86_400_000).toUTCString(), 86_400],
    ['Mon, 23 Nov 2026 13:00:00 GMT', 3600],
    ['Monday, 23-Nov-26 13:00:00 GMT', 3600],
    ['Mon Nov 23 13:00:00 2026', 3600],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%s is %d s', (value, seconds) => expect(parseRetryAfter(value, NOW)).toBe(seconds));

  test.each([
    undefined,
    '',
    'soon',
    '-1',
    '+5',
    '1.5',
    '1e9',
    '0x10',
    '12 0',
    '60, 120',
    'Sun 2099',
    'Monday',
    'Mon, 99 Nov 2026 13:00:00 GMT',
    'Mon, 23 Nov 2026 25:00:00 GMT',
    'Mon, 23 Nov 2026 13:00:00 +0200',
    '2026-11-23T13:00:00Z',
    '١٢٠',
    'NaN',
    'Infinity',
  ])('%j says nothing', (value) => expect(parseRetryAfter(value, NOW)).toBeUndefined());

  test('does not depend on the machine’s time zone', () => {
    const before = process.env.TZ;
    try {
      process.env.TZ = 'America/New_York';
      expect(parseRetryAfter('Mon Nov 23 13:00:00 2026', NOW)).toBe(3600);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test('of any text is nothing or 0 to 86,400 whole seconds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date().map(String), fc.bigInt().map(String)), (text) => {
        const seconds = parseRetryAfter(text, NOW) ?? 0;
        expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400).toBe(true);
      }),
    );
  });
});
