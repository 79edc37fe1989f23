import { type Circuit, CLOSED, observe } from '../../../lambdas/domain/health/circuit.ts';
import type { Seen } from '../../../lambdas/domain/health/observation.ts';
import type { Outage } from '../../../lambdas/domain/health/ramp.ts';
import { NOW } from '../../factories.ts';

export const OUTAGE: Outage = { since: NOW - 60_000, trips: 1, cause: 'connect_timeout' };
export const SUCCESS: Seen = { kind: 'success', paced: false };
export const FAILURE: Seen = { kind: 'failure', error: 'server_error', paced: false };
export const THROTTLED: Extract<Seen, { kind: 'throttled' }> = {
  kind: 'throttled',
  retryAfterMs: 0,
  paced: false,
};

export function paced<T extends Seen>(seen: T): T {
  return { ...seen, paced: true };
}

export function times(count: number, seen: Seen): Seen[] {
  return Array.from({ length: count }, () => seen);
}

/** One batch after another, a second apart. */
export function afterBatches(batches: readonly (readonly Seen[])[], from: Circuit = CLOSED): Circuit {
  return batches.reduce((circuit, batch, i) => observe(circuit, batch, NOW + i * 1_000, 0.5), from);
}
