/** Enough of a value to see why it did not match: bodies may hold a megabyte, and answers are read by people. */
const MAX_TEXT = 200;
const MAX_ENTRIES = 10;
const MAX_DEPTH = 3;

export function excerpt(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ENTRIES).map((element) => excerpt(element, depth + 1));
    return value.length > MAX_ENTRIES ? [...shown, '…'] : shown;
  }
  const entries: [string, unknown][] = [];
  for (const key in value) {
    if (entries.length === MAX_ENTRIES) {
      entries.push(['…', '…']);
      break;
    }
    entries.push([key, excerpt((value as Record<string, unknown>)[key], depth + 1)]);
  }
  return Object.fromEntries(entries);
}
