/** A pattern as instructions, a few for each of its parts: see "Regular Expression Matching: the Virtual Machine Approach" by Russ Cox. */
import { fail, ok, type Result } from '../result.ts';
import type { Assertion, Regex } from './regex-syntax.ts';

/** Counted repetitions are written out, so `(a{100}){100}` would be 10,000. */
export const MAX_INSTRUCTIONS = 1_000;

export type Instruction =
  | { readonly do: 'take'; readonly ascii: Uint8Array; readonly ranges: readonly number[] }
  /** Goes on at both. */
  | { readonly do: 'fork'; readonly to: number; readonly and: number }
  | { readonly do: 'jump'; readonly to: number }
  | { readonly do: 'assert'; readonly at: Assertion }
  | { readonly do: 'match' };

export type RegexProgram = readonly Instruction[];

/** The failure is a sentence for whoever wrote the pattern. */
export function compileRegex(regex: Regex): Result<RegexProgram, string> {
  const size = sizeOf(regex);
  if (size > MAX_INSTRUCTIONS) {
    return fail(
      `its counts multiply to ${size} steps, and at most ${MAX_INSTRUCTIONS} are allowed; use smaller ones`,
    );
  }
  const program: Instruction[] = [];
  emit(regex, program, new Map());
  program.push({ do: 'match' });
  return ok(program);
}

function sizeOf(regex: Regex): number {
  switch (regex.kind) {
    case 'set':
    case 'assert':
      return 1;
    case 'sequence':
      return regex.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'either':
      return regex.options.reduce((sum, option) => sum + sizeOf(option) + 2, 0);
    case 'repeat': {
      const each = sizeOf(regex.of);
      const optional =
        regex.max === Number.POSITIVE_INFINITY ? each + 2 : (regex.max - regex.min) * (each + 1);
      return regex.min * each + optional;
    }
  }
}

/** What stands for a set, however often its repetitions write it out. */
type Takes = Map<Regex, Instruction>;

function emit(regex: Regex, program: Instruction[], takes: Takes): void {
  switch (regex.kind) {
    case 'set':
      program.push(takeOf(regex, takes));
      return;
    case 'assert':
      program.push({ do: 'assert', at: regex.at });
      return;
    case 'sequence':
      for (const part of regex.parts) emit(part, program, takes);
      return;
    case 'either':
      emitEither(regex.options, program, takes);
      return;
    case 'repeat':
      emitRepeat(regex, program, takes);
      return;
  }
}

function emitEither(options: readonly Regex[], program: Instruction[], takes: Takes): void {
  const ends: number[] = [];
  for (const option of options.slice(0, -1)) {
    const fork = program.push({ do: 'match' }) - 1;
    emit(option, program, takes);
    ends.push(program.push({ do: 'match' }) - 1);
    program[fork] = { do: 'fork', to: fork + 1, and: program.length };
  }
  emit(options.at(-1)!, program, takes);
  for (const end of ends) program[end] = { do: 'jump', to: program.length };
}

function emitRepeat(
  { of, min, max }: Extract<Regex, { kind: 'repeat' }>,
  program: Instruction[],
  takes: Takes,
): void {
  for (let i = 0; i < min; i++) emit(of, program, takes);
  if (max === Number.POSITIVE_INFINITY) {
    const fork = program.push({ do: 'match' }) - 1;
    emit(of, program, takes);
    program.push({ do: 'jump', to: fork });
    program[fork] = { do: 'fork', to: fork + 1, and: program.length };
    return;
  }
  const forks: number[] = [];
  for (let i = min; i < max; i++) {
    forks.push(program.push({ do: 'match' }) - 1);
    emit(of, program, takes);
  }
  for (const fork of forks) program[fork] = { do: 'fork', to: fork + 1, and: program.length };
}

function takeOf(set: Extract<Regex, { kind: 'set' }>, takes: Takes): Instruction {
  const known = takes.get(set);
  if (known !== undefined) return known;
  const take: Instruction = { do: 'take', ascii: asciiOf(set.ranges), ranges: set.ranges };
  takes.set(set, take);
  return take;
}

/** Most text is ASCII: one look each. */
function asciiOf(ranges: readonly number[]): Uint8Array {
  const ascii = new Uint8Array(128);
  for (let i = 0; i < ranges.length; i += 2) ascii.fill(1, ranges[i]!, ranges[i + 1]! + 1);
  return ascii;
}
