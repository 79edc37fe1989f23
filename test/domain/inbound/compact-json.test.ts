import { describe, expect, test } from 'vitest';
import { compactJson } from '../../../lambdas/domain/inbound/body/compact-json.ts';
import fc from '../../properties.ts';

function compacted(text: string): string | undefined {
  const compact = compactJson(Buffer.from(text));
  return compact && Buffer.from(compact).toString();
}

describe('compactJson', () => {
  test.each([
    ['{"b": {}, "e": "123", "a": 1}', '{"b":{},"e":"123","a":1}'],
    [' [ 1.0 , 1e400,\t9007199254740993 ]\r\n', '[1.0,1e400,9007199254740993]'],
    ['{"2": 1, "1": 2, "2": 3}', '{"2":1,"1":2,"2":3}'],
    ['{"a b": " \\" , \\\\" , "c": "\\u003c<♥>" }', '{"a b":" \\" , \\\\","c":"\\u003c<♥>"}'],
    [' null ', 'null'],
  ])('keeps all but the white space between tokens of %s', (text, expected) => {
    expect(compacted(text)).toBe(expected);
  });

  test.each(['', '{', '{a:1}', '[1,]', '"\u0000"', '\ufeff{}', '1 2', '\u00a01'])(
    'refuses what is not JSON: %j',
    (text) => {
      expect(compacted(text)).toBeUndefined();
    },
  );

  test('leaves bytes in strings that are not UTF-8 as they are', () => {
    const body = Buffer.from([0x5b, 0x20, 0x22, 0xff, 0xfe, 0x22, 0x20, 0x5d]);
    expect(compactJson(body)).toEqual(Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]));
  });

  test('makes of indented text what a printer without indentation makes of its value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, '\t', 4), (value, indentation) => {
        expect(compacted(JSON.stringify(value, null, indentation))).toBe(JSON.stringify(value));
      }),
    );
  });
});
