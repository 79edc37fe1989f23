import * as oracle from 'ulid';
import { describe, expect, test } from 'vitest';
import {
  decodeUlidTime,
  encodeTime,
  encodeUlid,
  isUlid,
  MAX_ULID_TIME_MS,
  ULID_LENGTH,
  ULID_RANDOM_BYTES,
} from '../../lambdas/domain/ulid.ts';
import fc from '../properties.ts';

const times = fc.maxSafeNat().map((n) => n % (MAX_ULID_TIME_MS + 1));
const randoms = fc.uint8Array({ minLength: ULID_RANDOM_BYTES, maxLength: ULID_RANDOM_BYTES });

describe('a ULID', () => {
  test('is what the ulid package calls one, with the time it was made from', () => {
    fc.assert(
      fc.property(times, randoms, (time, random) => {
        const id = encodeUlid(time, random);
        expect(oracle.isValid(id)).toBe(true);
        expect(oracle.decodeTime(id)).toBe(time);
        expect(id).toHaveLength(ULID_LENGTH);
      }),
    );
  });

  test('writes its time as the ulid package does', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(encodeTime(time)).toBe(oracle.encodeTime(time, 10));
      }),
    );
  });

  test('carries all 80 random bits', () => {
    fc.assert(
      fc.property(times, randoms, (time, random) => {
        expect(Buffer.from(bytesOf(encodeUlid(time, random)))).toEqual(Buffer.from(random));
      }),
    );
  });

  test('gives back its time', () => {
    fc.assert(
      fc.property(times, randoms, (time, random) => {
        expect(decodeUlidTime(encodeUlid(time, random))).toBe(time);
      }),
    );
  });

  test('made by the ulid package is understood', () => {
    for (let i = 0; i < 100; i++) {
      const id = oracle.ulid(1_795_435_200_000 + i);
      expect(isUlid(id)).toBe(true);
      expect(decodeUlidTime(id)).toBe(1_795_435_200_000 + i);
    }
  });

  test('sorts by time, whatever the randomness', () => {
    fc.assert(
      fc.property(times, times, randoms, randoms, (a, b, ra, rb) => {
        fc.pre(a < b);
        expect(encodeUlid(a, ra) < encodeUlid(b, rb)).toBe(true);
      }),
    );
  });

  test.each([-1, 1.5, MAX_ULID_TIME_MS + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not made from the time %d',
    (time) => expect(() => encodeUlid(time, new Uint8Array(10))).toThrow(RangeError),
  );

  test('is not made from nine random bytes', () => {
    expect(() => encodeUlid(0, new Uint8Array(9))).toThrow(RangeError);
  });
});

test.each([
  ['', 'empty'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FA', 'a character short'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAVV', 'a character long'],
  ['81ARZ3NDEKTSV4RRFFQ69G5FAV', 'a time above 48 bits'],
  ['01arz3ndektsv4rrffq69g5fav', 'lower case'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAI', 'the letter I'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAL', 'the letter L'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAO', 'the letter O'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAU', 'the letter U'],
  ['01ARZ3NDEKTSV4RRFFQ69G5F.V', 'a dot'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV\n', 'a line end'],
])('%j is no ULID: %s', (text) => expect(isUlid(text)).toBe(false));

function bytesOf(ulid: string): number[] {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bits = [...ulid.slice(10)]
    .map((char) => alphabet.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  return bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2));
}
