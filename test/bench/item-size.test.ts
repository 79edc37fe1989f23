import { describe, expect, it } from 'vitest';
import { itemSize } from '../../bench/cost/item-size.ts';

describe("an item's size by DynamoDB's rules", () => {
  it.each([
    ['text in UTF-8', { name: { S: 'Zoë' } }, 4 + 4],
    ['bytes, not their base64', { b: { B: Buffer.alloc(300).toString('base64') } }, 1 + 300],
    ['a number: a byte for two digits and one more', { n: { N: '1764000000' } }, 1 + 2 + 1],
    ['a number without trailing zeros', { n: { N: '1234567890123' } }, 1 + 7 + 1],
    ['a negative number', { n: { N: '-12' } }, 1 + 1 + 1 + 1],
    ['zero', { n: { N: '0' } }, 1 + 1],
    ['truth', { t: { BOOL: true } }, 1 + 1],
    ['nothing', { t: { NULL: true } }, 1 + 1],
    ['an empty list', { l: { L: [] } }, 1 + 3],
    [
      'a list: a byte for each element',
      { l: { L: [{ S: 'ab' }, { NULL: true }] } },
      1 + 3 + (1 + 2) + (1 + 1),
    ],
    ['a map: a byte for each element', { m: { M: { key: { S: 'v' } } } }, 1 + 3 + (1 + 3 + 1)],
    ['a set', { s: { SS: ['a', 'bc'] } }, 1 + 3],
  ])('%s', (_, item, size) => {
    expect(itemSize(item)).toBe(size);
  });

  it('is 0 for what is not there', () => {
    expect(itemSize(undefined)).toBe(0);
  });

  it('refuses a type it does not know, rather than count too little', () => {
    expect(() => itemSize({ x: { ZZ: 1 } })).toThrow('unknown type "ZZ"');
  });
});
