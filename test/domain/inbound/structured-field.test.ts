import { describe, expect, test } from 'vitest';
import { parseDictionary } from '../../../lambdas/domain/inbound/http-signature/parse-structured-field.ts';
import { dictionaryText } from '../../../lambdas/domain/inbound/http-signature/structured-field.ts';
import fc from '../../properties.ts';

function canonical(text: string): string | undefined {
  const dictionary = parseDictionary(text);
  return dictionary === undefined ? undefined : dictionaryText(dictionary);
}

describe('a dictionary', () => {
  test.each([
    ['', ''],
    ['a=1', 'a=1'],
    ['  a=1 ,\tb=2  ', 'a=1, b=2'],
    ['a', 'a'],
    ['a=?1', 'a'],
    ['a=?0', 'a=?0'],
    ['a;x=1', 'a;x=1'],
    ['a="q\\"\\\\"', 'a="q\\"\\\\"'],
    ['a=*tok/en:1', 'a=*tok/en:1'],
    ['a=-0.50', 'a=-0.5'],
    ['a=2.0', 'a=2.0'],
    ['a=:aGk=:', 'a=:aGk=:'],
    ['a=( "x"   "y";key="z" );b;c=1', 'a=("x" "y";key="z");b;c=1'],
    ['a=()', 'a=()'],
    ['a=1, a=2', 'a=2'],
    ['a=1;x=1;x=2', 'a=1;x=2'],
  ])('%j is spelt %j', (text, spelling) => {
    expect(canonical(text)).toBe(spelling);
  });

  test.each([
    'a=1,',
    ',a=1',
    'a=1 b=2',
    'A=1',
    'a=',
    'a=1.',
    'a=1.2345',
    'a=1234567890123456',
    'a="x',
    'a="é"',
    'a="\\n"',
    'a=:a b:',
    'a=?2',
    'a=(1',
    'a=(1"x")',
    'a=1;',
    'a=1;B',
    'a=@1',
    `a="${'x'.repeat(20_000)}"`,
  ])('%j is none', (text) => {
    expect(parseDictionary(text)).toBeUndefined();
  });

  test('is read and written the same again, and any text is read without a fault', () => {
    const piece = fc.constantFrom(...'ab=;,()" :?.-10\t\\*Z', '"x"', ':AA==:', '?1', ', ', '1.5', 'tok');
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const once = canonical(given);
        if (once !== undefined) expect(canonical(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });
});
