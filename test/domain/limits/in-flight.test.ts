import { describe, expect, it } from 'vitest';
import {
  type Holder,
  type InFlight,
  release,
  reserve,
  startBy,
  turnAgainMs,
} from '../../../lambdas/domain/limits/in-flight.ts';
import { ENDPOINT_ID, NOW } from '../../factories.ts';
import fc from '../../properties.ts';

const NONE: InFlight = { endpoint: ENDPOINT_ID, holders: [], version: 0 };
const want = (holder: string, wanted: number, limit = 5) => ({ holder, wanted, limit, timeoutMs: 15_000 });

describe('places in flight', () => {
  it('are given as far as they go', () => {
    const first = reserve(NONE, want('a', 3), NOW);
    expect(first.held).toEqual({ holder: 'a', places: 3, until: NOW + 23_000 });
    const second = reserve(first.next, want('b', 3), NOW);
    expect(second.held?.places).toBe(2);
    const third = reserve(second.next, want('c', 1), NOW);
    expect(third).toEqual({ next: second.next, held: undefined });
  });

  it('are free again when their holder gave them back, which it may do twice', () => {
    const { next } = reserve(NONE, want('a', 5), NOW);
    const after = release(next, 'a');
    expect(after).toEqual({ endpoint: ENDPOINT_ID, holders: [], version: 2 });
    expect(release(after, 'a')).toBe(after);
    expect(reserve(after, want('b', 5), NOW).held?.places).toBe(5);
  });

  it('of a worker that died come back when its time is over, not before', () => {
    const { next, held } = reserve(NONE, want('a', 5), NOW);
    expect(reserve(next, want('b', 5), held!.until - 1).held).toBeUndefined();
    expect(reserve(next, want('b', 5), held!.until)).toMatchObject({
      held: { holder: 'b', places: 5 },
      next: { holders: [{ holder: 'b' }], version: 2 },
    });
  });

  it('are not taken twice by a holder that did not hear the answer', () => {
    const { next, held } = reserve(NONE, want('a', 2), NOW);
    expect(reserve(next, want('a', 2), NOW + 1)).toEqual({ next, held });
  });

  it('are none while a lower limit than before is exceeded', () => {
    const { next } = reserve(NONE, want('a', 5), NOW);
    expect(reserve(next, want('b', 1, 2), NOW).held).toBeUndefined();
  });

  it('last longer than any request that begins in time', () => {
    const held: Holder = { holder: 'a', places: 1, until: NOW + 23_000 };
    const by = startBy(held, 15_000);
    expect(by).toBeGreaterThan(NOW);
    expect(by + 15_000).toBeLessThan(held.until);
  });
});

it('what waits for a place asks after 1 to 2 s at first, and at least once a minute however long it waited', () => {
  fc.assert(
    fc.property(fc.nat(86_400_000), fc.double({ min: 0, max: 1, noNaN: true }), (ageMs, random) => {
      const wait = turnAgainMs(ageMs, random);
      expect(wait).toBeGreaterThanOrEqual(1_000);
      expect(wait).toBeLessThanOrEqual(60_000);
      if (ageMs < 8_000) expect(wait).toBeLessThanOrEqual(2_000);
      if (ageMs > 240_000) expect(wait).toBeGreaterThanOrEqual(30_000);
    }),
  );
});
