import { expect, test } from 'vitest';
import { findJsonFault } from '../../lambdas/domain/json-fault.ts';
import fc from '../properties.ts';

test.each([
  ['', 1, 1, 'the end of the text', 'a value'],
  ['{"a":1,}', 1, 8, '"}"', 'a key in double quotes'],
  ['{\n  "a": yes\n}', 2, 8, '"y"', 'a value'],
  ['{"a" 1}', 1, 6, '"1"', '":"'],
  ["{'a':1}", 1, 2, '"\'"', 'a key in double quotes or "}"'],
  ['[1 2]', 1, 4, '"2"', '"," or "]"'],
  ['{"a":1', 1, 7, 'the end of the text', '"," or "}"'],
  ['{} x', 1, 4, '"x"', 'nothing more'],
  ['\ufeff{}', 1, 1, 'the invisible character U+FEFF', 'a value'],
  ['{"a":\u00a01}', 1, 6, 'the invisible character U+00A0', 'a value'],
  ['[01]', 1, 2, '"0"', 'a value or "]"'],
])('says where %j breaks', (text, line, column, found, expected) => {
  expect(findJsonFault(text)).toEqual({ line, column, found, expected });
});

test('finds a fault exactly in what JSON.parse refuses', () => {
  const edited = fc.tuple(
    fc.json(),
    fc.nat(),
    fc.constantFrom('', '"', ',', '}', ']', '\\', '0', '-', 'e', '\u0001'),
  );
  fc.assert(
    fc.property(edited, ([json, at, insert]) => {
      const cut = at % (json.length + 1);
      const text = json.slice(0, cut) + insert + json.slice(insert === '' ? cut + 1 : cut);
      expect(findJsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
