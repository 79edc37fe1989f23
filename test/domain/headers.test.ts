import { describe, expect, test } from 'vitest';
import {
  checkHeaders,
  deliveryHeaders,
  isReservedHeader,
  MAX_HEADER_VALUE_LENGTH,
  MAX_HEADERS,
} from '../../lambdas/domain/headers.ts';
import { anEndpoint, anEventToSend, EVENT_ID, NOW } from '../factories.ts';
import fc from '../properties.ts';

const codes = (headers: Record<string, string>) => checkHeaders(headers, 'headers').map(({ code }) => code);

describe('custom headers', () => {
  test.each([
    ['none', {}],
    ['a plain one', { 'X-Tenant': 'acme' }],
    ['credentials of the receiver', { Authorization: 'Bearer abc=' }],
    ['an empty value', { 'x-empty': '' }],
    ['the longest value', { 'x-long': 'v'.repeat(MAX_HEADER_VALUE_LENGTH) }],
    ['the longest name', { ['x'.repeat(64)]: 'v' }],
    ['names with digits and underscores', { '0_a-B': 'v' }],
    ['names that only start like reserved ones', { webhooks: 'v', 'hosted-by': 'v', teal: 'v' }],
    ['names objects have', { constructor: 'v', toString: 'v' }],
  ])('may be %s', (_, headers) => expect(codes(headers)).toEqual([]));

  test.each([
    ['Host', 'reserved_header'],
    ['content-length', 'reserved_header'],
    ['CONTENT-TYPE', 'reserved_header'],
    ['Content-Encoding', 'reserved_header'],
    ['Transfer-Encoding', 'reserved_header'],
    ['Connection', 'reserved_header'],
    ['Expect', 'reserved_header'],
    ['User-Agent', 'reserved_header'],
    ['Accept-Encoding', 'reserved_header'],
    ['webhook-id', 'reserved_header'],
    ['Webhook-Signature', 'reserved_header'],
    ['webhook-anything', 'reserved_header'],
    ['Proxy-Authorization', 'reserved_header'],
    ['posthorn-x', 'reserved_header'],
    ['', 'bad_header_name'],
    ['a b', 'bad_header_name'],
    ['a:b', 'bad_header_name'],
    ['-a', 'bad_header_name'],
    ['x\r\ny', 'bad_header_name'],
    ['naïve', 'bad_header_name'],
    ['__proto__x', 'bad_header_name'],
    [':authority', 'bad_header_name'],
    ['x'.repeat(65), 'bad_header_name'],
  ])('may not be named %j: %s', (name, code) => expect(codes({ [name]: 'v' })).toEqual([code]));

  test.each([
    'a\r\nX-Evil: 1',
    'a\n',
    '\r',
    'a\0b',
    'tab\there',
    'naïve',
    '💥',
    'x'.repeat(MAX_HEADER_VALUE_LENGTH + 1),
  ])('may not hold %j', (value) => expect(codes({ 'x-a': value })).toEqual(['bad_header_value']));

  test('given twice in different case are named', () => {
    expect(checkHeaders({ 'X-A': '1', 'x-a': '2', 'X-a': '3' }, 'headers')).toMatchObject([
      { field: 'headers.x-a', code: 'duplicate_header' },
      { field: 'headers.X-a', code: 'duplicate_header' },
    ]);
  });

  test(`are at most ${MAX_HEADERS}`, () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'v']));
    expect(codes(many(MAX_HEADERS))).toEqual([]);
    expect(checkHeaders(many(MAX_HEADERS + 1), 'headers')).toMatchObject([
      { field: 'headers', code: 'too_many' },
    ]);
  });

  test('have every mistake named at once, each with its field', () => {
    expect(checkHeaders({ Host: '\n', 'b d': 'ok' }, 'endpoint.headers')).toMatchObject([
      { field: 'endpoint.headers.Host', code: 'reserved_header' },
      { field: 'endpoint.headers.Host', code: 'bad_header_value' },
      { field: 'endpoint.headers.b d', code: 'bad_header_name' },
    ]);
  });

  test('that pass the check can be sent', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[\w-]{1,9}$/), fc.string({ unit: 'binary-ascii' })),
        (headers) => {
          fc.pre(codes(headers).length === 0);
          expect(() => new Headers(headers)).not.toThrow();
          expect(Object.keys(headers).some(isReservedHeader)).toBe(false);
        },
      ),
    );
  });
});

describe('a delivery', () => {
  test('carries its identity, time, type, length and signature, in lower case', () => {
    const headers = deliveryHeaders(anEventToSend({ body: Buffer.from('"ä"') }), anEndpoint(), NOW + 999);
    expect(headers).toEqual({
      'user-agent': expect.stringMatching(/^Posthorn\//),
      'content-type': 'application/json',
      'content-length': '4',
      'webhook-id': EVENT_ID,
      'webhook-timestamp': String(NOW / 1000),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'webhook-event-type': 'invoice.paid',
    });
  });

  test('has the endpoint’s headers over the event’s, whatever their case, and ours over both', () => {
    const event = anEventToSend({ headers: { 'X-Region': 'event', 'X-Only': 'event' } });
    const endpoint = anEndpoint({ headers: { 'x-region': 'endpoint', 'Webhook-Id': 'forged', HOST: 'h' } });
    expect(deliveryHeaders(event, endpoint, NOW)).toMatchObject({
      'x-region': 'endpoint',
      'x-only': 'event',
      'webhook-id': EVENT_ID,
    });
  });

  test('keeps its id and its bytes’ length from attempt to attempt; time and signature are fresh', () => {
    const [event, endpoint] = [anEventToSend(), anEndpoint()];
    const first = deliveryHeaders(event, endpoint, NOW);
    const second = deliveryHeaders(event, endpoint, NOW + 5_000);
    const changed = Object.keys(first).filter((name) => first[name] !== second[name]);
    expect(changed).toEqual(['webhook-timestamp', 'webhook-signature']);
  });
});
