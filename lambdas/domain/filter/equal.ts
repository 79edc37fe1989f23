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
  meter.steps -= keys.length + 1;
  if (meter.steps < 0 || (Array.isArray(value) ? value.length : countKeys(value)) !== keys.length)
    return false;
  return keys.every(
    (key) =>
      meter.steps >= 0 &&
      Object.hasOwn(value, key) &&
      sameJson((value as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key], meter),
  );
}

/** Of large objects, whose keys take milliseconds to count. They don't change while filters look at them. */
const counts = new WeakMap<object, number>();
const LARGE = 100;

function countKeys(value: object): number {
  const known = counts.get(value);
  if (known !== undefined) return known;
  const count = Object.keys(value).length;
  if (count >= LARGE) counts.set(value, count);
  return count;
}
