import { describe, expect, test } from 'vitest';
import { parsePublish, parsePublishBatch } from '../../lambdas/contract/api/publish.ts';
import { MAX_BODY_BYTES } from '../../lambdas/domain/event.ts';
import type { Failure } from '../../lambdas/domain/failure.ts';
import type { Result } from '../../lambdas/domain/result.ts';
import fc from '../properties.ts';

const VALID = { type: 'invoice.paid', data: { id: 'inv_1' } };

function failureOf(result: Result<unknown, Failure>): Failure {
  if (result.ok) throw new Error('was accepted');
  return result.failure;
}

/** The only field error of a valid event with one thing spoiled. */
function spoiled(change: Record<string, unknown>): unknown {
  const failure = failureOf(parsePublish(JSON.stringify({ ...VALID, ...change })));
  return failure.kind === 'invalid' && failure.errors.length === 1 ? failure.errors[0] : failure;
}

describe('an event to publish', () => {
  test('becomes a command with the bytes of data as they were written', () => {
    const text =
      '{ "type":"invoice.paid", "data" : { "amount": 1.0, "n": 12345678901234567890, "e":"\\u00e9" } }';
    const parsed = parsePublish(text);
    expect(parsed).toEqual({
      ok: true,
      value: {
        type: 'invoice.paid',
        contentType: 'application/json',
        headers: {},
        body: Buffer.from('{ "amount": 1.0, "n": 12345678901234567890, "e":"\\u00e9" }'),
      },
    });
  });

  test('carries owner, uid and headers', () => {
    const parsed = parsePublish(
      JSON.stringify({ ...VALID, owner_id: 'cus 1', uid: 'u/1', headers: { 'X-Tenant': 'acme' } }),
    );
    expect(parsed).toMatchObject({ value: { owner: 'cus 1', uid: 'u/1', headers: { 'X-Tenant': 'acme' } } });
  });

  test.each(['posthorn.endpoint.disabled', 'posthorn.test', 'posthorn.x'])('is not of type %s', (type) => {
    expect(spoiled({ type })).toEqual({
      field: 'type',
      code: 'reserved',
      detail: 'types that begin with "posthorn." tell of the gateway itself; choose another first word',
    });
    const batch = parsePublishBatch(JSON.stringify({ events: [VALID, { ...VALID, type }] }));
    expect(batch).toMatchObject({
      value: [{ ok: true }, { ok: false, failure: { errors: [{ field: 'events[1].type' }] } }],
    });
  });

  test.each(['posthorn', 'posthornes.test', 'invoice.posthorn.paid'])('may be of type %s', (type) => {
    expect(parsePublish(JSON.stringify({ ...VALID, type }))).toMatchObject({ ok: true });
  });

  test('may be null, and any other JSON value', () => {
    for (const data of ['null', 'false', '0', '""', '[]']) {
      expect(parsePublish(`{"type":"a","data":${data}}`)).toMatchObject({
        value: { body: Buffer.from(data) },
      });
    }
  });

  test('may be any bytes with a content type', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const body_base64 = Buffer.from(bytes).toString('base64');
        const parsed = parsePublish(JSON.stringify({ type: 'a', body_base64, content_type: 'image/png' }));
        expect(parsed).toMatchObject({
          ok: true,
          value: { contentType: 'image/png', body: Buffer.from(bytes) },
        });
      }),
    );
  });

  test('takes a body of exactly the limit and not one byte more', () => {
    const data = (length: number): string => `{"type":"a","data":"${'x'.repeat(length - 2)}"}`;
    expect(parsePublish(data(MAX_BODY_BYTES)).ok).toBe(true);
    expect(failureOf(parsePublish(data(MAX_BODY_BYTES + 1)))).toEqual({
      kind: 'too_large',
      field: 'data',
      limitBytes: MAX_BODY_BYTES,
    });
    const body_base64 = Buffer.alloc(MAX_BODY_BYTES + 1).toString('base64');
    const text = JSON.stringify({ type: 'a', body_base64, content_type: 'a/b' });
    expect(failureOf(parsePublish(text))).toMatchObject({ kind: 'too_large', field: 'body_base64' });
  });
});

