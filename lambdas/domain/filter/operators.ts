/** What each comparison takes, and what it asks of a value. No comparison turns one type into another. */
import { fail, ok, type Result } from '../result.ts';
import { containsText, searchSteps } from './contains.ts';
import { sameJson } from './equal.ts';
import type { Meter, Test } from './filter.ts';
import { parseRegex } from './regex-parse.ts';
import { compileRegex } from './regex-program.ts';
import { runRegex } from './regex-run.ts';

/** How many values a list of `$in` may have. */
const MAX_LISTED = 200;
/** Compared as they come, a thousand take as long as a value. */
const COMPARED_A_STEP = 1_024;
const INSTRUCTIONS_A_STEP = 16;

/** What an operand asks of a value; `instructions` are those of its pattern. */
interface Question {
  readonly passes: Test['passes'];
  readonly instructions?: number;
}

type Operand = Result<Question, string>;

/** `textual`: of a header or the query, where values are text and numbers have to be read out of it. */
type Reader = (operand: unknown, textual: boolean) => Operand;

export const COMPARISONS = {
  $eq: (operand, textual) => sensible(operand, textual, equals),
  $neq: (operand, textual) => sensible(operand, textual, equals),
  $in: readList,
  $nin: readList,
  $gt: (operand, textual) => readOrder(operand, textual, (sign) => sign > 0),
  $gte: (operand, textual) => readOrder(operand, textual, (sign) => sign >= 0),
  $lt: (operand, textual) => readOrder(operand, textual, (sign) => sign < 0),
  $lte: (operand, textual) => readOrder(operand, textual, (sign) => sign <= 0),
  $startsWith: (operand) => readText(operand, (value, text) => value.startsWith(text)),
  $endsWith: (operand) => readText(operand, (value, text) => value.endsWith(text)),
  $contains: readContains,
  $regex: readPattern,
} as const satisfies Readonly<Record<string, Reader>>;

export type Comparison = keyof typeof COMPARISONS;

/** True of "no value does": see `Clause` `none`. */
export const NEGATIVE: ReadonlySet<string> = new Set<Comparison>(['$neq', '$nin']);

function equals(operand: unknown): Test['passes'] {
  if (typeof operand !== 'object' || operand === null) return (value) => value === operand;
  return (value, meter) => sameJson(value, operand, meter);
}

function sensible(operand: unknown, textual: boolean, make: (operand: unknown) => Test['passes']): Operand {
  const fault = faultOf(operand, textual);
  return fault === undefined ? asking(make(operand)) : fail(fault);
}

/** Why nothing could ever be equal to it, or equality would mislead. */
function faultOf(operand: unknown, textual: boolean): string | undefined {
  if (textual && typeof operand !== 'string') {
    const hint = typeof operand === 'number' || typeof operand === 'boolean' ? `: write "${operand}"` : '';
    return `must be text, as headers, query and path are${hint}`;
  }
  if (holds(operand, isInfinite)) return TOO_LARGE;
  return holds(operand, (number) => Number.isInteger(number) && !Number.isSafeInteger(number))
    ? 'has a whole number above 2^53, whose last digits JSON readers lose'
    : undefined;
}

/** `1e999` is JSON, and read as infinity, which is null once it is written again. */
const TOO_LARGE = 'has a number above 1.8e308, which JSON readers do not hold';

function isInfinite(number: number): boolean {
  return !Number.isFinite(number);
}

function holds(operand: unknown, such: (number: number) => boolean): boolean {
  if (typeof operand === 'number') return such(operand);
  if (typeof operand !== 'object' || operand === null) return false;
  return Object.values(operand).some((inner) => holds(inner, such));
}

function readList(operand: unknown, textual: boolean): Operand {
  if (!Array.isArray(operand)) return fail('must be a list, such as ["a", "b"]');
  if (operand.length === 0) return fail('must list at least one value');
  if (operand.length > MAX_LISTED)
    return fail(`may list at most ${MAX_LISTED} values, not ${operand.length}`);
  for (const each of operand) {
    const fault = faultOf(each, textual);
    if (fault !== undefined) return fail(`every value ${fault}`);
  }
  const simple = new Set(operand.filter((each) => typeof each !== 'object' || each === null));
  const others = operand.filter((each) => typeof each === 'object' && each !== null);
  if (others.length === 0) return asking((value) => simple.has(value));
  return asking((value, meter) => simple.has(value) || others.some((each) => sameJson(value, each, meter)));
}

function readOrder(operand: unknown, textual: boolean, wanted: (sign: number) => boolean): Operand {
  if (typeof operand === 'string') {
    return asking((value, meter) => {
      if (typeof value !== 'string') return false;
      meter.steps -= Math.floor(Math.min(value.length, operand.length) / COMPARED_A_STEP);
      return wanted(value < operand ? -1 : value > operand ? 1 : 0);
    });
  }
  if (typeof operand !== 'number') return fail('must be a number or text');
  if (isInfinite(operand)) return fail(TOO_LARGE);
  return asking((value) => {
    const number = textual ? numberIn(value) : value;
    return typeof number === 'number' && wanted(number - operand);
  });
}

const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/;

function numberIn(value: unknown): number | undefined {
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}

function readText(operand: unknown, wanted: (value: string, text: string) => boolean): Operand {
  if (typeof operand !== 'string') return fail('must be text');
  if (operand === '') return fail('is empty; every text would match');
  return asking((value, meter) => {
    if (typeof value !== 'string') return false;
    meter.steps -= Math.floor(operand.length / COMPARED_A_STEP);
    return wanted(value, operand);
  });
}

/** Of text a part of it; of an array an element, whole. */
function readContains(operand: unknown, textual: boolean): Operand {
  if (operand === '') return fail('is empty; every text would match');
  const fault = faultOf(operand, textual);
  if (fault !== undefined) return fail(fault);
  return asking((value, meter) => {
    if (typeof value === 'string') {
      if (typeof operand !== 'string') return false;
      meter.steps -= searchSteps(value, operand);
      return meter.steps >= 0 && containsText(value, operand);
    }
    if (!Array.isArray(value)) return false;
    return value.some((element) => --meter.steps >= 0 && sameJson(element, operand, meter));
  });
}

function readPattern(operand: unknown): Operand {
  if (typeof operand !== 'string') return fail('must be a pattern as text, such as "^order-[0-9]+$"');
  const regex = parseRegex(operand);
  const program = regex.ok ? compileRegex(regex.value) : regex;
  if (!program.ok) return program;
  const passes = (value: unknown, meter: Meter): boolean => {
    if (typeof value !== 'string' || meter.steps < 0) return false;
    const { matched, work } = runRegex(program.value, value, meter.steps * INSTRUCTIONS_A_STEP);
    meter.steps -= matched === undefined ? Number.POSITIVE_INFINITY : Math.ceil(work / INSTRUCTIONS_A_STEP);
    return matched === true;
  };
  return ok({ passes, instructions: program.value.length });
}

function asking(passes: Test['passes']): Operand {
  return ok({ passes });
}
