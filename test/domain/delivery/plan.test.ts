import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import { HELD_SECOND_LOOK_MS } from '../../../lambdas/domain/delivery/hold.ts';
import { LEASE_MARGIN_MS, type Plan, planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { aDelivery, aLease, anAttempt, anEndpoint, NOW } from '../../factories.ts';
import { anInput, ENDPOINTS, EXHAUSTED, RECEIVES, STATES, SUCCEEDED, VISIBILITY_MS } from './plan-input.ts';

/** A plan in a word or three: what it does, the trigger, and what becomes of the record. */
function said(plan: Plan): string {
  switch (plan.do) {
    case 'wait':
      return `wait ${plan.ms}`;
    case 'rearm':
      return `rearm +${plan.dueAt - NOW}`;
    case 'send':
      return 'send first';
    case 'claim':
      return `claim ${plan.trigger}${unknowns(plan.delivery)}`;
    case 'put_off': {
      const { state } = plan.delivery;
      return `${state.status === 'held' ? `hold ${state.why}` : state.status}${unknowns(plan.delivery)}`;
    }
    case 'drop':
    case 'dead_letter':
      return plan.do;
  }
}

function unknowns(delivery: Delivery): string {
  const lost = delivery.attempts.filter((attempt) => attempt.outcome === 'unknown');
  return lost.map((attempt) => `, #${attempt.number} unknown`).join('');
}

describe('without a record', () => {
  test.each([
    ['enabled', 'first', false, 'send first'],
    ['enabled', 'first', true, 'claim first'],
    ['enabled', 'later', false, 'claim first'],
    ['enabled', 'later', true, 'claim first'],
    ['enabled', 'after a whole visibility timeout', false, 'claim first, #1 unknown'],
    ['enabled', 'after a whole visibility timeout', true, 'claim first'],
    ['paused', 'first', false, 'hold endpoint_paused'],
    ['paused', 'first', true, 'hold endpoint_paused'],
    ['paused', 'later', false, 'hold endpoint_paused'],
    ['paused', 'after a whole visibility timeout', false, 'hold endpoint_paused, #1 unknown'],
    ['paused', 'after a whole visibility timeout', true, 'hold endpoint_paused'],
    ['disabled', 'first', false, 'hold endpoint_disabled'],
    ['disabled', 'later', true, 'hold endpoint_disabled'],
    ['disabled', 'after a whole visibility timeout', false, 'hold endpoint_disabled, #1 unknown'],
    ['absent', 'first', false, 'canceled'],
    ['absent', 'first', true, 'canceled'],
    ['absent', 'later', false, 'canceled'],
    ['absent', 'after a whole visibility timeout', false, 'canceled, #1 unknown'],
    ['absent', 'after a whole visibility timeout', true, 'canceled'],
  ] as const)('endpoint %s, received %s, may repeat %s: %s', (endpoint, received, mayRepeat, plan) => {
    const task = { ...RECEIVES[received], mayRepeat };
    expect(said(planAttempt(anInput({ endpoint: ENDPOINTS[endpoint], task })))).toBe(plan);
  });
});

describe('with a record that is', () => {
  const table: [keyof typeof STATES, string, string, string, string][] = [
    // state, then what to do with the endpoint enabled, paused, disabled and absent
    ['waiting in the queue', 'wait 4000', 'wait 4000', 'wait 4000', 'wait 4000'],
    ['waiting in the backlog', 'rearm +600000', 'rearm +600000', 'rearm +600000', 'rearm +600000'],
    ['due in the queue', 'claim retry', 'hold endpoint_paused', 'hold endpoint_disabled', 'canceled'],
    ['due in the backlog', 'claim retry', 'hold endpoint_paused', 'hold endpoint_disabled', 'canceled'],
    ['leased for 9 s more', 'wait 10000', 'wait 10000', 'wait 10000', 'wait 10000'],
    [
      'lease ran out',
      'claim retry, #2 unknown',
      'hold endpoint_paused, #2 unknown',
      'hold endpoint_disabled, #2 unknown',
      'canceled, #2 unknown',
    ],
    ['held, paused', 'claim retry', 'look again', 'hold endpoint_disabled', 'canceled'],
    ['held, disabled', 'claim retry', 'hold endpoint_paused', 'look again', 'canceled'],
    ['succeeded', 'drop', 'drop', 'drop', 'drop'],
    ['exhausted', 'drop', 'drop', 'drop', 'drop'],
    ['canceled', 'drop', 'drop', 'drop', 'drop'],
  ];
  const rows = table.flatMap(([state, ...plans]) =>
    Object.keys(ENDPOINTS).map((endpoint, i) => [state, endpoint, plans[i]!] as const),
  );
  /** A held delivery's message goes only after a while: by then, whoever enables the endpoint sees what is held. */
  const inFull = (plan: string, firstReceivedAt: number): string => {
    if (plan !== 'look again') return plan;
    return NOW - firstReceivedAt >= HELD_SECOND_LOOK_MS ? 'drop' : `wait ${HELD_SECOND_LOOK_MS}`;
  };
  test.each(rows)('%s, endpoint %s: %s, however often it was received', (state, endpoint, plan) => {
    const delivery = aDelivery({ state: STATES[state] });
    for (const received of Object.values(RECEIVES)) {
      for (const mayRepeat of [false, true]) {
        const input = anInput({ delivery, endpoint: ENDPOINTS[endpoint], task: { ...received, mayRepeat } });
        expect(said(planAttempt(input))).toBe(inFull(plan, received.firstReceivedAt));
      }
    }
  });

  test('the table has every state', () => {
    expect(new Set(table.map(([state]) => state))).toEqual(new Set(Object.keys(STATES)));
  });
});

describe('the trigger', () => {
  const due = { status: 'waiting', dueAt: NOW, where: 'queue' } as const;
  test.each([
    ['a delivery held before it was ever tried', { state: STATES['held, paused'], attempts: [] }, 'first'],
    ['a claim given back before anything left', { state: due, attempts: [] }, 'first'],
    ['a failed one', { state: due, attempts: [anAttempt()] }, 'retry'],
    [
      'one whose only attempt was lost',
      { state: due, attempts: [anAttempt({ outcome: 'unknown' })] },
      'retry',
    ],
    ['a resend', { state: { ...due, resend: EXHAUSTED } }, 'manual'],
    ['a resend of one that never went out', { state: { ...due, resend: EXHAUSTED }, attempts: [] }, 'manual'],
    ['a waiting one that a person hurries', { state: { ...due, manual: true } }, 'manual'],
    [
      'a resend whose worker was lost',
      { state: { status: 'sending', lease: aLease({ until: NOW, trigger: 'manual' }), resend: SUCCEEDED } },
      'manual',
    ],
    ['a resend that was held', { state: { ...STATES['held, paused'], resend: SUCCEEDED } }, 'manual'],
  ] satisfies [string, Partial<Delivery>, string][])('of %s', (_, over, trigger) => {
    expect(planAttempt(anInput({ delivery: aDelivery(over) }))).toMatchObject({ do: 'claim', trigger });
  });
});

describe('a claim', () => {
  test('outlives the attempt by the time it takes to write its result, and names who, what and where', () => {
    const endpoint = anEndpoint({ timeoutSeconds: 30, url: 'https://slow.example/' });
    const plan = planAttempt(
      anInput({ endpoint, delivery: aDelivery({ state: STATES['due in the queue'] }) }),
    );
    expect(plan).toMatchObject({
      do: 'claim',
      delivery: {
        state: {
          status: 'sending',
          lease: {
            token: 'our-lease',
            startedAt: NOW,
            until: NOW + 30_000 + LEASE_MARGIN_MS,
            trigger: 'retry',
            url: 'https://slow.example/',
          },
        },
      },
    });
  });

  test('after a lost one records it with its own start, place and trigger', () => {
    const lease = aLease({
      startedAt: NOW - 25_000,
      until: NOW - 7,
      trigger: 'manual',
      url: 'https://old.example/',
    });
    const delivery = aDelivery({ state: { status: 'sending', lease, resend: EXHAUSTED } });
    const plan = planAttempt(anInput({ delivery }));
    expect(plan).toMatchObject({ do: 'claim', delivery: { state: { resend: EXHAUSTED } } });
    expect(plan.do === 'claim' && plan.delivery.attempts[1]).toEqual({
      number: 2,
      trigger: 'manual',
      startedAt: NOW - 25_000,
      durationMs: 24_993,
      url: 'https://old.example/',
      outcome: 'unknown',
      error: 'unknown_outcome',
      phases: {},
    });
  });

  test('forgives clocks that differ a little: nine tenths of the visibility timeout are a loss', () => {
    const at = (ms: number) => anInput({ task: { receives: 2, firstReceivedAt: NOW - ms } });
    expect(said(planAttempt(at(VISIBILITY_MS * 0.9)))).toBe('claim first, #1 unknown');
    expect(said(planAttempt(at(VISIBILITY_MS / 2)))).toBe('claim first');
  });
});

describe('a resend that can’t go out', () => {
  const delivery = aDelivery({
    state: { status: 'waiting', dueAt: NOW, where: 'backlog', resend: SUCCEEDED },
  });
  test('because the endpoint was deleted leaves the delivery what it was', () => {
    const plan = planAttempt(anInput({ delivery, endpoint: undefined }));
    expect(plan).toMatchObject({ do: 'put_off', delivery: { state: SUCCEEDED } });
  });

  test('because the endpoint was paused is held as a resend', () => {
    const plan = planAttempt(anInput({ delivery, endpoint: anEndpoint({ status: 'paused' }) }));
    expect(plan).toMatchObject({
      do: 'put_off',
      delivery: { state: { status: 'held', why: 'endpoint_paused', resend: SUCCEEDED } },
    });
  });
});

test('due in a moment and let go by a drain whose clock is ahead: it waits in the queue', () => {
  const delivery = aDelivery({ state: { status: 'waiting', dueAt: NOW + 1_500, where: 'backlog' } });
  expect(planAttempt(anInput({ delivery }))).toEqual({ do: 'wait', ms: 1_500 });
});
