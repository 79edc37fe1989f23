/**
 * Where a value stands in JSON text. What a publisher wrote as `data` is delivered as it was written: parsing and
 * printing again would turn 1.0 into 1, round large integers and undo escapes, and signatures are over bytes.
 * Every function here takes text that `JSON.parse` accepted.
 */

/** From `start` up to and without `end`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The raw text of the value at a path of keys and indices, or undefined when there is none. */
export function rawAt(text: string, path: readonly (string | number)[]): string | undefined {
  let span: Span | undefined = rootSpan(text);
  for (const step of path) {
    span = typeof step === 'string' ? memberSpan(text, span, step) : elementSpans(text, span)[step];
    if (span === undefined) return undefined;
  }
  return text.slice(span.start, span.end);
}

/** The whole value, without the white space around it. */
export function rootSpan(text: string): Span {
  const start = skipSpace(text, 0);
  return { start, end: valueEnd(text, start) };
}

/** The value of a key. Of duplicate keys the last one counts, as it does for `JSON.parse`. */
export function memberSpan(text: string, object: Span, key: string): Span | undefined {
  if (text[object.start] !== '{') return undefined;
  let found: Span | undefined;
  let at = skipSpace(text, object.start + 1);
  while (text[at] !== '}') {
    const keyEnd = stringEnd(text, at);
    const isKey = JSON.parse(text.slice(at, keyEnd)) === key;
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    if (isKey) found = { start, end };
    at = skipSeparator(text, end);
  }
  return found;
}

/** The elements of an array in order; none when it is not an array. */
export function elementSpans(text: string, array: Span): Span[] {
  const spans: Span[] = [];
  if (text[array.start] !== '[') return spans;
  let start = skipSpace(text, array.start + 1);
  while (text[start] !== ']') {
    const end = valueEnd(text, start);
    spans.push({ start, end });
    start = skipSeparator(text, end);
  }
  return spans;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return containerEnd(text, start);
  SCALAR.lastIndex = start;
  SCALAR.exec(text);
  return SCALAR.lastIndex;
}

const SCALAR = /[-+.\w]+/y;
const BRACKET_OR_QUOTE = /["{}[\]]/g;

/** Inside valid JSON only depth matters: brackets are known to pair up. */
function containerEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    BRACKET_OR_QUOTE.lastIndex = at;
    const found = BRACKET_OR_QUOTE.exec(text);
    if (found === null) throw new Error('not a text that JSON.parse accepted');
    if (found[0] === '"') {
      at = stringEnd(text, found.index);
      continue;
    }
    at = found.index + 1;
    depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
    if (depth === 0) return at;
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new Error('not a text that JSON.parse accepted');
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipSeparator(text: string, at: number): number {
  const next = skipSpace(text, at);
  return text[next] === ',' ? skipSpace(text, next + 1) : next;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (' \t\n\r'.includes(text[next] ?? 'end')) next++;
  return next;
}
