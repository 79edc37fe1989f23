import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import {
  MAX_QUEUE_WAIT_MS,
  MAX_QUEUE_WAITS,
  settleAttempt,
} from '../../../lambdas/domain/delivery/settle.ts';
import type { RetryPolicy } from '../../../lambdas/domain/retry/policy.ts';
import { aNewDelivery, anAnswer, anAttempt, ENDPOINT_ID, EVENT_ID, NOW, noAnswer } from '../../factories.ts';
import { anInput, claimed, EXHAUSTED, SUCCEEDED } from './settle-input.ts';

describe('the first attempt', () => {
  test('that succeeds ends the delivery with one record', () => {
    const settled = settleAttempt(anInput({ result: anAnswer(204) }));
    expect(settled.delivery).toEqual({
      ...aNewDelivery(),
      state: SUCCEEDED,
      attempts: [settled.attempt],
      createdAt: NOW + 80,
      updatedAt: NOW + 80,
      version: 1,
    });
    expect(settled.signals).toEqual([]);
    expect(settled.attempt).toEqual({
      number: 1,
      trigger: 'first',
      startedAt: NOW,
      durationMs: 80,
      url: 'https://receiver.example/hooks',
      outcome: 'succeeded',
      statusCode: 204,
      address: '203.0.113.7',
      phases: { dns: 5, connect: 10, tls: 20, send: 1, wait: 40, read: 4 },
      response: { headers: {}, body: new Uint8Array(), truncated: false },
    });
  });

  test('that fails waits 5 s in the queue', () => {
    const { delivery } = settleAttempt(anInput());
    expect(delivery.state).toEqual({ status: 'waiting', dueAt: NOW + 80 + 5_000, where: 'queue' });
  });

  test('without an answer says why, and has no status', () => {
    const { attempt } = settleAttempt(anInput({ result: noAnswer('connect_timeout') }));
    expect(attempt).toMatchObject({ outcome: 'failed', error: 'connect_timeout' });
    expect(attempt).not.toHaveProperty('statusCode');
    expect(attempt).not.toHaveProperty('response');
  });
});

describe('where it waits', () => {
  test.each([
    ['60', 1, 'queue'],
    ['61', 1, 'backlog'],
    ['60', MAX_QUEUE_WAITS - 1, 'queue'],
    ['60', MAX_QUEUE_WAITS, 'backlog'],
    ['0', MAX_QUEUE_WAITS + 5, 'backlog'],
    ['86400', 1, 'backlog'],
  ] as const)('Retry-After %s, received %d times: %s', (after, receives, where) => {
    const { delivery } = settleAttempt(
      anInput({ result: anAnswer(429, { 'retry-after': after }), receives }),
    );
    expect(delivery.state).toMatchObject({ status: 'waiting', where });
  });

  test('the second wait is longer than the queue keeps', () => {
    const { delivery } = settleAttempt(anInput({ delivery: claimed(1), trigger: 'retry', random: 0 }));
    expect(delivery.state).toEqual({ status: 'waiting', dueAt: NOW + 80 + 300_000, where: 'backlog' });
    expect(300_000).toBeGreaterThan(MAX_QUEUE_WAIT_MS);
  });
});

