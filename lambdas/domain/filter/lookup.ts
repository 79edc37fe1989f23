import type { Meter } from './filter.ts';

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

export function isIndex(segment: string): boolean {
  return INDEX.test(segment);
}

/**
 * The values at a path; none when it leads nowhere. An index leads into an array; any other key leads into all of its
 * elements that are objects. An array inside an array is a value like any other, which only an index leads into.
 * Keys are an object's own: `constructor` and `__proto__` are keys like any other.
 */
export function valuesAt(value: unknown, segments: readonly string[], meter: Meter): readonly unknown[] {
  const found: unknown[] = [];
  collect(value, segments, 0, found, meter);
  return found;
}

function collect(
  value: unknown,
  segments: readonly string[],
  depth: number,
  found: unknown[],
  meter: Meter,
): void {
  if (--meter.steps < 0 || value === undefined) return;
  const segment = segments[depth];
  if (segment === undefined) {
    found.push(value);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    if (Object.hasOwn(value, segment)) {
      collect((value as Record<string, unknown>)[segment], segments, depth + 1, found, meter);
    }
    return;
  }
  if (isIndex(segment)) {
    collect(value[Number(segment)], segments, depth + 1, found, meter);
    return;
  }
  for (const element of value) {
    if (meter.steps < 0) return;
    if (!Array.isArray(element)) collect(element, segments, depth, found, meter);
  }
}
