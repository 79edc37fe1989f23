import { describe, expect, test } from 'vitest';
import { planAttempt } from '../../../lambdas/domain/delivery/plan.ts';
import { pickUp } from '../../../lambdas/domain/listen.ts';
import { aDelivery, aLease, anEndpoint, NOW } from '../../factories.ts';
import { anInput } from './plan-input.ts';

const LISTENER = anEndpoint({ url: 'http://localhost:3000/', listener: {} });
const HELD = aDelivery({ state: { status: 'held', why: 'awaiting_listener' }, attempts: [] });
const planned = (over: Parameters<typeof anInput>[0]) =>
  planAttempt(anInput({ endpoint: LISTENER, ...over }));

describe('the task of an endpoint that is listened to', () => {
  test('never sends: the delivery is held, and no attempt is used', () => {
    expect(planned({})).toMatchObject({
      do: 'put_off',
      delivery: { state: { status: 'held', why: 'awaiting_listener' }, attempts: [] },
    });
  });

  test('holds whatever the circuit says: it has none', () => {
    const plan = planned({ admission: { go: 'hold', why: 'circuit_open' } });
    expect(plan).toMatchObject({ delivery: { state: { why: 'awaiting_listener' } } });
  });

  test('goes once it is held: whoever listens finds it', () => {
    expect(planned({ delivery: HELD })).toEqual({ do: 'drop' });
  });

  test('brings back what a listener vanished with, its outcome unknown', () => {
    const lost = aDelivery({ state: { status: 'sending', lease: aLease({ until: NOW - 1 }) }, attempts: [] });
    expect(planned({ delivery: lost })).toMatchObject({
      do: 'put_off',
      delivery: { state: { why: 'awaiting_listener' }, attempts: [{ outcome: 'unknown' }] },
    });
  });

  test('leaves a claim alone that stands', () => {
    const claimed = aDelivery({ state: { status: 'sending', lease: aLease() } });
    expect(planned({ delivery: claimed })).toMatchObject({ do: 'wait' });
  });
});

describe('a listener picks up', () => {
  test.each([
    ['what is held', HELD, 'first'],
    [
      'a retry that is due',
      aDelivery({ state: { status: 'waiting', dueAt: NOW, where: 'backlog' } }),
      'retry',
    ],
    [
      'what a person asked for',
      aDelivery({ state: { status: 'held', why: 'awaiting_listener', resend: { status: 'succeeded' } } }),
      'manual',
    ],
    [
      'what another one vanished with',
      aDelivery({ state: { status: 'sending', lease: aLease({ until: NOW }) } }),
      'retry',
    ],
  ] as const)('%s', (_, delivery, trigger) => {
    expect(pickUp(LISTENER, delivery, NOW, 'mine')).toMatchObject({
      lease: { token: 'mine', trigger, url: 'http://localhost:3000/', until: NOW + 25_000 },
      delivery: { version: delivery.version + 1, state: { status: 'sending' } },
    });
  });

  test.each([
    ['a retry that is not due', aDelivery()],
    ['what another one has', aDelivery({ state: { status: 'sending', lease: aLease() } })],
    ['what succeeded', aDelivery({ state: { status: 'succeeded' } })],
  ])('not %s', (_, delivery) => {
    expect(pickUp(LISTENER, delivery, NOW, 'mine')).toBeUndefined();
  });

  test('nothing while its endpoint is paused', () => {
    expect(pickUp({ ...LISTENER, status: 'paused' }, HELD, NOW, 'mine')).toBeUndefined();
  });
});
