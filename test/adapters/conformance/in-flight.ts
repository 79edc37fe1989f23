import { describe, expect, it } from 'vitest';
import type { InFlight } from '../../../lambdas/domain/limits/in-flight.ts';
import type { InFlightStore } from '../../../lambdas/ports/in-flight.ts';
import { NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function inFlightConforms(make: () => InFlightStore): void {
  function aState(): InFlight {
    const holders = [
      { holder: 'AbC_-123', places: 3, until: NOW + 25_000 },
      { holder: 'another1', places: 10, until: NOW + 40_000.5 },
    ];
    return { endpoint: freshId('ep'), holders, version: 1 };
  }

  describe('places in flight', () => {
    it('keeps every holder, and none', async () => {
      const store = make();
      const state = aState();
      expect(await store.get(state.endpoint)).toBeUndefined();
      expect(await store.save(state)).toBe('saved');
      expect(await store.get(state.endpoint)).toEqual(state);
      expect(await store.save({ ...state, holders: [], version: 2 })).toBe('saved');
      expect(await store.get(state.endpoint)).toEqual({ ...state, holders: [], version: 2 });
    });

    it('replaces only the version it was made from', async () => {
      const store = make();
      const state = aState();
      await store.save(state);
      expect(await store.save(state)).toBe('conflict');
      expect(await store.save({ ...state, version: 3 })).toBe('conflict');
      const next = { ...state, holders: [], version: 2 };
      const answers = await Promise.all([store.save(next), make().save({ ...state, version: 1 })]);
      expect(answers[0]).toBe('saved');
      expect(await store.get(state.endpoint)).toEqual(next);
    });
  });
}
