import { describe, expect, test } from 'vitest';
import type { Scope } from '../../lambdas/domain/failure.ts';
import { newId } from '../../lambdas/domain/ids.ts';
import { formatKey, hashKey, KEY_SECRET_BYTES, mayDo, parseKey, sameHash } from '../../lambdas/domain/key.ts';
import { aKey, anId, PROJECT_ID } from '../factories.ts';
import fc from '../properties.ts';

const secrets = fc.uint8Array({ minLength: KEY_SECRET_BYTES, maxLength: KEY_SECRET_BYTES });
const randoms = fc.uint8Array({ minLength: 10, maxLength: 10 });
const times = fc.integer({ min: 0, max: 2 ** 41 });

/** Whether the API would let this text in, when only `token` exists. */
function opens(text: string, token: string): boolean {
  const parsed = parseKey(text);
  return parsed !== undefined && sameHash(parsed.hash, hashKey(token));
}

describe('a token', () => {
  test('tells its project and its key by itself, and opens', () => {
    fc.assert(
      fc.property(times, randoms, randoms, secrets, (time, a, b, secret) => {
        const [project, id] = [newId('prj', time, a), newId('key', time, b)];
        const token = formatKey(project, id, secret);
        expect(token).toMatch(/^phk_[0-9A-Za-z]{101}$/);
        expect(parseKey(token)).toEqual({ id, project, hash: hashKey(token) });
        expect(opens(token, token)).toBe(true);
      }),
    );
  });

  test('carries the whole secret: two secrets never make one token', () => {
    fc.assert(
      fc.property(secrets, secrets, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        expect(formatKey(PROJECT_ID, anId('key'), a)).not.toBe(formatKey(PROJECT_ID, anId('key'), b));
      }),
    );
  });

  const { token } = aKey();
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_. é\n';

  test('with any single character mistyped is refused without a read', () => {
    for (let at = 0; at < token.length; at++) {
      for (const letter of letters) {
        if (letter === token[at]) continue;
        expect(parseKey(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
      }
    }
  });

  test('with two neighbours swapped is refused without a read', () => {
    for (let at = 0; at + 1 < token.length; at++) {
      if (token[at] === token[at + 1]) continue;
      const swapped = token.slice(0, at) + token[at + 1] + token[at] + token.slice(at + 2);
      expect(parseKey(swapped)).toBeUndefined();
    }
  });

  test('shortened, lengthened or padded is refused without a read', () => {
    for (let length = 0; length < token.length; length++)
      expect(parseKey(token.slice(0, length))).toBeUndefined();
    for (const text of [`${token}0`, ` ${token}`, `${token}\n`, `${token}${token}`]) {
      expect(parseKey(text)).toBeUndefined();
    }
  });

  test('of another secret has the right shape and does not open', () => {
    fc.assert(
      fc.property(secrets, (guess) => {
        const guessed = formatKey(PROJECT_ID, anId('key'), guess);
        expect(parseKey(guessed)).toBeDefined();
        expect(opens(guessed, token)).toBe(guessed === token);
      }),
    );
  });

  test.each([0, 16, 31, 33])('is not made from %d random bytes', (length) => {
    expect(() => formatKey(PROJECT_ID, anId('key'), new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('what is stored', () => {
  test('is a SHA-256 of the token, and nothing of the secret', () => {
    const { key, token } = aKey();
    expect(key.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(key)).not.toContain(token.slice(56));
    expect(JSON.stringify(key)).not.toContain(token.slice(56, 76));
  });

  test.each([
    ['', ''],
    ['zz', 'zz'],
    ['undefined', 'undefined'],
    ['00', '00'],
    [hashKey('a'), hashKey('b')],
    [hashKey('a'), hashKey('a').slice(0, 62)],
    [hashKey('a'), `${hashKey('a')}00`],
    [hashKey('a'), ''],
  ])('%j and %j are not the same hash', (a, b) => expect(sameHash(a, b)).toBe(false));
});

test.each<[Scope[], Scope, boolean]>([
  [['publish'], 'publish', true],
  [['publish'], 'read', false],
  [['publish'], 'manage', false],
  [['read'], 'read', true],
  [['read'], 'manage', false],
  [['read'], 'publish', false],
  [['manage'], 'manage', true],
  [['manage'], 'read', true],
  [['manage'], 'publish', false],
  [['publish', 'read'], 'read', true],
  [[], 'read', false],
])('a key for %j may %s: %s', (scopes, needs, may) => expect(mayDo(scopes, needs)).toBe(may));