describe('what is wrong is named, with the fix', () => {
  test.each([
    ['type missing', { type: undefined }, 'type', 'required', /missing/],
    ['type not text', { type: 7 }, 'type', 'wrong_type', /text, not a number/],
    [
      'type with bad characters',
      { type: 'invoice paid!' },
      'type',
      'bad_format',
      /joined by dots, such as invoice.paid/,
    ],
    ['type ending in a dot', { type: 'invoice.' }, 'type', 'bad_format', /dots/],
    ['type too long', { type: 'a'.repeat(129) }, 'type', 'too_big', /at most 128 characters, not 129/],
    [
      'an unknown field close to one',
      { owner_ids: 'x' },
      'owner_ids',
      'unknown_field',
      /did you mean "owner_id"/,
    ],
    [
      'an unknown field in camel case',
      { ownerId: 'x' },
      'ownerId',
      'unknown_field',
      /did you mean "owner_id"/,
    ],
    ['an unknown field like none', { colour: 1 }, 'colour', 'unknown_field', /allowed: type, data/],
    ['a time that is none', { deliver_at: 'tomorrow' }, 'deliver_at', 'invalid', /ISO 8601 with a time zone/],
    ['a time without a zone', { deliver_at: '2026-12-24T18:00' }, 'deliver_at', 'invalid', /time zone/],
    ['a time in numbers', { deliver_at: 1_800_000_000 }, 'deliver_at', 'wrong_type', /must be text/],
    ['no body', { data: undefined }, 'data', 'required', /"body_base64" with "content_type"/],
    ['two bodies', { body_base64: 'AA==' }, 'body_base64', 'not_allowed', /not both/],
    [
      'a content type with data',
      { content_type: 'text/plain' },
      'content_type',
      'not_allowed',
      /application\/json/,
    ],
    [
      'bytes without a content type',
      { data: undefined, body_base64: 'AA==' },
      'content_type',
      'required',
      /text\/plain/,
    ],
    [
      'base64 with spaces',
      { data: undefined, body_base64: 'AA ==', content_type: 'a/b' },
      'body_base64',
      'bad_base64',
      /padded/,
    ],
    [
      'base64 without padding',
      { data: undefined, body_base64: 'AA', content_type: 'a/b' },
      'body_base64',
      'bad_base64',
      /padded/,
    ],
    [
      'base64 of the other alphabet',
      { data: undefined, body_base64: '-_-_', content_type: 'a/b' },
      'body_base64',
      'bad_base64',
      /padded/,
    ],
    [
      'a content type that is none',
      { data: undefined, body_base64: '', content_type: 'text' },
      'content_type',
      'bad_format',
      /media type/,
    ],
    ['an empty owner', { owner_id: '' }, 'owner_id', 'too_small', /at least 1/],
    ['an owner too long', { owner_id: 'o'.repeat(129) }, 'owner_id', 'too_big', /at most 128/],
    ['an owner with a control character', { owner_id: 'a\u0000b' }, 'owner_id', 'bad_format', /printable/],
    ['a uid that is null', { uid: null }, 'uid', 'wrong_type', /text, not null/],
    ['headers that are a list', { headers: [] }, 'headers', 'wrong_type', /object of texts/],
    ['a header that is a number', { headers: { 'X-A': 1 } }, 'headers.X-A', 'wrong_type', /text/],
    [
      'a header of ours',
      { headers: { 'Webhook-Id': 'x' } },
      'headers.Webhook-Id',
      'reserved_header',
      /gateway/,
    ],
    [
      'a header with a line break',
      { headers: { 'X-A': 'a\r\nb' } },
      'headers.X-A',
      'bad_header_value',
      /printable/,
    ],
  ])('%s', (_, change, field, code, detail) => {
    expect(spoiled(change)).toEqual({ field, code, detail: expect.stringMatching(detail) });
  });

  test('several mistakes are told at once', () => {
    const failure = failureOf(parsePublish('{"typ":"a"}'));
    expect(failure.kind === 'invalid' && failure.errors.map(({ field }) => field)).toEqual(['type', 'typ']);
  });

  test.each([
    [undefined, /empty/],
    [' ', /empty/],
    ['{"type": invoice}', /line 1, column 10/],
    ['{"type":\n"a",}', /line 2, column 5: a key in double quotes/],
  ])('malformed JSON %j', (text, detail) => {
    expect(failureOf(parsePublish(text))).toEqual({
      kind: 'malformed_json',
      detail: expect.stringMatching(detail),
    });
  });

  test.each(['[]', '"x"', 'null', '7'])('a body that is %s and no object', (text) => {
    expect(failureOf(parsePublish(text))).toMatchObject({
      errors: [{ field: '(body)', code: 'wrong_type' }],
    });
  });

  test('keys of prototypes are unknown fields like any other', () => {
    const failure = failureOf(parsePublish('{"type":"a","data":1,"__proto__":{"uid":"x"},"constructor":1}'));
    expect(failure.kind === 'invalid' && failure.errors.map(({ field }) => field)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('a batch', () => {
  const batch = (...events: unknown[]) => parsePublishBatch(JSON.stringify({ events }));

  test('gets one verdict for each event, and a bad one does not spoil the rest', () => {
    const parsed = batch(VALID, { ...VALID, type: '' }, 7, { ...VALID, headers: { host: 'x' } }, VALID);
    if (!parsed.ok) throw new Error('was refused');
    expect(parsed.value.map(({ ok }) => ok)).toEqual([true, false, false, false, true]);
    const fields = parsed.value.flatMap((one) =>
      !one.ok && one.failure.kind === 'invalid' ? one.failure.errors : [],
    );
    expect(fields.map(({ field }) => field)).toEqual([
      'events[1].type',
      'events[2]',
      'events[3].headers.host',
    ]);
  });

  test('keeps the bytes of each event apart', () => {
    const parsed = parsePublishBatch('{"events":[{"type":"a","data":1.0},{"data":2.50,"type":"b"}]}');
    expect(parsed).toMatchObject({
      value: [{ value: { body: Buffer.from('1.0') } }, { value: { body: Buffer.from('2.50') } }],
    });
  });

  test.each([
    ['no events', '{"events":[]}', 'events', 'too_small'],
    ['more than 100', JSON.stringify({ events: Array(101).fill(VALID) }), 'events', 'too_big'],
    ['no list', '{}', 'events', 'required'],
    ['a bare list', '[]', '(body)', 'wrong_type'],
    ['an unknown field', '{"events":[1],"event":[]}', 'event', 'unknown_field'],
  ])('is refused with %s', (_, text, field, code) => {
    expect(failureOf(parsePublishBatch(text))).toMatchObject({ errors: [{ field, code }] });
  });
});
