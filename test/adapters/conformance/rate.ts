import { describe, expect, it } from 'vitest';
import type { RateMeter, WantedSlots } from '../../../lambdas/ports/rate.ts';
import { NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

/** `workers` makes the meters of several processes over one store. */
export function ratesConform(workers: () => () => RateMeter): void {
  function wanted(over: Partial<WantedSlots> = {}): WantedSlots {
    return { endpoint: freshId('ep'), count: 3, intervalMs: 100, now: NOW, until: NOW + 1_000, ...over };
  }

  describe('rate meter', () => {
    it('gives the first slots from now on', async () => {
      expect(await workers()().take(wanted())).toBe(NOW + 300);
    });

    it('goes on where another worker stopped, and starts anew when those are past', async () => {
      const make = workers();
      const slots = wanted();
      await make().take(slots);
      expect(await make().take(slots)).toBe(NOW + 600);
      expect(await make().take({ ...slots, now: NOW + 5_000, until: NOW + 6_000 })).toBe(NOW + 5_300);
    });

    it('gives none beyond the horizon, and the same worker some again when time has passed', async () => {
      const make = workers();
      const meter = make();
      const slots = wanted({ count: 20 });
      expect(await meter.take(slots)).toBe(NOW + 2_000);
      expect(await meter.take(slots)).toBeUndefined();
      expect(await make().take(slots)).toBeUndefined();
      expect(await meter.take({ ...slots, now: NOW + 1_500, until: NOW + 2_500 })).toBe(NOW + 4_000);
    });

    it('does not wait for the slots of a slower limit that was raised', async () => {
      const make = workers();
      const slots = wanted();
      await make().take({ ...slots, count: 10, intervalMs: 3_600_000 });
      expect(await make().take(slots)).toBe(NOW + 300);
      expect(await make().take(slots)).toBe(NOW + 600);
    });

    it('keeps a slot far ahead when it is told how far slots may be', async () => {
      const make = workers();
      const slots = wanted({ count: 1, until: NOW + 60_000 });
      await make().take({ ...slots, count: 500 });
      expect(await make().take({ ...slots, until: NOW + 1_000, beyond: NOW + 86_400_000 })).toBeUndefined();
    });

    it('gives workers that ask at once different slots', async () => {
      const make = workers();
      const slots = wanted({ count: 1 });
      const taken = await Promise.all(Array.from({ length: 5 }, () => make().take(slots)));
      expect(taken.toSorted()).toEqual([100, 200, 300, 400, 500].map((ms) => NOW + ms));
    });
  });
}
