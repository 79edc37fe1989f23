import { describe, expect, test } from 'vitest';
import { type Attempt, INLINE_RESPONSE_BYTES } from '../../../lambdas/domain/delivery/attempt.ts';
import type { Ended } from '../../../lambdas/domain/delivery/delivery.ts';
import { settleAttempt } from '../../../lambdas/domain/delivery/settle.ts';
import { aDelivery, aLease, anAnswer, anAttempt, ENDPOINT_ID, NOW } from '../../factories.ts';
import { anInput, claimed, EXHAUSTED, SUCCEEDED } from './settle-input.ts';

describe('a resend', () => {
  const canceled: Ended = { status: 'canceled', stopReason: 'endpoint_deleted' };
  test.each([EXHAUSTED, SUCCEEDED, canceled])(
    'that fails leaves the delivery %o, one attempt richer, silently',
    (end) => {
      const settled = settleAttempt(anInput({ delivery: claimed(10, end), trigger: 'manual' }));
      expect(settled.delivery.state).toEqual(end);
      expect(settled.attempt).toMatchObject({ number: 11, trigger: 'manual', outcome: 'failed' });
      expect(settled.signals).toEqual([]);
    },
  );

  test('that succeeds ends it as succeeded', () => {
    const input = anInput({ delivery: claimed(10, EXHAUSTED), trigger: 'manual', result: anAnswer(200) });
    expect(settleAttempt(input).delivery.state).toEqual(SUCCEEDED);
  });

  test('that is answered 410 disables the endpoint and leaves the delivery what it was', () => {
    const input = anInput({ delivery: claimed(3, SUCCEEDED), trigger: 'manual', result: anAnswer(410) });
    const settled = settleAttempt(input);
    expect(settled.delivery.state).toEqual(SUCCEEDED);
    expect(settled.signals).toEqual([{ kind: 'endpoint_gone', endpoint: ENDPOINT_ID }]);
  });
});

describe('when a person asked for another attempt meanwhile', () => {
  test.each([
    [200, SUCCEEDED],
    [503, EXHAUSTED],
  ] as const)('our %d is recorded, and that attempt is still to come', (status, end) => {
    const asked = { status: 'waiting', dueAt: NOW, where: 'backlog', resend: EXHAUSTED } as const;
    const settled = settleAttempt(
      anInput({ delivery: aDelivery({ state: asked, version: 4 }), result: anAnswer(status) }),
    );
    expect(settled.delivery.state).toEqual({ ...asked, resend: end });
    expect(settled.delivery.attempts.at(-1)).toEqual(settled.attempt);
  });
});

