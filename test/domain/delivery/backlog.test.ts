import { describe, expect, it } from 'vitest';
import {
  backlogPosition,
  DUE_FLOOR,
  dueCeiling,
  HELD_CEILING,
  HELD_FLOOR,
} from '../../../lambdas/domain/delivery/backlog.ts';
import type { DeliveryState } from '../../../lambdas/domain/delivery/delivery.ts';
import { aDelivery, aLease, anEventId, NOW } from '../../factories.ts';
import fc from '../../properties.ts';

const due = (dueAt: number, event = anEventId()): string =>
  backlogPosition(aDelivery({ event, state: { status: 'waiting', dueAt, where: 'backlog' } }))!;
const times = fc.integer({ min: 0, max: 2 ** 48 });

describe('backlog position', () => {
  it('sorts as due times do', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(due(a) < due(b)).toBe(a < b);
      }),
    );
  });

  it('lies below the ceiling exactly when it is due, and above the floor', () => {
    fc.assert(
      fc.property(times, times, (at, until) => {
        expect(due(at) < dueCeiling(until)).toBe(at <= until);
        expect(due(at) > DUE_FLOOR).toBe(true);
      }),
    );
  });

  it('is not reached before the last part of a millisecond', () => {
    expect(due(NOW + 0.5) < dueCeiling(NOW)).toBe(false);
    expect(due(NOW + 0.5) < dueCeiling(NOW + 0.9)).toBe(false);
    expect(due(NOW + 0.5) < dueCeiling(NOW + 1)).toBe(true);
  });

  it('keeps held ones apart from due ones', () => {
    const held = backlogPosition(aDelivery({ state: { status: 'held', why: 'endpoint_paused' } }))!;
    expect(held > HELD_FLOOR && held < HELD_CEILING).toBe(true);
    expect(held > dueCeiling(2 ** 48)).toBe(true);
  });

  it('has a claimed one due when its lease ends', () => {
    const claimed = backlogPosition(aDelivery({ state: { status: 'sending', lease: aLease() } }))!;
    expect(claimed > dueCeiling(aLease().until - 1) && claimed < dueCeiling(aLease().until)).toBe(true);
  });

  it.each<DeliveryState>([
    { status: 'waiting', dueAt: NOW, where: 'queue' },
    { status: 'succeeded' },
    { status: 'failed', stopReason: 'exhausted' },
    { status: 'canceled', stopReason: 'endpoint_deleted' },
  ])('there is none while it is $status elsewhere', (state) => {
    expect(backlogPosition(aDelivery({ state }))).toBeUndefined();
  });
});
