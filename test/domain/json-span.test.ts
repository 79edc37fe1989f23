import { describe, expect, test } from 'vitest';
import { elementSpans, rawAt, rootSpan } from '../../lambdas/domain/json-span.ts';
import fc from '../properties.ts';

describe('rawAt gives a value as it was written', () => {
  test.each([
    ['a decimal that is whole', '{"data":1.0}', '1.0'],
    ['an integer beyond 2^53', '{"data": 12345678901234567890 }', '12345678901234567890'],
    ['an exponent', '{"data":-1.5E+3}', '-1.5E+3'],
    ['unicode escapes', '{"data":"\\u00e9\\ud83d\\ude00"}', '"\\u00e9\\ud83d\\ude00"'],
    ['an escaped quote at the end', '{"data":"a\\\\\\"","x":1}', '"a\\\\\\""'],
    ['spacing inside', '{"data":{ "a" : [ 1 ,2 ] }  ,"x":1}', '{ "a" : [ 1 ,2 ] }'],
    ['brackets inside strings', '{"data":{"a":"}]"}}', '{"a":"}]"}'],
    ['null', '{"data":null}', 'null'],
    ['a key written with escapes', '{"d\\u0061ta":true}', 'true'],
    ['the last of duplicate keys', '{"data":1,"data":2.0}', '2.0'],
  ])('%s', (_, text, raw) => {
    expect(rawAt(text, ['data'])).toBe(raw);
  });

  test('finds elements of arrays, and nothing where there is nothing', () => {
    const text = ' [ {"data":1.0} , [] ,{ } ] ';
    expect(rawAt(text, [0, 'data'])).toBe('1.0');
    expect(rawAt(text, [1])).toBe('[]');
    expect(rawAt(text, [2, 'data'])).toBeUndefined();
    expect(rawAt(text, [3])).toBeUndefined();
    expect(rawAt('1', ['data'])).toBeUndefined();
    expect(elementSpans('{}', rootSpan('{}'))).toEqual([]);
  });

  test('parses to the same value as the whole text does, at any path and spacing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), fc.nat(3), (value, other, key, indent) => {
        const text = JSON.stringify(
          { before: other, list: [other, { [key]: value }], after: other },
          null,
          indent,
        );
        const raw = rawAt(text, ['list', 1, key]);
        expect(JSON.parse(raw!)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).toContain(raw!);
        expect(rawAt(text, [])).toBe(text);
      }),
    );
  });
});
