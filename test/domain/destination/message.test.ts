import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  busEntry,
  fifoIds,
  functionPayload,
  queueMessage,
} from '../../../lambdas/domain/destination/message.ts';
import type { EventToSend } from '../../../lambdas/domain/event.ts';
import { deliveryHeaders } from '../../../lambdas/domain/headers.ts';
import { idTimeMs } from '../../../lambdas/domain/ids.ts';
import { anEndpoint, anEventToSend, aSecret, EVENT_ID } from '../../factories.ts';
import fc from '../../properties.ts';

const headersOf = (event: EventToSend, at = Date.now(), headers = {}) =>
  deliveryHeaders(event, anEndpoint({ headers }), at);
const messageOf = (over: Partial<EventToSend> = {}, headers = {}) => {
  const event = anEventToSend(over);
  return queueMessage(event, headersOf(event, Date.now(), headers));
};

describe('in a queue', () => {
  test('the body is the event’s, and the attributes verify it', () => {
    const { body, attributes } = messageOf();
    expect(body).toBe('{"id":"inv_1","amount":4200}');
    expect(Object.keys(attributes).sort()).toEqual([
      'content-type',
      'webhook-event-type',
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
    ]);
    expect(new Webhook(aSecret()).verify(body, attributes)).toEqual({ id: 'inv_1', amount: 4200 });
  });

  test('owner, and headers that publisher and endpoint asked for, ride in attributes', () => {
    const { attributes } = messageOf({ owner: 'cus_1', headers: { 'X-Trace': 't' } }, { 'X-Tenant': 'a' });
    expect(attributes['webhook-owner-id']).toBe('cus_1');
    expect(JSON.parse(attributes['webhook-headers']!)).toEqual({ 'x-trace': 't', 'x-tenant': 'a' });
  });

  test('never more attributes than SQS takes', () => {
    const body = Uint8Array.of(0xff);
    const { attributes } = messageOf({ owner: 'o', body, headers: { 'X-Trace': 't' } });
    expect(Object.keys(attributes)).toHaveLength(8);
  });

  test.each([
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe), '//4=', 'base64'],
    ['a character that SQS refuses', Buffer.from('a\u0000b'), 'YQBi', 'base64'],
    ['U+FFFF', Buffer.from('\uffff'), '77+/', 'base64'],
    ['nothing', new Uint8Array(), ' ', 'empty'],
    ['a byte order mark', Buffer.from('\ufeff{}'), '\ufeff{}', undefined],
    ['line breaks and emoji', Buffer.from('a\r\n\tü👍'), 'a\r\n\tü👍', undefined],
  ])('%s', (_, bytes, body, encoding) => {
    const message = messageOf({ body: bytes });
    expect(message.body).toBe(body);
    expect(message.attributes['webhook-body-encoding']).toBe(encoding);
  });

  test('whatever the bytes, they come back, and every text is one that SQS takes', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary', minLength: 1 }), (body, owner) => {
        const message = messageOf({ body, owner });
        const encoding = message.attributes['webhook-body-encoding'];
        const back =
          encoding === 'empty'
            ? Buffer.alloc(0)
            : Buffer.from(message.body, encoding === 'base64' ? encoding : 'utf8');
        expect(Buffer.compare(back, body)).toBe(0);
        for (const text of [message.body, ...Object.values(message.attributes)]) {
          expect(text).toMatch(/^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
        }
      }),
    );
  });

  test('its size counts body, and names, types and values of attributes, in bytes', () => {
    const { bytes, attributes } = messageOf({ body: Buffer.from('ü') });
    const own = Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value]);
    expect(bytes).toBe(2 + own.join('').length);
  });
});

describe('in a FIFO queue', () => {
  test('an owner’s events are one group, others stand alone, and repeats are the queue’s to drop', () => {
    expect(fifoIds(anEventToSend({ owner: 'cus_1' }))).toEqual({ group: 'cus_1', deduplication: EVENT_ID });
    expect(fifoIds(anEventToSend())).toEqual({ group: EVENT_ID, deduplication: EVENT_ID });
  });

  test.each(['Jane Doe', 'ü', 'x'.repeat(129)])(
    'an owner "%s" that SQS takes for no group is hashed',
    (owner) => {
      expect(fifoIds(anEventToSend({ owner })).group).toMatch(/^[0-9a-f]{64}$/);
    },
  );
});

describe('on a bus', () => {
  const detailOf = (text: string | Uint8Array, contentType = 'application/json') =>
    busEntry(anEventToSend({ body: Buffer.from(text), contentType }), 'posthorn').detail;

  test('type, id and time are the event’s', () => {
    expect(busEntry(anEventToSend(), 'shop')).toEqual({
      detailType: 'invoice.paid',
      detail: '{"id":"inv_1","amount":4200}',
      time: idTimeMs(EVENT_ID),
      resources: [EVENT_ID],
      bytes: 14 + 'shop'.length + 'invoice.paid'.length + 28 + EVENT_ID.length,
    });
  });

  test.each([
    ['{"n":12345678901234567890}', '{"n":12345678901234567890}'],
    ['[1,2]', '{"data":[1,2]}'],
    ['12345678901234567890', '{"data":12345678901234567890}'],
    ['null', '{"data":null}'],
  ])('JSON %s is %s, number for number', (text, detail) => {
    expect(detailOf(text)).toBe(detail);
    expect(detailOf(text, 'application/cloudevents+json; charset=utf-8')).toBe(detail);
  });

  test.each([
    ['text', 'text/plain', '{"body_base64":"dGV4dA==","content_type":"text/plain"}'],
    ['{"a":1}', 'text/plain', '{"body_base64":"eyJhIjoxfQ==","content_type":"text/plain"}'],
    ['{', 'application/json', '{"body_base64":"ew==","content_type":"application/json"}'],
    [Uint8Array.of(0xff), 'application/json', '{"body_base64":"/w==","content_type":"application/json"}'],
  ])('%s of %s is base64', (text, contentType, detail) => {
    expect(detailOf(text, contentType)).toBe(detail);
  });
});

describe('to a function', () => {
  test('the payload is the event with its headers, and verifies', () => {
    const event = anEventToSend({ owner: 'cus_1' });
    const headers = headersOf(event);
    const payload = functionPayload(event, headers);
    expect(payload).toEqual({
      id: EVENT_ID,
      type: 'invoice.paid',
      owner_id: 'cus_1',
      timestamp: new Date(idTimeMs(EVENT_ID)).toISOString(),
      content_type: 'application/json',
      headers,
      body: '{"id":"inv_1","amount":4200}',
      is_base64: false,
    });
    expect(new Webhook(aSecret()).verify(payload.body, { ...payload.headers })).toBeDefined();
  });

  test('bytes that are no text are base64', () => {
    const event = anEventToSend({ body: Uint8Array.of(0xff) });
    expect(functionPayload(event, headersOf(event))).toMatchObject({
      body: '/w==',
      is_base64: true,
      owner_id: null,
    });
  });
});
