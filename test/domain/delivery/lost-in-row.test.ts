/** A delivery of which every worker dies, one after the other. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import { planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { aDelivery, aLease, anAttempt, NOW } from '../../factories.ts';
import { anInput, EXHAUSTED } from './plan-input.ts';

const MINUTE = 60_000;

/** Claimed by a worker that died, as others did before it. */
function lost(inRow: number, over: Partial<Delivery> = {}): Delivery {
  const attempts = Array.from({ length: inRow - 1 }, (_, i) =>
    anAttempt({ number: i + 1, outcome: 'unknown', error: 'unknown_outcome' }),
  );
  const lease = aLease({ startedAt: NOW - 25_000, until: NOW });
  return aDelivery({ state: { status: 'sending', lease }, attempts, version: inRow, ...over });
}

/** Planned as soon as it may be, until nothing is planned any more: what it waits each time. */
function untilTheEnd(first: Delivery): { readonly waits: readonly number[]; readonly last: Delivery } {
  const waits: number[] = [];
  let [delivery, now] = [first, NOW];
  for (;;) {
    const plan = planAttempt(anInput({ now, delivery, random: 0 }));
    if (plan.do !== 'claim' && plan.do !== 'put_off') return { waits, last: delivery };
    delivery = plan.delivery;
    if (plan.do === 'claim') now = plan.lease.until;
    else if (delivery.state.status === 'waiting') {
      waits.push((delivery.state.dueAt - now) / MINUTE);
      now = delivery.state.dueAt;
    }
  }
}

describe('a delivery whose workers die', () => {
  it('is tried again at once, twice', () => {
    for (const inRow of [1, 2]) {
      expect(planAttempt(anInput({ delivery: lost(inRow) }))).toMatchObject({
        do: 'claim',
        delivery: { attempts: { length: inRow } },
      });
    }
  });

  it('then waits as it would for a receiver, and is given up after ten', () => {
    const { waits, last } = untilTheEnd(lost(1));
    expect(waits).toEqual([30, 120, 300, 600, 840, 1_200, 1_440]);
    expect(last.attempts).toHaveLength(10);
    expect(last.state).toEqual({ status: 'failed', stopReason: 'attempts_lost' });
  });

  it('has its message end in the dead letters', () => {
    const delivery = aDelivery({ state: { status: 'failed', stopReason: 'attempts_lost' }, version: 9 });
    expect(planAttempt(anInput({ delivery }))).toEqual({ do: 'dead_letter' });
  });

  it('begins anew after an attempt whose end is known', () => {
    const unknown = lost(9).attempts;
    const attempts = [...unknown, anAttempt({ number: 9, outcome: 'failed', error: 'server_error' })];
    expect(planAttempt(anInput({ delivery: lost(1, { attempts }) })).do).toBe('claim');
  });

  it('is not sent because it was held meanwhile', () => {
    const state = { status: 'held', why: 'circuit_open' } as const;
    expect(planAttempt(anInput({ delivery: lost(11, { state }) }))).toMatchObject({
      do: 'put_off',
      delivery: { state: { status: 'failed', stopReason: 'attempts_lost' } },
    });
  });

  it('is tried once more when a person asks, and stays what it was when that is lost too', () => {
    const resend = { status: 'failed', stopReason: 'attempts_lost' } as const;
    const asked = { status: 'waiting', dueAt: NOW, where: 'backlog', resend } as const;
    expect(planAttempt(anInput({ delivery: lost(11, { state: asked }) })).do).toBe('claim');
    const sending = { status: 'sending', lease: aLease({ until: NOW, trigger: 'manual' }) } as const;
    const again = lost(11, { state: { ...sending, resend: EXHAUSTED } });
    expect(planAttempt(anInput({ delivery: again }))).toMatchObject({ delivery: { state: EXHAUSTED } });
  });

  it('waits with a place in no schedule when a person asked for it', () => {
    const lease = aLease({ until: NOW, trigger: 'manual' });
    const plan = planAttempt(anInput({ delivery: lost(3, { state: { status: 'sending', lease } }) }));
    expect(plan).toMatchObject({
      delivery: { state: { status: 'waiting', where: 'backlog', manual: true } },
    });
  });

  it('is picked up by a listener however often that stopped listening', () => {
    expect(planAttempt(anInput({ delivery: lost(20), pickedUp: true })).do).toBe('claim');
  });
});
