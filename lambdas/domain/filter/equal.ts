import type { Meter } from './filter.ts';

/**
 * Whether two JSON values are the same: numbers by value, objects whatever the order of their keys, lists in order.
 * Never one type for another: 1 is not "1". No deeper than the expected value is.
 */
export function sameJson(value: unknown, expected: unknown, meter: Meter): boolean {
  if (value === expected) return true;
  if (typeof value !== 'object' || typeof expected !== 'object') return false;
  if (value === null || expected === null || Array.isArray(value) !== Array.isArray(expected)) return false;
  const keys = Object.keys(expected);
  // Counting a large object's keys would cost what comparing it does.
  meter.steps -= keys.length;
  if (Array.isArray(value) ? value.length !== keys.length : !hasKeys(value, keys.length)) return false;
  return keys.every(
    (key) =>
      meter.steps >= 0 &&
      Object.hasOwn(value, key) &&
      sameJson((value as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key], meter),
  );
}

function hasKeys(value: object, count: number): boolean {
  let found = 0;
  for (const _ in value) if (++found > count) return false;
  return found === count;
}
