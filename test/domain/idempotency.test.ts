import { describe, expect, test } from 'vitest';
import {
  compareClaims,
  fingerprint,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyClaim,
} from '../../lambdas/domain/idempotency.ts';
import { NOW, PROJECT_ID } from '../factories.ts';
import fc from '../properties.ts';

function aClaim(over: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  const expiresAt = NOW + IDEMPOTENCY_TTL_MS;
  return {
    project: PROJECT_ID,
    key: 'h:order-1',
    fingerprint: 'same',
    value: 'evt_ours',
    expiresAt,
    ...over,
  };
}

describe('an idempotency key', () => {
  test.each([
    ['never used before', undefined, { kind: 'fresh' }],
    ['used for the same', aClaim({ value: 'evt_first' }), { kind: 'repeat', value: 'evt_first' }],
    ['used for something else', aClaim({ fingerprint: 'other' }), { kind: 'conflict' }],
    [
      'used for the same, expiring in a moment',
      aClaim({ value: 'evt_first', expiresAt: NOW + 1 }),
      { kind: 'repeat', value: 'evt_first' },
    ],
    ['used for the same, just expired', aClaim({ expiresAt: NOW }), { kind: 'fresh' }],
    [
      'used for something else, just expired',
      aClaim({ fingerprint: 'other', expiresAt: NOW }),
      { kind: 'fresh' },
    ],
  ])('%s', (_, stored, answer) => {
    expect(compareClaims(stored, aClaim(), NOW)).toEqual(answer);
  });

  test('is remembered for 72 hours', () => {
    expect(IDEMPOTENCY_TTL_MS).toBe(72 * 60 * 60 * 1000);
  });
});

describe('a fingerprint', () => {
  const parts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array()), { maxLength: 5 });
  const bytesOf = (some: readonly (string | Uint8Array)[]) =>
    some.map((part) => Buffer.from(part).toString('hex'));

  test('is equal exactly when all parts are, byte for byte and one by one', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(bytesOf(a)) === JSON.stringify(bytesOf(b));
        expect(fingerprint(a) === fingerprint(b)).toBe(same);
      }),
    );
  });

  test('does not let parts run into each other', () => {
    expect(fingerprint(['ab', 'c'])).not.toBe(fingerprint(['a', 'bc']));
    expect(fingerprint(['a', ''])).not.toBe(fingerprint(['a']));
    // With lengths counted in characters these two would be one: "é" is one character and two bytes.
    const x = 'x'.repeat(27);
    expect(fingerprint(['éab3', '12345', x])).not.toBe(fingerprint([Buffer.from('éab'), `12345${27}:${x}`]));
    expect(fingerprint(['1:a'])).not.toBe(fingerprint(['', 'a']));
  });

  test('of text is that of its bytes', () => {
    expect(fingerprint(['é'])).toBe(fingerprint([Buffer.from('é')]));
  });
});
