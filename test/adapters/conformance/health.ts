import { describe, expect, it } from 'vitest';
import { CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import type { Health } from '../../../lambdas/domain/health/health.ts';
import type { HealthStore } from '../../../lambdas/ports/health.ts';
import { NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

const STATES: Record<string, Omit<Health, 'endpoint' | 'version'>> = {
  closed: { circuit: CLOSED, lastSuccessAt: NOW },
  failing: {
    circuit: { state: 'closed', tally: { consecutive: 3, windowStart: NOW, attempts: 4, failures: 3 } },
    failingSince: NOW - 1,
    lastFailure: { at: NOW, error: 'server_error' },
  },
  open: {
    circuit: {
      state: 'open',
      outage: { since: NOW, trips: 2, cause: 'connect_timeout' },
      probeAt: NOW + 30_000,
    },
  },
  'half open': {
    circuit: {
      state: 'half_open',
      outage: { since: NOW, trips: 2, cause: 'tls_expired' },
      probe: { token: 'a-probe', until: NOW + 25_000 },
    },
  },
  recovering: {
    circuit: {
      ...CLOSED,
      ramp: {
        width: 4,
        from: NOW,
        round: { left: 3, failures: 1, until: NOW + 60_000 },
        since: NOW - 9,
        trips: 3,
        slowdowns: 1,
      },
    },
  },
};

export function healthConforms(make: () => HealthStore): void {
  describe('health', () => {
    it.each(Object.entries(STATES))('keeps every part of an endpoint that is %s', async (_, state) => {
      const store = make();
      const health = { ...state, endpoint: freshId('ep'), version: 1 };
      expect(await store.save(health)).toBe('saved');
      expect(await store.get(health.endpoint)).toEqual(health);
      expect(await store.getMany([freshId('ep'), health.endpoint])).toEqual([undefined, health]);
    });

    it('replaces only the version it was made from', async () => {
      const store = make();
      const first: Health = { ...STATES.open!, endpoint: freshId('ep'), version: 1 };
      const second: Health = { ...first, ...STATES['half open'], version: 2 };
      await store.save(first);
      expect(await store.save(first)).toBe('conflict');
      expect(await store.save({ ...second, version: 3 })).toBe('conflict');
      expect(await store.save(second)).toBe('saved');
      expect(await store.save({ ...first, version: 2 })).toBe('conflict');
      expect(await store.get(first.endpoint)).toEqual(second);
    });

    it('reads the same endpoint asked for twice', async () => {
      const store = make();
      const health: Health = { ...STATES.closed!, endpoint: freshId('ep'), version: 1 };
      await store.save(health);
      expect(await store.getMany([health.endpoint, health.endpoint])).toEqual([health, health]);
    });
  });
}
