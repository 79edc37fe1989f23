import { MAX_FILTER_BYTES, MAX_FILTER_DEPTH } from './filter.ts';

/** Why a filter is too much to be read at all; undefined when it is not. Safe on any JSON, however deep. */
export function tooMuch(json: unknown): { readonly code: string; readonly detail: string } | undefined {
  const tooLarge = { code: 'too_large', detail: `at most ${MAX_FILTER_BYTES} bytes of JSON` };
  // Each of its values takes a byte at least.
  let looked = 0;
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: json, depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next;
    if (++looked > MAX_FILTER_BYTES) return tooLarge;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_FILTER_DEPTH) {
      return { code: 'too_deep', detail: `at most ${MAX_FILTER_DEPTH} objects and lists inside one another` };
    }
    for (const inner of Object.values(value)) left.push({ value: inner, depth: depth + 1 });
  }
  return Buffer.byteLength(JSON.stringify(json)) > MAX_FILTER_BYTES ? tooLarge : undefined;
}
