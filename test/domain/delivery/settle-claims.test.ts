import { describe, expect, test } from 'vitest';
import {
  countedAttempts,
  type Delivery,
  type Ended,
  hasEnded,
} from '../../../lambdas/domain/delivery/delivery.ts';
import { releaseClaim, requestResend } from '../../../lambdas/domain/delivery/due-again.ts';
import { planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { settleAttempt } from '../../../lambdas/domain/delivery/settle.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../../lambdas/domain/retry/policy.ts';
import { aDelivery, aLease, aNewDelivery, anAnswer, anAttempt, anEndpoint, NOW } from '../../factories.ts';
import fc from '../../properties.ts';
import { anInput } from './settle-input.ts';

const ENDS: Ended[] = [
  { status: 'succeeded' },
  { status: 'failed', stopReason: 'exhausted' },
  { status: 'failed', stopReason: 'endpoint_gone' },
  { status: 'failed', stopReason: 'receiver_aborted' },
  { status: 'failed', stopReason: 'event_expired' },
  { status: 'canceled', stopReason: 'endpoint_deleted' },
];
const sending = (over: Partial<Parameters<typeof aLease>[0]> & object, resend?: Ended): Delivery =>
  aDelivery({
    state: { status: 'sending', lease: aLease(over), ...(resend !== undefined && { resend }) },
    version: 6,
  });

describe('asking for another attempt', () => {
  test.each(ENDS)(
    'of a delivery that ended %o makes it due in the backlog, and remembers the end',
    (resend) => {
      const next = requestResend(aDelivery({ state: resend, version: 3 }), NOW);
      expect(next?.state).toEqual({ status: 'waiting', dueAt: NOW, where: 'backlog', resend });
      expect(next?.version).toBe(4);
    },
  );

  test('twice remembers the first end', () => {
    const resend = ENDS[1]!;
    const once = requestResend(aDelivery({ state: resend }), NOW)!;
    expect(requestResend(once, NOW + 1)?.state).toEqual({
      status: 'waiting',
      dueAt: NOW + 1,
      where: 'backlog',
      resend,
    });
  });

  test('of a waiting one brings its attempt forward as a person’s', () => {
    const next = requestResend(aDelivery(), NOW);
    expect(next?.state).toEqual({ status: 'waiting', dueAt: NOW, where: 'backlog', manual: true });
  });

  test('of one that was never tried brings its first attempt forward', () => {
    const held = aDelivery({ state: { status: 'held', why: 'endpoint_paused' }, attempts: [] });
    expect(requestResend(held, NOW)?.state).toEqual({ status: 'waiting', dueAt: NOW, where: 'backlog' });
  });

  test('adds nothing while one is on its way', () => {
    expect(requestResend(sending({ until: NOW + 1 }), NOW)).toBeUndefined();
  });

  test('is possible when the worker was lost; its attempt is recorded as unknown', () => {
    const next = requestResend(sending({ startedAt: NOW - 25_000, until: NOW }), NOW)!;
    expect(next.state).toEqual({ status: 'waiting', dueAt: NOW, where: 'backlog', manual: true });
    expect(next.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'unknown'],
    ]);
  });
});

describe('giving a claim back', () => {
  const dueAt = NOW + 5_000;

  test('makes the delivery due with its message, uses up no attempt, and moves the version on', () => {
    const next = releaseClaim(sending({}), NOW, dueAt, 'backlog');
    expect(next.state).toEqual({ status: 'waiting', dueAt, where: 'backlog' });
    expect(next.updatedAt).toBe(NOW);
    expect(next.attempts).toEqual([anAttempt()]);
    expect(next.version).toBe(7);
  });

  test('keeps a resend a resend, and a person’s attempt a person’s', () => {
    const resend = ENDS[0]!;
    const released = (claimed: Delivery) => releaseClaim(claimed, NOW, dueAt, 'backlog').state;
    expect(released(sending({ trigger: 'manual' }, resend))).toMatchObject({ resend });
    expect(released(sending({ trigger: 'manual' }))).toMatchObject({ manual: true });
  });
});

test('a short wait is in the backlog, unless nobody else can have written of the delivery', () => {
  const retry: RetryPolicy = { strategy: 'linear', intervalSeconds: 5, maxAttempts: 9 };
  const waits = (delivery: Delivery | undefined) =>
    settleAttempt(anInput({ delivery, retry })).delivery.state;
  expect(waits(undefined)).toMatchObject({ status: 'waiting', where: 'queue' });
  expect(waits(sending({}))).toMatchObject({ status: 'waiting', where: 'backlog' });
  expect(waits(aDelivery())).toMatchObject({ status: 'waiting', where: 'backlog' });
});

/** What can happen to a delivery between two attempts, and how the receiver answers. */
const steps = fc.array(
  fc.record({
    status: fc.constantFrom(200, 204, 301, 404, 410, 429, 500, 503),
    personAsks: fc.boolean(),
    workerLost: fc.boolean(),
    ourFault: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

test('over any history the versions and attempt numbers have no gaps, and no more than ten attempts count', () => {
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (history, random) => {
      let now = NOW;
      let delivery: Delivery | undefined;
      const write = (next: Delivery): Delivery => {
        expect(next.version).toBe((delivery?.version ?? 0) + 1);
        expect(next.attempts.map((attempt) => attempt.number)).toEqual(next.attempts.map((_, i) => i + 1));
        expect(next.attempts.length).toBeGreaterThanOrEqual(delivery?.attempts.length ?? 0);
        expect(countedAttempts(next.attempts)).toBeLessThanOrEqual(10);
        delivery = next;
        return next;
      };
      for (const step of history) {
        const earlier = delivery?.state;
        if (step.personAsks && delivery !== undefined) write(requestResend(delivery, now)!);
        if (delivery !== undefined && hasEnded(delivery.state)) continue;
        now += 90_000_000;
        const plan = planAttempt({
          now,
          task: { of: aNewDelivery(), mayRepeat: delivery === undefined, receives: 1, firstReceivedAt: now },
          endpoint: anEndpoint(),
          delivery,
          admission: { go: 'send' },
          visibilityTimeoutMs: 360_000,
          leaseToken: `at ${now}`,
          random,
        });
        if (plan.do === 'put_off') {
          // Too many workers were lost in a row.
          write(plan.delivery);
          continue;
        }
        if (plan.do !== 'claim') throw new Error(`expected a claim, not ${plan.do}`);
        const claim = write(plan.delivery);
        if (claim.state.status !== 'sending') throw new Error('expected a lease');
        if (step.workerLost) {
          now += 60_000;
          continue;
        }
        if (step.ourFault) {
          write(releaseClaim(claim, now, now + 5_000, 'backlog'));
          continue;
        }
        const settled = settleAttempt({
          now,
          of: aNewDelivery(),
          delivery: claim,
          lease: claim.state.lease,
          trigger: plan.trigger,
          startedAt: now,
          url: 'https://receiver.example/hooks',
          result: anAnswer(step.status),
          receives: 1,
          retry: DEFAULT_RETRY_POLICY,
          random,
        });
        const { state } = write(settled.delivery);
        expect(settled.attempt).toEqual(settled.delivery.attempts.at(-1));
        if (step.status < 300) expect(state).toEqual({ status: 'succeeded' });
        else if (step.personAsks && earlier !== undefined && hasEnded(earlier))
          expect(state).toEqual(earlier);
        else if (state.status === 'waiting') expect(state.dueAt).toBeGreaterThanOrEqual(now + 5_000);
      }
    }),
    { numRuns: 500 },
  );
});
