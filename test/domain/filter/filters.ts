/** Filters in tests: read or thrown at, asked of a body. */
import { evaluate, matches } from '../../../lambdas/domain/filter/evaluate.ts';
import type { Filter, FilterSubject, Verdict } from '../../../lambdas/domain/filter/filter.ts';
import { parseFilter } from '../../../lambdas/domain/filter/parse.ts';

export function aFilter(json: unknown): Filter {
  const parsed = parseFilter(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
}

/** The mistakes of a filter as `field code`. */
export function mistakesOf(json: unknown): readonly string[] {
  const parsed = parseFilter(json);
  return parsed.ok ? [] : parsed.failure.map(({ field, code }) => `${field} ${code}`);
}

export function verdictOn(json: unknown, subject: FilterSubject): Verdict {
  return evaluate(aFilter(json), subject);
}

export function isMatch(json: unknown, subject: FilterSubject): boolean {
  return matches(aFilter(json), subject) === true;
}

/** Whether a condition on the body matches it. */
export function bodyMatches(condition: unknown, body: unknown): boolean {
  return isMatch({ body: condition }, { body });
}
