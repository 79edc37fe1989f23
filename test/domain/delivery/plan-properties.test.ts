import { describe, expect, test } from 'vitest';
import { type DeliveryState, type Ended, hasEnded } from '../../../lambdas/domain/delivery/delivery.ts';
import { type Plan, type PlanInput, planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { aDelivery, aLease, anAttempt, NOW } from '../../factories.ts';
import fc from '../../properties.ts';
import { anInput, ENDPOINTS, EXHAUSTED, STATES, SUCCEEDED } from './plan-input.ts';

const ends = fc.constantFrom<Ended>(SUCCEEDED, EXHAUSTED, STATES.canceled);
const resends = fc.oneof(fc.constant({}), fc.record({ resend: ends }));
const moments = fc.integer({ min: NOW - 700_000, max: NOW + 700_000 });
const states: fc.Arbitrary<DeliveryState> = fc.oneof(
  ends,
  fc
    .tuple(moments, fc.constantFrom('queue' as const, 'backlog' as const), resends)
    .map(([dueAt, where, more]) => ({ status: 'waiting' as const, dueAt, where, ...more })),
  fc
    .tuple(moments, fc.constantFrom('first' as const, 'retry' as const, 'manual' as const), resends)
    .map(([until, trigger, more]) => {
      const lease = aLease({ until, startedAt: until - 25_000, trigger });
      return { status: 'sending' as const, lease, ...more };
    }),
  fc
    .tuple(fc.constantFrom('endpoint_paused' as const, 'endpoint_disabled' as const), resends)
    .map(([why, more]) => ({ status: 'held' as const, why, ...more })),
);
const deliveries = fc
  .tuple(states, fc.nat(12), fc.integer({ min: 1, max: 40 }))
  .map(([state, count, version]) => {
    const attempts = Array.from({ length: count }, (_, i) => anAttempt({ number: i + 1 }));
    return aDelivery({ state, attempts, version });
  });
const inputs: fc.Arbitrary<PlanInput> = fc
  .record({
    delivery: fc.option(deliveries, { nil: undefined }),
    endpoint: fc.constantFrom(...Object.values(ENDPOINTS)),
    mayRepeat: fc.boolean(),
    receives: fc.integer({ min: 1, max: 12 }),
    agoMs: fc.nat(800_000),
  })
  .map(({ mayRepeat, receives, agoMs, ...rest }) =>
    anInput({ ...rest, task: { mayRepeat, receives, firstReceivedAt: NOW - agoMs } }),
  );

type PlanAttempt = typeof planAttempt;

/** What holds for every plan, whatever the facts. */
function keepsTheLaw(plan: PlanAttempt): void {
  fc.assert(
    fc.property(inputs, (input) => {
      const { delivery, endpoint } = input;
      const planned = plan(input);
      const state = delivery?.state;
      const sends = planned.do === 'send' || planned.do === 'claim';
      if (sends) {
        expect(endpoint?.status).toBe('enabled');
        expect(state !== undefined && hasEnded(state)).toBe(false);
        if (state?.status === 'waiting') expect(state.dueAt).toBeLessThanOrEqual(NOW);
        if (state?.status === 'sending') expect(state.lease.until).toBeLessThanOrEqual(NOW);
      }
      if (planned.do === 'send') {
        expect([delivery, input.task.receives, input.task.mayRepeat]).toEqual([undefined, 1, false]);
      }
      if (planned.do === 'wait') expect(planned.ms).toBeGreaterThan(0);
      if (planned.do === 'drop')
        expect(state !== undefined && (hasEnded(state) || state.status === 'held')).toBe(true);
      if (planned.do === 'claim' || planned.do === 'put_off') {
        const next = planned.delivery;
        expect(next.version).toBe((delivery?.version ?? 0) + 1);
        expect(next.attempts.map((attempt) => attempt.number)).toEqual(next.attempts.map((_, i) => i + 1));
        expect(next.attempts.slice(0, delivery?.attempts.length ?? 0)).toEqual(delivery?.attempts ?? []);
        const lost = state?.status === 'sending';
        if (delivery !== undefined)
          expect(next.attempts.length).toBe(delivery.attempts.length + Number(lost));
        expect(next.createdAt).toBe(delivery?.createdAt ?? NOW);
        // What a resend goes back to is not forgotten on the way.
        const resend = state !== undefined && 'resend' in state ? state.resend : undefined;
        if (resend !== undefined)
          expect('resend' in next.state ? next.state.resend : next.state).toEqual(resend);
      }
      if (planned.do === 'claim') {
        expect(planned.delivery.state).toMatchObject({ status: 'sending', lease: { token: 'our-lease' } });
      }
    }),
    { seed: 7, numRuns: 2_000 },
  );
}

describe('every plan', () => {
  test('never sends what ended or is not due, counts versions by one, and numbers attempts without gaps', () => {
    keepsTheLaw(planAttempt);
  });

  const withPlan = (change: (plan: Plan, input: PlanInput) => Plan): PlanAttempt => {
    return (input) => change(planAttempt(input), input);
  };
  const planted: Record<string, PlanAttempt> = {
    'sends what ended': withPlan((plan, { endpoint }) =>
      plan.do === 'drop' && endpoint?.status === 'enabled' ? { do: 'send', trigger: 'first' } : plan,
    ),
    'sends before it is due': (input) => planAttempt({ ...input, now: input.now + 1_000 }),
    'breaks into a live lease': (input) =>
      input.delivery?.state.status === 'sending'
        ? planAttempt({ ...input, now: input.delivery.state.lease.until })
        : planAttempt(input),
    'ignores that the endpoint is paused': (input) =>
      planAttempt({ ...input, endpoint: input.endpoint && { ...input.endpoint, status: 'enabled' } }),
    'sends a repeat without a claim': withPlan((plan) =>
      plan.do === 'claim' && plan.delivery.version === 1 ? { do: 'send', trigger: 'first' } : plan,
    ),
    'writes over the version it read': withPlan((plan) =>
      plan.do === 'claim'
        ? { ...plan, delivery: { ...plan.delivery, version: plan.delivery.version - 1 } }
        : plan,
    ),
    'forgets the lost attempt': withPlan((plan, { delivery }) =>
      plan.do === 'claim' && delivery !== undefined
        ? { ...plan, delivery: { ...plan.delivery, attempts: delivery.attempts } }
        : plan,
    ),
    'leaves a gap in the numbers': withPlan((plan) =>
      plan.do === 'claim'
        ? { ...plan, delivery: { ...plan.delivery, attempts: plan.delivery.attempts.slice(1) } }
        : plan,
    ),
    'forgets what a resend goes back to': withPlan((plan) =>
      plan.do === 'put_off' && plan.delivery.state.status === 'held'
        ? { ...plan, delivery: { ...plan.delivery, state: { status: 'held', why: plan.delivery.state.why } } }
        : plan,
    ),
    'drops what waits': withPlan((plan) => (plan.do === 'rearm' ? { do: 'drop' } : plan)),
  };
  test.each(Object.entries(planted))('a planner that %s is caught by the same law', (_, wrong) => {
    expect(() => keepsTheLaw(wrong)).toThrow();
  });
});