describe('the schedule', () => {
  test('ends with the tenth counted attempt, and says so once', () => {
    let delivery: Delivery | undefined;
    const statuses: string[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      const input = anInput({ delivery, trigger: attempt === 1 ? 'first' : 'retry' });
      const settled = settleAttempt(input);
      delivery = settled.delivery;
      statuses.push(delivery.state.status);
      const exhausted = {
        kind: 'delivery_exhausted',
        event: EVENT_ID,
        endpoint: ENDPOINT_ID,
        why: 'exhausted',
      };
      expect(settled.signals).toEqual(attempt === 10 ? [exhausted] : []);
    }
    expect(statuses).toEqual([...Array(9).fill('waiting'), 'failed']);
    expect(delivery?.state).toEqual(EXHAUSTED);
    expect(delivery?.attempts.map((attempt) => attempt.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(delivery?.version).toBe(10);
  });

  test('is not used up by attempts whose outcome was lost, nor by those a person asked for', () => {
    const nine = claimed(9);
    const more = [
      anAttempt({ number: 10, trigger: 'retry', outcome: 'unknown' }),
      anAttempt({ number: 11, trigger: 'manual' }),
    ];
    const before = { ...nine, attempts: [...nine.attempts.slice(0, 8), ...more] };
    const { delivery } = settleAttempt(anInput({ delivery: before, trigger: 'retry' }));
    expect(delivery.state).toMatchObject({ status: 'waiting' });
  });

  test('goes on where it was when a person hurried a waiting delivery and that failed', () => {
    const before = claimed(3);
    const { delivery, attempt } = settleAttempt(anInput({ delivery: before, trigger: 'manual' }));
    expect(attempt).toMatchObject({ number: 4, trigger: 'manual' });
    expect(delivery.state).toEqual({ status: 'waiting', dueAt: NOW + 80 + 1_800_000, where: 'backlog' });
  });
});

describe("the endpoint's retry policy", () => {
  const retry: RetryPolicy = {
    strategy: 'linear',
    intervalSeconds: 90,
    maxAttempts: 3,
    maxAgeSeconds: 600,
    statuses: ['500-599'],
  };

  test('says when the next attempt is due', () => {
    const { delivery } = settleAttempt(anInput({ retry }));
    expect(delivery.state).toEqual({ status: 'waiting', dueAt: NOW + 80 + 90_000, where: 'backlog' });
  });

  test.each([
    ['exhausted', { delivery: claimed(2), trigger: 'retry' }],
    ['expired', { now: NOW + 510_001 }],
    ['not_retryable', { result: anAnswer(404) }],
  ] as const)('ends a delivery as %s, and says so', (why, over) => {
    const settled = settleAttempt(anInput({ retry, ...over }));
    expect(settled.delivery.state).toEqual({ status: 'failed', stopReason: why });
    expect(settled.signals).toEqual([
      { kind: 'delivery_exhausted', event: EVENT_ID, endpoint: ENDPOINT_ID, why },
    ]);
  });

  test('excludes no missing answer', () => {
    const { delivery } = settleAttempt(anInput({ retry, result: noAnswer() }));
    expect(delivery.state).toMatchObject({ status: 'waiting' });
  });

  test('leaves a resent delivery what it was', () => {
    const before = claimed(3, SUCCEEDED);
    const settled = settleAttempt(
      anInput({ retry, delivery: before, trigger: 'manual', result: anAnswer(404) }),
    );
    expect(settled.delivery.state).toEqual(SUCCEEDED);
    expect(settled.signals).toEqual([]);
  });
});

describe('a receiver that asks us to stop', () => {
  const gone = { kind: 'endpoint_gone', endpoint: ENDPOINT_ID };
  const asked = { ...gone, asked: true };
  test.each([
    ['410', anAnswer(410), { status: 'failed', stopReason: 'endpoint_gone' }, [gone]],
    [
      'disable',
      anAnswer(500, { 'webhook-delivery': 'disable' }),
      { status: 'failed', stopReason: 'endpoint_gone' },
      [asked],
    ],
    ['disable with 200', anAnswer(200, { 'webhook-delivery': 'disable' }), SUCCEEDED, [asked]],
    [
      'abort-message',
      anAnswer(500, { 'webhook-delivery': 'abort-message' }),
      { status: 'failed', stopReason: 'receiver_aborted' },
      [],
    ],
    ['abort-message with 200', anAnswer(200, { 'webhook-delivery': 'abort-message' }), SUCCEEDED, []],
  ] as const)('by %s', (_, result, state, signals) => {
    const settled = settleAttempt(anInput({ result }));
    expect(settled.delivery.state).toEqual(state);
    expect(settled.signals).toEqual(signals);
  });
});
