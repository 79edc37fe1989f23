import { expect, test } from 'vitest';
import { DAY_MS, daysOf } from '../../lambdas/domain/listing.ts';
import { NOW } from '../factories.ts';
import fc from '../properties.ts';

const MIDNIGHT = Date.UTC(2026, 10, 23);

test.each([
  ['within a day', { from: NOW, to: NOW + 1 }, [0]],
  ['a whole day', { from: MIDNIGHT, to: MIDNIGHT + DAY_MS }, [0]],
  ['a day and its next moment', { from: MIDNIGHT, to: MIDNIGHT + DAY_MS + 1 }, [1, 0]],
  ['a moment before a day', { from: MIDNIGHT - 1, to: MIDNIGHT + 1 }, [0, -1]],
  ['three days', { from: NOW - 2 * DAY_MS, to: NOW }, [0, -1, -2]],
  ['nothing', { from: NOW, to: NOW }, []],
  ['less than nothing', { from: NOW + DAY_MS, to: NOW }, []],
])('the days of a window that is %s', (_, window, days) => {
  expect(daysOf(window)).toEqual(days.map((day) => MIDNIGHT + day * DAY_MS));
});

test('every moment of a window lies in one of its days, newest first, and no day is idle', () => {
  const windows = fc.tuple(
    fc.nat(4e12),
    fc.integer({ min: 1, max: 40 * DAY_MS }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  );
  fc.assert(
    fc.property(windows, ([from, length, part]) => {
      const window = { from, to: from + length };
      const days = daysOf(window);
      const moment = from + Math.floor(part * length);
      expect(days.filter((day) => day <= moment && moment < day + DAY_MS)).toHaveLength(1);
      expect(days).toEqual([...days].sort((a, b) => b - a));
      expect(days.every((day) => day % DAY_MS === 0 && day < window.to && day + DAY_MS > from)).toBe(true);
    }),
  );
});
