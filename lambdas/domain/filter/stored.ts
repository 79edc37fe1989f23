import type { Filter } from './filter.ts';
import { parseFilter } from './parse.ts';

const UNREADABLE = Symbol('unreadable');

/** By whatever holds the text: cached as long as that is, and read once. */
const ready = new WeakMap<object, Filter | typeof UNREADABLE>();

/**
 * The filter in a stored text. Undefined when this code can't read it: filters are checked before they are stored, so it
 * was written by newer code.
 */
export function storedFilter(holder: object, text: string): Filter | undefined {
  let filter = ready.get(holder);
  if (filter === undefined) {
    const parsed = parseFilter(JSON.parse(text));
    filter = parsed.ok ? parsed.value : UNREADABLE;
    ready.set(holder, filter);
  }
  return filter === UNREADABLE ? undefined : filter;
}
