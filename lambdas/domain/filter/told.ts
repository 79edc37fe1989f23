import { excerpt } from './excerpt.ts';
import { type Clause, MAX_FILTER_STEPS, type Test } from './filter.ts';
import { type Answer, type Asking, anyCandidate } from './passed.ts';

/** A clause that fails by itself, and not by others inside it. */
type Told = Exclude<Clause, { kind: 'keys' | 'all' | 'any' }>;

/** Passes an answer on, and puts down why it is not yes. */
export function told(clause: Told, answer: Answer, values: readonly unknown[], asking: Asking): Answer {
  const overBudget = asking.steps < 0;
  if (asking.failed === undefined || (answer === true && !overBudget)) return answer;
  const [first] = values;
  const reason = overBudget ? 'over_budget' : values.length === 0 ? 'missing' : 'differs';
  const actual = values.length > 0 && { actual: excerpt(values.length === 1 ? first : values) };
  for (const { operator, expected } of operatorsOf(clause, values, asking)) {
    asking.failed.push({ path: clause.path, operator, expected, reason, ...actual });
  }
  return answer;
}

/** Of several tests those that nothing passes; all of them when different values pass different ones. */
function operatorsOf(
  clause: Told,
  values: readonly unknown[],
  asking: Asking,
): readonly Pick<Test, 'operator' | 'expected'>[] {
  switch (clause.kind) {
    case 'exist':
      return [{ operator: '$exist', expected: clause.wanted }];
    case 'not':
      return [{ operator: '$not', expected: clause.expected }];
    case 'whole':
    case 'none':
      return [clause.test];
    case 'some': {
      if (clause.tests.length === 1 || asking.steps < 0) return clause.tests;
      const meter: Asking = { steps: MAX_FILTER_STEPS, failed: undefined };
      const failing = clause.tests.filter(
        (test) => !anyCandidate(values, meter, (value) => test.passes(value, meter)),
      );
      return failing.length > 0 ? failing : clause.tests;
    }
  }
}
