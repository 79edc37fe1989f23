/** The facts a settlement is made from. */
import type { Delivery, Ended } from '../../../lambdas/domain/delivery/delivery.ts';
import type { SettleInput } from '../../../lambdas/domain/delivery/settle.ts';
import { DEFAULT_RETRY_POLICY } from '../../../lambdas/domain/retry/policy.ts';
import { aDelivery, aLease, aNewDelivery, anAnswer, anAttempt, NOW } from '../../factories.ts';

export const EXHAUSTED: Ended = { status: 'failed', stopReason: 'exhausted' };
export const SUCCEEDED: Ended = { status: 'succeeded' };

/** What `settleAttempt` is asked: an unclaimed first attempt answered with 503, unless said otherwise. A claim is ours. */
export function anInput(over: Partial<SettleInput> = {}): SettleInput {
  const claim = over.delivery?.state;
  return {
    ...(claim?.status === 'sending' && { lease: claim.lease }),
    now: NOW + 80,
    of: aNewDelivery(),
    delivery: undefined,
    trigger: 'first',
    startedAt: NOW,
    url: 'https://receiver.example/hooks',
    result: anAnswer(503),
    receives: 1,
    retry: DEFAULT_RETRY_POLICY,
    random: 0,
    ...over,
  };
}

/** A delivery whose next attempt is claimed, after so many failed ones. */
export function claimed(failed: number, resend?: Ended): Delivery {
  const trigger = resend === undefined ? 'retry' : 'manual';
  const lease = aLease({ token: 'ours', trigger });
  return aDelivery({
    state: { status: 'sending', lease, ...(resend !== undefined && { resend }) },
    attempts: Array.from({ length: failed }, (_, i) =>
      anAttempt({ number: i + 1, trigger: i === 0 ? 'first' : 'retry' }),
    ),
    version: failed * 2,
  });
}
