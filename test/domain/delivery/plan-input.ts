/** The facts a plan is made from, by name. */
import type { DeliveryState, Ended } from '../../../lambdas/domain/delivery/delivery.ts';
import type { PlanInput } from '../../../lambdas/domain/delivery/plan.ts';
import type { Endpoint } from '../../../lambdas/domain/endpoint.ts';
import { aLease, aNewDelivery, anEndpoint, NOW } from '../../factories.ts';

export const VISIBILITY_MS = 360_000;
export const SUCCEEDED: Ended = { status: 'succeeded' };
export const EXHAUSTED: Ended = { status: 'failed', stopReason: 'exhausted' };

export const ENDPOINTS: Record<string, Endpoint | undefined> = {
  enabled: anEndpoint(),
  paused: anEndpoint({ status: 'paused' }),
  disabled: anEndpoint({ status: 'disabled', disabledReason: 'gone' }),
  absent: undefined,
};

export const STATES = {
  'waiting in the queue': { status: 'waiting', dueAt: NOW + 4_000, where: 'queue' },
  'waiting in the backlog': { status: 'waiting', dueAt: NOW + 600_000, where: 'backlog' },
  'due in the queue': { status: 'waiting', dueAt: NOW, where: 'queue' },
  'due in the backlog': { status: 'waiting', dueAt: NOW - 5, where: 'backlog' },
  'leased for 9 s more': { status: 'sending', lease: aLease({ until: NOW + 9_000 }) },
  'lease ran out': { status: 'sending', lease: aLease({ startedAt: NOW - 25_000, until: NOW }) },
  'held, paused': { status: 'held', why: 'endpoint_paused' },
  'held, disabled': { status: 'held', why: 'endpoint_disabled' },
  succeeded: SUCCEEDED,
  exhausted: EXHAUSTED,
  canceled: { status: 'canceled', stopReason: 'endpoint_deleted' },
} satisfies Record<string, DeliveryState>;

export const RECEIVES = {
  first: { receives: 1, firstReceivedAt: NOW },
  later: { receives: 2, firstReceivedAt: NOW - 5_000 },
  'after a whole visibility timeout': { receives: 2, firstReceivedAt: NOW - VISIBILITY_MS },
};

/** What `planAttempt` is asked: an ordinary first receive for an enabled endpoint, unless said otherwise. */
export function anInput(
  over: Omit<Partial<PlanInput>, 'task'> & { task?: Partial<PlanInput['task']> } = {},
): PlanInput {
  const task = { of: aNewDelivery(), mayRepeat: false, ...RECEIVES.first, ...over.task };
  const input = {
    now: NOW,
    endpoint: anEndpoint(),
    delivery: undefined,
    admission: { go: 'send' } as const,
    leaseToken: 'our-lease',
    random: 0.5,
  };
  return { ...input, visibilityTimeoutMs: VISIBILITY_MS, ...over, task };
}
