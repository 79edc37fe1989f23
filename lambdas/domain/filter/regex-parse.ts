/**
 * Reads a pattern: the part of JavaScript's (with its `u` flag) that a machine without backtracking can run. Literals,
 * `.`, classes, `\d \w \s` and their opposites, `^ $ \b \B`, groups, `|`, and `* + ? {n} {n,} {n,m}` up to 100.
 * `(?i)` in front ignores the case of ASCII letters. No references back, no looking around, no names.
 */
import { fail, ok, type Result } from '../result.ts';
import { type Reader, readClass, readEscaped, wrong } from './regex-class.ts';
import { ANY_CHARACTER, ignoringCase, MAX_PATTERN_LENGTH, MAX_REPEAT, type Regex } from './regex-syntax.ts';

/** The failure is a sentence for whoever wrote the pattern. */
export function parseRegex(pattern: string): Result<Regex, string> {
  if (pattern === '') return fail('is empty; it would match every text');
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return fail(`at most ${MAX_PATTERN_LENGTH} characters, not ${pattern.length}`);
  }
  const ignoreCase = pattern.startsWith('(?i)');
  const reader: Reader = { chars: [...pattern], at: ignoreCase ? 4 : 0, ignoreCase };
  const read = readEither(reader);
  if (!read.ok || reader.at === reader.chars.length) return read;
  return wrong(reader, 'closes a group that was not opened; escape it as \\)');
}

type Read = Result<Regex, string>;

function readEither(reader: Reader): Read {
  const options: Regex[] = [];
  for (;;) {
    const option = readSequence(reader);
    if (!option.ok) return option;
    options.push(option.value);
    if (reader.chars[reader.at] !== '|') break;
    reader.at++;
  }
  return ok(options.length === 1 ? options[0]! : { kind: 'either', options });
}

function readSequence(reader: Reader): Read {
  const parts: Regex[] = [];
  for (;;) {
    const next = reader.chars[reader.at];
    if (next === undefined || next === '|' || next === ')') return ok({ kind: 'sequence', parts });
    const atom = readAtom(reader, next);
    if (!atom.ok) return atom;
    const repeated = readRepeat(reader, atom.value);
    if (!repeated.ok) return repeated;
    parts.push(repeated.value);
  }
}

function readAtom(reader: Reader, next: string): Read {
  switch (next) {
    case '(':
      return readGroup(reader);
    case '[':
      return readClass(reader);
    case '\\':
      return readEscape(reader);
    case '.':
      reader.at++;
      return ok(ANY_CHARACTER);
    case '^':
    case '$':
      reader.at++;
      return ok({ kind: 'assert', at: next === '^' ? 'start' : 'end' });
    case '*':
    case '+':
    case '?':
      return wrong(reader, `repeats nothing; escape it as \\${next}`);
    case '{':
    case '}':
    case ']':
      return wrong(reader, `stands alone; escape it as \\${next}`);
    default:
      reader.at++;
      return ok(literal(reader, next.codePointAt(0)!));
  }
}

function literal(reader: Reader, code: number): Regex {
  return { kind: 'set', ranges: reader.ignoreCase ? ignoringCase([code, code]) : [code, code] };
}

function readGroup(reader: Reader): Read {
  if (reader.chars[reader.at + 1] === '?') {
    if (reader.chars[reader.at + 2] !== ':') {
      return wrong(reader, 'begins a group that is not offered: only ( ), (?: ), and (?i) in front of all');
    }
    reader.at += 2;
  }
  reader.at++;
  const inside = readEither(reader);
  if (!inside.ok) return inside;
  if (reader.chars[reader.at] !== ')') return wrong(reader, 'is where a ) was expected');
  reader.at++;
  return inside;
}

function readRepeat(reader: Reader, of: Regex): Read {
  const counts = readCounts(reader);
  if (!counts.ok) return counts;
  if (counts.value === undefined) return ok(of);
  if (of.kind === 'assert')
    return fail(`before ${reader.at + 1}: a place such as ^ or $ can not be repeated`);
  const [min, max] = counts.value;
  // Lazy or not decides which match is found, never whether there is one.
  if (reader.chars[reader.at] === '?') reader.at++;
  if ('*+?{'.includes(reader.chars[reader.at] ?? 'end')) return wrong(reader, 'repeats a repetition');
  return ok({ kind: 'repeat', of, min, max });
}

const COUNTS = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/;

function readCounts(reader: Reader): Result<readonly [min: number, max: number] | undefined, string> {
  const next = reader.chars[reader.at];
  const simple = {
    '*': [0, Number.POSITIVE_INFINITY],
    '+': [1, Number.POSITIVE_INFINITY],
    '?': [0, 1],
  } as const;
  if (next === '*' || next === '+' || next === '?') {
    reader.at++;
    return ok(simple[next]);
  }
  if (next !== '{') return ok(undefined);
  const found = COUNTS.exec(reader.chars.slice(reader.at).join(''));
  if (found === null) return wrong(reader, 'begins no count such as {2} or {2,5}; escape it as \\{');
  const [whole, least, comma, most] = found;
  const min = Number(least);
  const max = most === undefined ? (comma === undefined ? min : Number.POSITIVE_INFINITY) : Number(most);
  if (max < min) return wrong(reader, `begins a count whose end is below its start: ${whole}`);
  if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
    return wrong(reader, `begins ${whole}; a count may be at most ${MAX_REPEAT}`);
  }
  reader.at += whole.length;
  return ok([min, max]);
}

function readEscape(reader: Reader): Read {
  const next = reader.chars[reader.at + 1];
  if (next === 'b' || next === 'B') {
    reader.at += 2;
    return ok({ kind: 'assert', at: next === 'b' ? 'boundary' : 'no_boundary' });
  }
  const ranges = readEscaped(reader);
  if (!ranges.ok) return ranges;
  return ok({ kind: 'set', ranges: reader.ignoreCase ? ignoringCase(ranges.value) : ranges.value });
}
