import { describe, expect, it } from 'vitest';
import { HELD_SECOND_LOOK_MS } from '../../../lambdas/domain/delivery/hold.ts';
import { planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { aDelivery, anEndpoint, NOW } from '../../factories.ts';
import { anInput, RECEIVES, STATES, SUCCEEDED } from './plan-input.ts';

const OPEN = { go: 'hold', why: 'circuit_open' } as const;
const SLOWED = { go: 'hold', why: 'slowed_down' } as const;
const PROBE = { go: 'probe' } as const;
const LOOKED = { receives: 2, firstReceivedAt: NOW - HELD_SECOND_LOOK_MS };

describe('while its endpoint is not well, a delivery', () => {
  it('is held without an attempt', () => {
    const plan = planAttempt(anInput({ admission: OPEN }));
    expect(plan).toMatchObject({
      do: 'put_off',
      delivery: { state: { status: 'held', why: 'circuit_open' }, attempts: [], version: 1 },
    });
  });

  it('a person asked for is held too, and is again what it was if that fails', () => {
    const state = { status: 'waiting', dueAt: NOW, where: 'backlog', resend: SUCCEEDED } as const;
    const plan = planAttempt(anInput({ admission: OPEN, delivery: aDelivery({ state }) }));
    expect(plan).toMatchObject({ delivery: { state: { status: 'held', resend: SUCCEEDED } } });
  });

  it('that is not due yet goes on waiting', () => {
    const delivery = aDelivery({ state: STATES['waiting in the backlog'] });
    expect(planAttempt(anInput({ admission: OPEN, delivery })).do).toBe('rearm');
  });

  it('of a paused endpoint is held for that reason', () => {
    const endpoint = anEndpoint({ status: 'paused' });
    expect(planAttempt(anInput({ admission: OPEN, endpoint }))).toMatchObject({
      delivery: { state: { why: 'endpoint_paused' } },
    });
  });

  it('that is held is looked at once more, and not written again when open becomes slow', () => {
    const delivery = aDelivery({ state: { status: 'held', why: 'circuit_open' } });
    const first = planAttempt(anInput({ admission: SLOWED, delivery, task: RECEIVES.first }));
    expect(first).toEqual({ do: 'wait', ms: HELD_SECOND_LOOK_MS });
    expect(planAttempt(anInput({ admission: SLOWED, delivery, task: LOOKED }))).toEqual({ do: 'drop' });
  });

  it('that is held waits for the outcome of a probe before it lets its message go', () => {
    const delivery = aDelivery({ state: { status: 'held', why: 'circuit_open' } });
    const admission = { ...OPEN, lookAt: NOW + 9_000 };
    expect(planAttempt(anInput({ admission, delivery, task: LOOKED }))).toEqual({ do: 'wait', ms: 9_000 });
  });

  it('that is held does not wait for probe after probe until it is dead-lettered', () => {
    const delivery = aDelivery({ state: { status: 'held', why: 'circuit_open' } });
    const admission = { ...OPEN, lookAt: NOW + 9_000 };
    const task = { ...LOOKED, receives: 8 };
    expect(planAttempt(anInput({ admission, delivery, task }))).toEqual({ do: 'drop' });
  });
});

describe('a probe', () => {
  it('is claimed even on the first receive of an ordinary delivery', () => {
    expect(planAttempt(anInput({ admission: PROBE }))).toMatchObject({
      do: 'claim',
      trigger: 'first',
      lease: { token: 'our-lease' },
    });
  });

  it('may be a delivery that was held', () => {
    const delivery = aDelivery({ state: { status: 'held', why: 'circuit_open' } });
    expect(planAttempt(anInput({ admission: PROBE, delivery }))).toMatchObject({
      do: 'claim',
      trigger: 'retry',
    });
  });
});
