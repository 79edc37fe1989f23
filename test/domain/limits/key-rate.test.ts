import { describe, expect, it } from 'vitest';
import {
  allowanceOf,
  creditOf,
  NEW_ACCOUNT,
  retryAfterSeconds,
} from '../../../lambdas/domain/limits/key-rate.ts';
import { NOW } from '../../factories.ts';

const RATE = { perSecond: 100, burst: 200 };

describe("what is left of a key's bucket", () => {
  it('is all of it at first', () => {
    expect(allowanceOf(RATE, NEW_ACCOUNT, NOW)).toEqual({ limit: 200, remaining: 200, resetSeconds: 0 });
  });

  it('is less by what was paid for, which comes back with time, and by what is not paid yet', () => {
    const account = { unpaid: 5, fullAt: NOW + 500 };
    expect(allowanceOf(RATE, account, NOW)).toEqual({ limit: 200, remaining: 145, resetSeconds: 1 });
    expect(allowanceOf(RATE, account, NOW + 1_000).remaining).toBe(195);
  });

  it('is never less than nothing', () => {
    const empty = { limit: 200, remaining: 0, resetSeconds: 2 };
    expect(allowanceOf(RATE, { unpaid: 16, fullAt: NOW + 9_000 }, NOW)).toEqual(empty);
  });
});

it.each([
  [200, 16],
  [100, 10],
  [5, 1],
  [1, 1],
])('of a bucket of %i an instance gives at most %i on credit', (burst, credit) => {
  expect(creditOf({ perSecond: 1, burst })).toBe(credit);
});

it('says when to come again in whole seconds, at least one', () => {
  expect(retryAfterSeconds(RATE, { unpaid: 16, fullAt: 0 })).toBe(1);
  expect(retryAfterSeconds({ perSecond: 1, burst: 50 }, { unpaid: 5, fullAt: 0 })).toBe(5);
});
