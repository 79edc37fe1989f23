import { expect, test } from 'vitest';
import { evaluate, matches } from '../../../lambdas/domain/filter/evaluate.ts';
import fc from '../../properties.ts';
import { aFilter, mistakesOf } from './filters.ts';
import { naive } from './naive.ts';

const scalar = fc.constantFrom(0, 1, 2, -1, 'a', 'ab', 'b', '', true, false, null);
const key = fc.constantFrom('a', 'b', 'c', '0', '1');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('.'));
const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('$eq', '$neq', '$contains'), value),
  fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(value, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), fc.constantFrom(0, 1, 'a', 'b')),
  fc.tuple(fc.constantFrom('$startsWith', '$endsWith'), fc.constantFrom('a', 'b', 'ab')),
  fc.tuple(fc.constant('$regex'), fc.constantFrom('^a', 'b$', 'a.?b', '^(a|b)*$')),
  fc.tuple(fc.constant('$exist'), fc.boolean()),
);
const { condition } = fc.letrec<{ condition: unknown; logical: [string, unknown] }>((tie) => ({
  logical: fc.oneof(
    fc.tuple(fc.constantFrom('$and', '$or'), fc.array(tie('condition'), { minLength: 1, maxLength: 3 })),
    fc.tuple(fc.constant('$not'), tie('condition')),
  ) as fc.Arbitrary<[string, unknown]>,
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(comparison, { minLength: 1, maxLength: 2 }).map(Object.fromEntries),
    fc.array(fc.oneof(comparison, tie('logical')), { minLength: 1, maxLength: 2 }).map(Object.fromEntries),
    fc.array(fc.tuple(path, tie('condition')), { minLength: 1, maxLength: 3 }).map(Object.fromEntries),
    fc
      .tuple(fc.array(fc.tuple(path, tie('condition')), { minLength: 1, maxLength: 2 }), tie('logical'))
      .map(([names, logical]) => Object.fromEntries([...names, logical])),
  ),
}));

test('the language means what its description says, and the reasons come with the same verdict', () => {
  let [yes, no] = [0, 0];
  fc.assert(
    fc.property(condition, value, (of, body) => {
      const json = { body: of };
      fc.pre(mistakesOf(json).length === 0);
      const filter = aFilter(json);
      const wanted = naive(of, [body]) === true;
      expect(matches(filter, { body })).toBe(wanted);
      const verdict = evaluate(filter, { body });
      expect(verdict.matched).toBe(wanted);
      if (verdict.matched) yes++;
      else {
        no++;
        expect(verdict.overBudget).toBe(false);
        expect(verdict.failed).not.toEqual([]);
      }
    }),
    { numRuns: 6_000 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(500);
});

test('a filter and its $not never match the same body', () => {
  fc.assert(
    fc.property(condition, value, (of, body) => {
      fc.pre(mistakesOf({ body: { $not: of } }).length === 0);
      const both = [aFilter({ body: of }), aFilter({ body: { $not: of } }), aFilter({ $not: { body: of } })];
      const [one, opposite, outside] = both.map((filter) => matches(filter, { body }));
      expect(one && opposite).toBe(false);
      expect(outside).toBe(opposite);
    }),
    { numRuns: 1_000 },
  );
});