describe('when a concurrent worker was faster', () => {
  test.each([
    [SUCCEEDED, 503, SUCCEEDED],
    [EXHAUSTED, 503, EXHAUSTED],
    [EXHAUSTED, 200, SUCCEEDED],
    [SUCCEEDED, 200, SUCCEEDED],
    [SUCCEEDED, 410, SUCCEEDED],
  ] as const)('and it ended as %o, our %d is recorded and it ends as %o', (theirs, status, end) => {
    const delivery = aDelivery({ state: theirs, version: 4 });
    const settled = settleAttempt(anInput({ delivery, result: anAnswer(status) }));
    expect(settled.delivery.state).toEqual(end);
    expect(settled.delivery.version).toBe(5);
    expect(settled.delivery.attempts).toEqual([...delivery.attempts, settled.attempt]);
    expect(settled.signals.filter((signal) => signal.kind === 'delivery_exhausted')).toEqual([]);
  });

  test('and took our claim for lost, our result replaces the unknown one', () => {
    const lease = aLease({ token: 'ours', startedAt: NOW, until: NOW + 25_000 });
    const theirs = aDelivery({
      state: {
        status: 'sending',
        lease: aLease({ token: 'theirs', startedAt: NOW + 26_000, until: NOW + 51_000 }),
      },
      attempts: [anAttempt(), anAttempt({ number: 2, trigger: 'retry', startedAt: NOW, outcome: 'unknown' })],
      version: 3,
    });
    const body = Buffer.alloc(INLINE_RESPONSE_BYTES + 1);
    const settled = settleAttempt(
      anInput({
        delivery: theirs,
        lease,
        trigger: 'retry',
        now: NOW + 27_000,
        result: anAnswer(200, {}, body),
      }),
    );
    expect(settled.delivery.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'succeeded'],
      [3, 'unknown'],
    ]);
    expect(settled.responseAside?.attempt).toBe(2);
    expect(settled.delivery.state).toEqual(SUCCEEDED);
  });

  test('and its request is still out, our success does not forget it; its own result takes its place later', () => {
    const theirs = aLease({ token: 'theirs', trigger: 'first', startedAt: NOW + 7 });
    const delivery = aDelivery({ state: { status: 'sending', lease: theirs }, attempts: [], version: 1 });
    const ours = settleAttempt(anInput({ delivery, lease: undefined, result: anAnswer(200) }));
    expect(outcomes(ours.delivery.attempts)).toEqual(['1 unknown', '2 succeeded']);
    expect(ours.delivery.state).toEqual(SUCCEEDED);
    const later = settleAttempt(anInput({ delivery: ours.delivery, lease: theirs, result: anAnswer(204) }));
    expect(outcomes(later.delivery.attempts)).toEqual(['1 succeeded', '2 succeeded']);
    expect(later.delivery.state).toEqual(SUCCEEDED);
  });

  test.each([503, 410])(
    'and its request is still out, our %d leaves what follows to its result',
    (status) => {
      const theirs = aLease({ token: 'theirs', trigger: 'first', startedAt: NOW + 7 });
      const delivery = aDelivery({ state: { status: 'sending', lease: theirs }, attempts: [], version: 1 });
      const ours = settleAttempt(anInput({ delivery, lease: undefined, result: anAnswer(status) }));
      expect(outcomes(ours.delivery.attempts)).toEqual(['1 failed']);
      expect(ours.delivery.state).toEqual(delivery.state);
      const later = settleAttempt(anInput({ delivery: ours.delivery, lease: theirs, result: anAnswer(204) }));
      expect(outcomes(later.delivery.attempts)).toEqual(['1 failed', '2 succeeded']);
      expect(later.delivery.state).toEqual(SUCCEEDED);
    },
  );

  test('and its claim has run out, our failure decides what follows', () => {
    const lost = aLease({ token: 'theirs', trigger: 'first', startedAt: NOW - 30_000, until: NOW });
    const delivery = aDelivery({ state: { status: 'sending', lease: lost }, attempts: [], version: 1 });
    const ours = settleAttempt(anInput({ delivery, lease: undefined, now: NOW, result: anAnswer(503) }));
    expect(outcomes(ours.delivery.attempts)).toEqual(['1 unknown', '2 failed']);
    expect(ours.delivery.state).toMatchObject({ status: 'waiting' });
  });

  test('an unknown attempt that is not ours stays', () => {
    const lease = aLease({ token: 'ours', startedAt: NOW + 1 });
    const unknown = anAttempt({ trigger: 'retry', startedAt: NOW, outcome: 'unknown' });
    const delivery = aDelivery({ attempts: [unknown], version: 2 });
    const settled = settleAttempt(anInput({ delivery, lease, trigger: 'retry' }));
    expect(settled.delivery.attempts).toEqual([unknown, settled.attempt]);
  });
});

describe('the response', () => {
  const answer = (size: number) => anAnswer(200, { a: 'b' }, Buffer.alloc(size - 2, 'x'));
  test(`rides in the record up to ${INLINE_RESPONSE_BYTES} bytes, headers included`, () => {
    const settled = settleAttempt(anInput({ result: answer(INLINE_RESPONSE_BYTES) }));
    expect(settled.attempt.response).toEqual(answer(INLINE_RESPONSE_BYTES).response);
    expect(settled).not.toHaveProperty('responseAside');
  });

  test('above that stands beside it, under its attempt’s number', () => {
    const result = answer(INLINE_RESPONSE_BYTES + 1);
    const settled = settleAttempt(anInput({ delivery: claimed(2), trigger: 'retry', result }));
    expect(settled.attempt).toMatchObject({ number: 3, response: 'aside' });
    expect(settled.responseAside).toEqual({ attempt: 3, response: result.response });
  });
});

function outcomes(attempts: readonly Attempt[]): string[] {
  return attempts.map(({ number, outcome }) => `${number} ${outcome}`);
}
