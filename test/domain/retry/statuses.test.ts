import { describe, expect, test } from 'vitest';
import { isStatusExpression, retriesStatus } from '../../../lambdas/domain/retry/statuses.ts';
import fc from '../../properties.ts';

describe('a status expression', () => {
  test.each(['500-599', '429', '!401', '!400-499', '100', '999', '500-500'])('%s is one', (text) =>
    expect(isStatusExpression(text)).toBe(true),
  );

  test.each([
    '',
    '5xx',
    '>400',
    '50',
    '5000',
    '099',
    '599-500',
    '!',
    '!!401',
    '500 - 599',
    '500-',
    '429,503',
    '-1',
  ])('%j is none', (text) => expect(isStatusExpression(text)).toBe(false));
});

describe('an answer is tried again', () => {
  test.each([
    ['that a range includes, its ends too', ['500-599'], [500, 503, 599], [499, 600, 404]],
    ['that is named', ['429', '503'], [429, 503], [500, 400]],
    [
      'that is not excluded, when there are only exclusions',
      ['!401', '!410-499'],
      [400, 500, 301],
      [401, 410, 450],
    ],
    ['that is included and not excluded', ['400-599', '!401'], [400, 599], [401, 300]],
    ['whatever the order of the expressions', ['!401', '400-599'], [400], [401]],
    ['always, when nothing is said', [], [301, 400, 500, 999], []],
  ])('%s', (_, expressions, again, not) => {
    for (const status of again) expect([status, retriesStatus(expressions, status)]).toEqual([status, true]);
    for (const status of not) expect([status, retriesStatus(expressions, status)]).toEqual([status, false]);
  });

  test('never when some exclusion names it, always when a range does and none excludes it', () => {
    const status = fc.integer({ min: 100, max: 999 });
    const range = fc.tuple(status, status, fc.boolean()).map(([a, b, negated]) => ({
      from: Math.min(a, b),
      to: Math.max(a, b),
      negated,
    }));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 5 }), status, (ranges, code) => {
        const expressions = ranges.map(({ from, to, negated }) => `${negated ? '!' : ''}${from}-${to}`);
        const names = (negated: boolean) =>
          ranges.some((one) => one.negated === negated && one.from <= code && code <= one.to);
        const expected = !names(true) && (names(false) || ranges.every(({ negated }) => negated));
        expect(retriesStatus(expressions, code)).toBe(expected);
      }),
      { seed: 1 },
    );
  });
});
