import { describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES } from '../../../lambdas/domain/event.ts';
import { sayFault } from '../../../lambdas/domain/rewrite/say-fault.ts';
import { readTransformed, transformationInput } from '../../../lambdas/domain/rewrite/transformation.ts';
import { anEventToSend } from '../../factories.ts';

const input = (over: Parameters<typeof anEventToSend>[0]) => {
  const written = transformationInput(anEventToSend(over));
  if (!written.ok) throw new Error(written.failure);
  return JSON.parse(written.value);
};
const made = (value: unknown) => readTransformed(JSON.stringify(value));
const bodyOf = (value: unknown) => {
  const result = made(value);
  return result.ok ? [Buffer.from(result.value.body).toString(), result.value.contentType] : result.failure;
};

test('an expression sees the call an event came in with as filters do', () => {
  const call = {
    source: 'src_1',
    method: 'PUT',
    path: '/orders/1',
    query: 'a=1&b=2&b=3',
    headers: { 'x-tenant': 'acme' },
    address: '192.0.2.1',
  };
  expect(input({ owner: 'cus_1', inbound: call, body: Buffer.from('{"n":1}') })).toEqual({
    type: 'invoice.paid',
    owner_id: 'cus_1',
    method: 'PUT',
    path: '/orders/1',
    query: { a: '1', b: ['2', '3'] },
    headers: { 'x-tenant': 'acme', 'content-type': 'application/json' },
    body: { n: 1 },
    source_id: 'src_1',
    created_at: '2026-11-23T12:00:00.000Z',
  });
});

test('of an event that was published there is no call', () => {
  expect(input({ headers: { 'X-A': '1' } })).toMatchObject({
    owner_id: null,
    method: null,
    path: null,
    query: null,
    source_id: null,
    headers: { 'x-a': '1' },
  });
});

test.each([
  ['JSON, whatever its type', '[1]', [1]],
  ['text', 'a=1', 'a=1'],
  ['nothing', '', ''],
  ['bytes that are no text', Buffer.from([0xff, 0xfe]), null],
])('a body that is %s', (_, body, seen) => {
  expect(input({ contentType: 'text/plain', body: Buffer.from(body) }).body).toEqual(seen);
});

describe('a result', () => {
  test.each([
    [{ body: { a: 1 } }, ['{"a":1}', 'application/json']],
    [{ body: null }, ['null', 'application/json']],
    [{ body: 'text' }, ['"text"', 'application/json']],
    [{ body: 'text', content_type: 'text/plain; charset=utf-8' }, ['text', 'text/plain; charset=utf-8']],
    [{ body: '<a/>', content_type: 'application/xml' }, ['<a/>', 'application/xml']],
    [{ body: 'text', content_type: 'application/vnd.a+json' }, ['"text"', 'application/vnd.a+json']],
    [{ body: { a: 1 }, content_type: 'text/plain' }, ['{"a":1}', 'text/plain']],
  ])('%j goes out as %j', (value, sent) => expect(bodyOf(value)).toEqual(sent));

  test('may name headers, a path and a query', () => {
    const value = {
      body: 1,
      headers: { 'X-N': 7, 'x-gone': null },
      path: '/a',
      query: { a: 'ü', b: [1, 2] },
    };
    expect(made(value)).toMatchObject({
      ok: true,
      value: { headers: { 'X-N': '7', 'x-gone': null }, path: '/a', query: 'a=%C3%BC&b=1&b=2' },
    });
    expect(made({ body: 1, query: '?a=1' })).toMatchObject({ value: { query: 'a=1' } });
    expect(made({ body: 1, query: null })).toMatchObject({ value: { query: '' } });
  });

  test.each([
    [7, 'an object with a "body", not a number'],
    [[{ body: 1 }], 'not a list'],
    [null, 'not null'],
    [{}, 'no "body"'],
    [{ body: 1, status: 2 }, '"status" is none of'],
    [{ body: 1, headers: [] }, '"headers" have to be an object, not a list'],
    [{ body: 1, headers: { 'x-a': {} } }, '"x-a" has to be text, not an object'],
    [{ body: 1, headers: { 'x-a': 'b\r\nc' } }, 'printable ASCII'],
    [{ body: 1, headers: { 'Webhook-Signature': 'v1,x' } }, 'set by the gateway'],
    [{ body: 1, headers: { Host: 'evil' } }, 'set by the gateway'],
    [{ body: 1, headers: { 'content-length': 1 } }, 'set by the gateway'],
    [{ body: 1, headers: { 'x a': 'b' } }, 'letters, digits'],
    [{ body: 1, content_type: 'text' }, 'media type'],
    [{ body: 1, content_type: 'text/plain\r\nx: y' }, 'media type'],
    [{ body: 1, path: 1 }, '"path" has to be text, not a number'],
    [{ body: 1, query: [1] }, '"query" has to be text or an object, not a list'],
    [{ body: 1, query: { a: { b: 1 } } }, 'texts and lists of texts'],
    [{ body: 'x'.repeat(MAX_BODY_BYTES) }, `has ${MAX_BODY_BYTES + 2} bytes`],
  ])('%j is refused in words', (value, words) => {
    expect(made(value)).toEqual({ ok: false, failure: expect.stringContaining(words) });
  });

  test('with the name of a prototype sets that name and nothing else', () => {
    const result = readTransformed('{"body":{"__proto__":{"a":1}},"headers":{"constructor":"x"}}');
    expect(result).toMatchObject({ ok: true, value: { headers: { constructor: 'x' } } });
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});

test.each([
  ['{"a": }', 6, 'bad, at character 6'],
  ['{\n  "a": }', 9, 'bad, at line 2, character 7'],
])('a fault in %j says where', (text, position, said) => {
  expect(sayFault(text, { message: 'bad.', position })).toBe(said);
  expect(sayFault(text, { message: 'bad' })).toBe('bad');
});

test('a body that is nested deeper than can be written is told so, on the way in and on the way out', () => {
  const deep = '['.repeat(400_000) + ']'.repeat(400_000);
  const failure = expect.stringContaining('nested too deeply');
  expect(transformationInput(anEventToSend({ body: Buffer.from(deep) }))).toEqual({ ok: false, failure });
  expect(readTransformed(`{"body":${deep}}`)).toEqual({ ok: false, failure });
});
