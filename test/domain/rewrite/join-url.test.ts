import { describe, expect, test } from 'vitest';
import { judgeUrl, MAX_URL_LENGTH } from '../../../lambdas/domain/egress/url.ts';
import { NO_ALLOWANCE } from '../../../lambdas/domain/project.ts';
import { joinUrl } from '../../../lambdas/domain/rewrite/join-url.ts';
import fc from '../../properties.ts';

const BASE = 'https://receiver.dev/hooks';

test.each([
  [BASE, '', '', BASE],
  [BASE, '/orders/1', '', `${BASE}/orders/1`],
  [`${BASE}/`, '/orders/1', '', `${BASE}/orders/1`],
  [BASE, 'orders', '', `${BASE}/orders`],
  [BASE, '/orders/', '', `${BASE}/orders/`],
  ['https://receiver.dev', '/a', '', 'https://receiver.dev/a'],
  [BASE, '', 'a=1&b=%20', `${BASE}?a=1&b=%20`],
  [`${BASE}?key=7`, '/a', 'x=1', `${BASE}/a?key=7&x=1`],
  [BASE, '/a%2Fb/%E2%82%AC', '', `${BASE}/a%2Fb/%E2%82%AC`],
  [BASE, '/a b/ü', 'q=ü #1', `${BASE}/a%20b/%C3%BC?q=%C3%BC%20%231`],
  [BASE, '/what?x#y', '', `${BASE}/what%3Fx%23y`],
  [BASE, '/a@evil.example:80', '', `${BASE}/a@evil.example:80`],
  [BASE, '/...', '', `${BASE}/...`],
  [BASE, '/a;v=..', '', `${BASE}/a;v=..`],
  [BASE, '/%ff', '', `${BASE}/%ff`],
  ['https://receiver.dev:8443/x', '/y', 'z', 'https://receiver.dev:8443/x/y?z'],
])('%s with %j and %j is %s', (base, path, query, url) => {
  expect(joinUrl(base, path, query)).toEqual({ ok: true, value: url });
});

describe('refused', () => {
  test.each([
    ['..', '"." or ".."'],
    ['/a/../b', '"." or ".."'],
    ['/a/./b', '"." or ".."'],
    ['/%2e%2E/b', '"." or ".."'],
    ['/a%2f..%2fb', '"." or ".."'],
    ['/a/..%2fb', '"." or ".."'],
    ['/..;/admin', '"." or ".."'],
    ['/a/..;x=1/b', '"." or ".."'],
    ['/a/%2e.%3b/b', '"." or ".."'],
    ['//evil.example/a', 'two slashes'],
    ['/a//b', 'two slashes'],
    ['/a/%2f/b', 'two slashes'],
    ['/a\\b', 'backslash'],
    ['/a%5cb', 'backslash'],
    ['/a\r\nHost: evil', 'control character'],
    ['/a%0d%0aHost: evil', 'control character'],
    ['/a%00', 'control character'],
    ['/%zz', 'no percent-encoding'],
    ['/a%', 'no percent-encoding'],
    ['/\ud800', 'control character'],
  ])('the path %j, in words', (path, why) => {
    expect(joinUrl(BASE, path, '')).toEqual({ ok: false, failure: expect.stringContaining(why) });
  });

  test.each([
    ['a=\n', 'control character'],
    ['a=%q', 'no percent-encoding'],
  ])('the query %j, in words', (query, why) => {
    expect(joinUrl(BASE, '', query)).toEqual({ ok: false, failure: expect.stringContaining(why) });
  });

  test('a URL that would be too long, with how long it is', () => {
    const failure = expect.stringContaining(`${BASE.length + 1 + MAX_URL_LENGTH} characters`);
    expect(joinUrl(BASE, `/${'a'.repeat(MAX_URL_LENGTH)}`, '')).toEqual({ ok: false, failure });
  });
});

test('whatever is joined stays on the host and behind the path of the endpoint, and may be sent to', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '/',
      '//',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      '?',
      '#',
      '@',
      ':',
      '%',
      '%25',
      'a',
      '[',
      '^',
      '|',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  let joined = 0;
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom(BASE, `${BASE}/`, 'https://receiver.dev/'),
      (path, query, base) => {
        const result = joinUrl(base, path, query);
        if (!result.ok) return;
        joined++;
        const url = new URL(result.value);
        expect(url.origin).toBe('https://receiver.dev');
        expect(url.pathname.startsWith(new URL(base).pathname.replace(/\/$/, ''))).toBe(true);
        expect(url.hash).toBe('');
        expect(judgeUrl(result.value, NO_ALLOWANCE)).toEqual({ ok: true, url: url.href });
        // The parser repaired nothing: what is sent is what was joined.
        expect(url.href.replace(/\/$/, '')).toBe(result.value.replace(/\/$/, ''));
      },
    ),
    { numRuns: 2_000 },
  );
  expect(joined).toBeGreaterThan(200);
});
