import { describe, expect, test } from 'vitest';
import type { InboundCall } from '../../../lambdas/domain/event.ts';
import { isReservedHeader } from '../../../lambdas/domain/headers.ts';
import {
  checkForwardedNames,
  forwardedHeaders,
  forwardedMethod,
} from '../../../lambdas/domain/rewrite/forward.ts';
import fc from '../../properties.ts';

function aCall(over: Partial<InboundCall> = {}): InboundCall {
  return { source: 'src_1', method: 'POST', path: '', query: '', headers: {}, address: '192.0.2.1', ...over };
}
const passes = (name: string, headers: '*' | readonly string[]) =>
  name in forwardedHeaders(aCall({ headers: { [name]: 'v' } }), { headers });

describe('with "*"', () => {
  test.each(['x-github-event', 'x-github-delivery', 'x-tenant', 'accept-language', 'x-author', 'x-signal'])(
    '%s goes on',
    (name) => expect(passes(name, '*')).toBe(true),
  );

  test.each([
    'x-hub-signature-256',
    'stripe-signature',
    'svix-signature',
    'x-shopify-hmac-sha256',
    'x-slack-signature',
    'x-gitlab-token',
    'paypal-transmission-sig',
    'signature',
    'signature-input',
    'content-digest',
    'authorization',
    'x-amz-security-token',
    'cookie',
    'x-api-key',
    'api_key',
    'x-auth-user',
    'x-webhook-secret',
    'forwarded',
    'x-forwarded-host',
    'x-real-ip',
    'via',
    'accept',
    'x-http-method-override',
    'x-method-override',
    'x-original-url',
    'x-rewrite-url',
  ])('%s stays here', (name) => expect(passes(name, '*')).toBe(false));
});

test.each(['authorization', 'cookie', 'stripe-signature', 'x-forwarded-for'])(
  '%s goes on when it is named',
  (name) => {
    expect(passes(name, [name])).toBe(true);
    expect(passes(name, ['x-other'])).toBe(false);
  },
);

test.each([
  '*' as const,
  ['host', 'content-length', 'connection', 'transfer-encoding', 'te', 'webhook-id', 'posthorn-x'],
])('what is ours, or of the connection, never goes on: %j', (headers) => {
  const names = [
    'host',
    'content-length',
    'content-type',
    'connection',
    'transfer-encoding',
    'te',
    'webhook-id',
  ];
  const call = aCall({ headers: Object.fromEntries([...names, 'posthorn-x'].map((name) => [name, 'v'])) });
  expect(forwardedHeaders(call, { headers })).toEqual({});
});

test('a header the sender said is of the connection stays here', () => {
  const headers = { connection: 'close, X-Hop', 'x-hop': '1', 'x-end': '2' };
  expect(forwardedHeaders(aCall({ headers }), { headers: '*' })).toEqual({ 'x-end': '2' });
});

test('a value no delivery can carry is left out', () => {
  const headers = { 'x-line': 'a\r\nhost: evil', 'x-umlaut': 'ü', 'x-long': 'a'.repeat(5_000), 'x-ok': 'a' };
  expect(forwardedHeaders(aCall({ headers }), { headers: '*' })).toEqual({ 'x-ok': 'a' });
});

test('nothing is forwarded that was not chosen', () => {
  const call = aCall({ method: 'PUT', headers: { 'x-a': '1' } });
  expect(forwardedHeaders(call, {})).toEqual({});
  expect(forwardedMethod(call, {})).toBe('POST');
});

test.each([
  ['GET', 'GET'],
  ['PUT', 'PUT'],
  ['PATCH', 'PATCH'],
  ['DELETE', 'DELETE'],
  ['POST', 'POST'],
  ['HEAD', 'POST'],
  ['CONNECT', 'POST'],
  ['get', 'POST'],
])('a call by %s goes on by %s', (method, sent) => {
  expect(forwardedMethod(aCall({ method }), { method: true })).toBe(sent);
});

test('whatever a stranger sends, no header that goes on is reserved or can break a request', () => {
  const names = fc.oneof(
    fc.constantFrom('host', 'webhook-id', 'x-a', '__proto__', 'constructor', 'content-length'),
    fc.string({ maxLength: 10 }),
  );
  fc.assert(
    fc.property(fc.dictionary(names, fc.string({ unit: 'binary', maxLength: 20 })), (headers) => {
      const wanted = fc.sample(fc.constantFrom('*' as const, Object.keys(headers)), 2);
      for (const each of wanted) {
        for (const [name, value] of Object.entries(forwardedHeaders(aCall({ headers }), { headers: each }))) {
          expect(isReservedHeader(name)).toBe(false);
          expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(value).toMatch(/^[\x20-\x7e]*$/);
        }
      }
    }),
  );
});

test('names to forward are checked, each mistake with its place', () => {
  expect(checkForwardedNames(['X-Ok', 'a b', 'Host'], 'forward.headers')).toEqual([
    { field: 'forward.headers[1]', code: 'bad_header_name', detail: expect.any(String) },
    { field: 'forward.headers[2]', code: 'reserved_header', detail: expect.stringContaining('"Host"') },
  ]);
  expect(
    checkForwardedNames(
      Array.from({ length: 21 }, (_, i) => `x-${i}`),
      'f',
    ),
  ).toMatchObject([{ code: 'too_many' }]);
});
