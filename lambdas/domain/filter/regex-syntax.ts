/** What a pattern is made of, once read. There is nothing in it that could need backtracking. */

export const MAX_PATTERN_LENGTH = 256;
/** Most a counted repetition may ask for. */
export const MAX_REPEAT = 100;

export type Regex =
  /** One code point out of these ranges: first, last, first, last, ... */
  | { readonly kind: 'set'; readonly ranges: readonly number[] }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'either'; readonly options: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly of: Regex; readonly min: number; readonly max: number }
  | { readonly kind: 'assert'; readonly at: Assertion };

export type Assertion = 'start' | 'end' | 'boundary' | 'no_boundary';

export const LAST_CODE_POINT = 0x10ffff;
const DIGITS = [0x30, 0x39];
const WORDS = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** As in JavaScript: not ASCII's alone. */
const SPACES = [
  9, 13, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f,
  0x3000, 0x3000, 0xfeff, 0xfeff,
];
const LINE_ENDS = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029];

export const ANY_CHARACTER: Regex = { kind: 'set', ranges: complement(LINE_ENDS) };

/** What `\d`, `\W` and their like stand for. */
export const SHORTHANDS: Readonly<Record<string, readonly number[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORDS,
  W: complement(WORDS),
  s: SPACES,
  S: complement(SPACES),
};

export function complement(ranges: readonly number[]): number[] {
  const rest: number[] = [];
  let next = 0;
  for (const [first, last] of sorted(ranges)) {
    if (first > next) rest.push(next, first - 1);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) rest.push(next, LAST_CODE_POINT);
  return rest;
}

function sorted(ranges: readonly number[]): [first: number, last: number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!]);
  return pairs.sort(([a], [b]) => a - b);
}

/** With the other case of every ASCII letter. */
export function ignoringCase(ranges: readonly number[]): number[] {
  const both = [...ranges];
  for (const [first, last] of sorted(ranges)) {
    const upper = [Math.max(first, 0x41), Math.min(last, 0x5a)] as const;
    const lower = [Math.max(first, 0x61), Math.min(last, 0x7a)] as const;
    if (upper[0] <= upper[1]) both.push(upper[0] + 32, upper[1] + 32);
    if (lower[0] <= lower[1]) both.push(lower[0] - 32, lower[1] - 32);
  }
  return both;
}

export function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f
  );
}
