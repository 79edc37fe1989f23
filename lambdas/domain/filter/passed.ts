import type { Clause, FailedClause, Meter } from './filter.ts';

/** True, false, or undefined: unknown, because what it is about is missing. */
export type Answer = boolean | undefined;

/** A filter being asked. */
export interface Asking extends Meter {
  /** Collects what fails, when somebody wants to know. */
  failed: FailedClause[] | undefined;
}

/** Whether the tests of a clause hold for the values at its path, of which there are some. */
export function passed(
  clause: Extract<Clause, { kind: 'some' | 'whole' | 'none' }>,
  values: readonly unknown[],
  asking: Asking,
): boolean {
  switch (clause.kind) {
    case 'some':
      return anyCandidate(values, asking, (value) =>
        clause.tests.every((test) => test.passes(value, asking)),
      );
    case 'whole':
      return values.some((value) => --asking.steps >= 0 && clause.test.passes(value, asking));
    case 'none':
      return !anyCandidate(values, asking, (value) => clause.test.passes(value, asking));
  }
}

/** Each value, and the elements of those that are arrays. */
export function anyCandidate(
  values: readonly unknown[],
  asking: Asking,
  passes: (value: unknown) => boolean,
): boolean {
  for (const value of values) {
    if (--asking.steps < 0) return false;
    if (passes(value)) return true;
    if (!Array.isArray(value)) continue;
    for (const element of value) {
      if (--asking.steps < 0) return false;
      if (passes(element)) return true;
    }
  }
  return false;
}
