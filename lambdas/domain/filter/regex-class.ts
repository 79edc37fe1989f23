/** Escapes and classes of a pattern. */
import { fail, ok, type Result } from '../result.ts';
import { complement, ignoringCase, type Regex, SHORTHANDS } from './regex-syntax.ts';

/** A pattern being read. */
export interface Reader {
  /** Code points. */
  readonly chars: readonly string[];
  at: number;
  readonly ignoreCase: boolean;
}

/** What stands here, and why it can not. */
export function wrong(reader: Reader, why: string): { ok: false; failure: string } {
  const found = reader.chars[reader.at];
  return fail(`at ${reader.at + 1}: ${found === undefined ? 'the end' : JSON.stringify(found)} ${why}`);
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const HEX = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/;

/** What an escape stands for, in a class or outside. */
export function readEscaped(reader: Reader): Result<readonly number[], string> {
  const next = reader.chars[reader.at + 1];
  if (next === undefined) return wrong(reader, 'escapes nothing; write \\\\ for a backslash');
  const hex = HEX.exec(reader.chars.slice(reader.at + 1, reader.at + 6).join(''));
  const control = CONTROLS[next];
  const ranges =
    hex !== null
      ? one(Number.parseInt(hex[1] ?? hex[2]!, 16))
      : control !== undefined
        ? one(control)
        : (SHORTHANDS[next] ?? (/[\p{L}\p{N}]/u.test(next) ? undefined : one(next.codePointAt(0)!)));
  if (ranges === undefined) {
    return wrong(reader, `begins \\${next}, which is not offered: no references back, no \\p{...}, no names`);
  }
  reader.at += hex === null ? 2 : 1 + hex[0].length;
  return ok(ranges);
}

function one(code: number): readonly number[] {
  return [code, code];
}

/** `[a-z_]`, its first bracket not yet read. */
export function readClass(reader: Reader): Result<Regex, string> {
  reader.at++;
  const negated = reader.chars[reader.at] === '^';
  if (negated) reader.at++;
  const ranges: number[] = [];
  while (reader.chars[reader.at] !== ']') {
    const range = readRange(reader);
    if (!range.ok) return range;
    ranges.push(...range.value);
  }
  if (ranges.length === 0) return wrong(reader, 'closes an empty class; escape it as \\]');
  reader.at++;
  const wanted = reader.ignoreCase ? ignoringCase(ranges) : ranges;
  return ok({ kind: 'set', ranges: negated ? complement(wanted) : wanted });
}

function readRange(reader: Reader): Result<readonly number[], string> {
  const first = readMember(reader);
  if (!first.ok) return first;
  const [next, after] = [reader.chars[reader.at], reader.chars[reader.at + 1]];
  if (next !== '-' || after === ']' || after === undefined) return first;
  reader.at++;
  const last = readMember(reader);
  if (!last.ok) return last;
  if (first.value.length > 2 || last.value.length > 2) return wrong(reader, 'ends a range of whole classes');
  if (first.value[0] !== first.value[1] || last.value[0] !== last.value[1]) {
    return wrong(reader, 'ends a range of whole classes');
  }
  if (last.value[0]! < first.value[0]!) return wrong(reader, 'ends a range whose end is below its start');
  return ok([first.value[0]!, last.value[0]!]);
}

function readMember(reader: Reader): Result<readonly number[], string> {
  const next = reader.chars[reader.at];
  if (next === undefined) return wrong(reader, 'is where a ] was expected');
  if (next === '\\') return readEscaped(reader);
  reader.at++;
  return ok(one(next.codePointAt(0)!));
}
