import { describe, expect, it, test } from 'vitest';
import type { HoldReason, StopReason } from '../../../lambdas/domain/delivery/delivery.ts';
import { explainHold, explainStop } from '../../../lambdas/domain/delivery/explain-state.ts';

/** Typed as records, so that a new reason does not compile until it is listed here. */
const HOLDS = Object.keys({
  endpoint_paused: 0,
  endpoint_disabled: 0,
  circuit_open: 0,
  awaiting_listener: 0,
  slowed_down: 0,
  transformation_failed: 0,
} satisfies Record<HoldReason, 0>) as HoldReason[];
const STOPS = Object.keys({
  exhausted: 0,
  expired: 0,
  not_retryable: 0,
  endpoint_gone: 0,
  endpoint_deleted: 0,
  event_expired: 0,
  subscription_deleted: 0,
  receiver_aborted: 0,
  attempts_lost: 0,
} satisfies Record<StopReason, 0>) as StopReason[];
const SENTENCES = [...HOLDS.map(explainHold), ...STOPS.map(explainStop)];

describe('a delivery that is held or given up', () => {
  it.each(SENTENCES)('%s', (sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence.length).toBeLessThan(200);
  });
});

test('every reason has words of its own', () => {
  expect(new Set(SENTENCES).size).toBe(HOLDS.length + STOPS.length);
});
