import { describe, expect, test } from 'vitest';
import { MINUTE_MS, wakeExpression, wakeMinute, wakeName } from '../../../lambdas/domain/delivery/wake.ts';
import { newId } from '../../../lambdas/domain/ids.ts';
import { ENDPOINT_ID, NOW, PROJECT_ID } from '../../factories.ts';
import fc from '../../properties.ts';

const moments = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
const endpoints = fc
  .tuple(moments, fc.uint8Array({ minLength: 10, maxLength: 10 }))
  .map(([time, random]) => newId('ep', time, random));

describe('the minute of a wake', () => {
  test.each([
    ['due on the minute, long ahead', NOW + 300_000, NOW, NOW + 300_000],
    ['due a moment after a minute', NOW + 300_001, NOW, NOW + 360_000],
    ['due a moment before a minute', NOW + 299_999, NOW, NOW + 300_000],
    ['due now, on the minute', NOW, NOW, NOW + 60_000],
    ['due now, within a minute', NOW + 1, NOW + 1, NOW + 60_000],
    ['overdue for an hour', NOW - 3_600_000, NOW + 30_000, NOW + 60_000],
    ['overdue, a moment before a minute', NOW - 1, NOW + 59_999, NOW + 60_000],
  ])('%s', (_, dueAt, now, firesAt) => expect(wakeMinute(dueAt, now) * MINUTE_MS).toBe(firesAt));

  type WakeMinute = typeof wakeMinute;
  function keepsTheLaw(minute: WakeMinute): void {
    fc.assert(
      fc.property(moments, moments, (dueAt, now) => {
        const firesAt = minute(dueAt, now) * MINUTE_MS;
        expect(Number.isInteger(firesAt / MINUTE_MS)).toBe(true);
        // Fired before the due time it would drain nothing; in the past it would never fire.
        expect(firesAt).toBeGreaterThanOrEqual(dueAt);
        expect(firesAt).toBeGreaterThan(now);
        expect(firesAt - Math.max(dueAt, now)).toBeLessThanOrEqual(MINUTE_MS);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  }

  test('is never before the due time, never in the past, and at most a minute later than it must be', () => {
    keepsTheLaw(wakeMinute);
  });

  const planted: Record<string, WakeMinute> = {
    'rounds the due time down': (dueAt, now) =>
      Math.max(Math.floor(dueAt / MINUTE_MS), Math.floor(now / MINUTE_MS) + 1),
    'forgets the past': (dueAt) => Math.ceil(dueAt / MINUTE_MS),
    'always adds a minute': (dueAt, now) => wakeMinute(dueAt, now) + 1,
    'counts in seconds': (dueAt, now) => Math.ceil(Math.max(dueAt, now + 1) / 1000),
  };
  test.each(Object.entries(planted))('a variant that %s is caught by the same law', (_, wrong) => {
    expect(() => keepsTheLaw(wrong)).toThrow();
  });
});

describe('a schedule', () => {
  test('has a name that EventBridge Scheduler takes: 64 characters of [0-9a-zA-Z-_.]', () => {
    fc.assert(
      fc.property(endpoints, moments, moments, (endpoint, dueAt, now) => {
        const name = wakeName({ project: PROJECT_ID, endpoint, minute: wakeMinute(dueAt, now) });
        expect(name).toMatch(/^[0-9a-zA-Z_.-]{1,64}$/);
      }),
    );
  });

  test('has one name for one endpoint and minute, and another for any other', () => {
    const name = (endpoint: string, minute: number) => wakeName({ project: PROJECT_ID, endpoint, minute });
    expect(name(ENDPOINT_ID, 29_000_000)).toBe(name(ENDPOINT_ID, 29_000_000));
    fc.assert(
      fc.property(endpoints, endpoints, fc.nat(99_999_999), fc.nat(99_999_999), (a, b, m, n) => {
        expect(name(a, m) === name(b, n)).toBe(a === b && m === n);
      }),
    );
  });

  test('fires at the start of its minute, in UTC', () => {
    const wake = { project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: NOW / MINUTE_MS + 1 };
    expect(wakeExpression(wake)).toBe('at(2026-11-23T12:01:00)');
  });

  test('says the moment it stands for', () => {
    fc.assert(
      fc.property(moments, (at) => {
        const minute = Math.floor(at / MINUTE_MS);
        const said = wakeExpression({ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute });
        expect(Date.parse(`${said.slice(3, -1)}Z`)).toBe(minute * MINUTE_MS);
      }),
    );
  });
});
