import { describe, expect, test } from 'vitest';
import {
  isLaterFanout,
  parseDeliveryTask,
  parseFanoutTask,
  parseWakeTask,
} from '../../lambdas/contract/parse-task.ts';
import { bareTask, deliveryTask, inlineEvent, MAX_INLINE_TASK_BYTES } from '../../lambdas/contract/tasks.ts';
import { MAX_EVENT_TYPE_LENGTH } from '../../lambdas/domain/routing.ts';
import { anEventToSend, ENDPOINT_ID, EVENT_ID, PROJECT_ID } from '../factories.ts';
import fc from '../properties.ts';

/** What SQS bills as one request, and a batch may hold in all. */
const SQS_BILLING_UNIT_BYTES = 64 * 1024;
const anEvent = (over: Parameters<typeof anEventToSend>[0] = {}) => ({
  project: PROJECT_ID,
  ...anEventToSend(over),
});
const sizeOf = (task: object) => Buffer.byteLength(JSON.stringify(task));

describe('on the wire', () => {
  const project = 'prj_01M81J18G00F468S7ZDX31049Z';
  const event = 'evt_01M844DZG058RFK8BGFWZBMNBTB3';
  const endpoint = 'ep_01M81J18G0YXH4YFHZ8VGJ8AA8';
  const named = `"project":"${project}","event":"${event}"`;
  const GOLDEN =
    `{"v":1,${named},"endpoint":"${endpoint}","type":"invoice.paid","owner":"acme","mayRepeat":true,` +
    '"inline":{"contentType":"application/json","headers":{"x-a":"b"},"body":"eyJhIjoxfQ=="}}';

  test('a delivery task is these fields, in these words: old and new code run together during a deploy', () => {
    const body = Buffer.from('{"a":1}');
    const written = { ...anEvent({ owner: 'acme', headers: { 'x-a': 'b' }, body }), id: event, project };
    expect(JSON.stringify(deliveryTask(written, endpoint, true))).toBe(GOLDEN);
  });

  test('tasks written by earlier code are read', () => {
    expect(parseDeliveryTask(GOLDEN)).toEqual(JSON.parse(GOLDEN));
    expect(inlineEvent(parseDeliveryTask(GOLDEN)!)).toEqual({
      id: event,
      type: 'invoice.paid',
      owner: 'acme',
      contentType: 'application/json',
      headers: { 'x-a': 'b' },
      body: Buffer.from('{"a":1}'),
    });
    const wake = `{"v":1,"project":"${project}","endpoint":"${endpoint}","minute":29918521,"release":true,"after":"d#1"}`;
    expect(parseWakeTask(wake)).toEqual(JSON.parse(wake));
    const fanout = `{"v":1,"kind":"fanout",${named},"type":"a.b","owner":"acme","index":3,"cursor":"project:x","mayRepeat":true}`;
    expect(parseFanoutTask(JSON.parse(fanout))).toEqual(JSON.parse(fanout));
  });

  test('what tasks say of rewriting', () => {
    const via = 'sub_01M81J18G0YXH4YFHZ8VGJ8AA8';
    const call = { source: 's', method: 'PUT', path: '', query: '', headers: {}, address: '' };
    expect(deliveryTask(anEvent(), endpoint, false, via)).toMatchObject({ via, inline: {} });
    // Its call, or its message, is read with it.
    expect(deliveryTask({ ...anEvent(), inbound: call }, endpoint, false, via)).not.toHaveProperty('inline');
    const broker = { name: 'orders', attributes: {} };
    expect(deliveryTask({ ...anEvent(), broker }, endpoint, false, via)).not.toHaveProperty('inline');
    expect(deliveryTask({ ...anEvent(), broker }, endpoint)).toHaveProperty('inline');
    const delivery = GOLDEN.replace('"mayRepeat"', `"via":"${via}","mended":1795435200000,"mayRepeat"`);
    expect(parseDeliveryTask(delivery)).toEqual(JSON.parse(delivery));
    expect(parseDeliveryTask(delivery.replace(`"${via}"`, '7'))).toBeUndefined();
    const wake = `{"v":1,"project":"${project}","endpoint":"${endpoint}","mended":{"via":"${via}","at":1795435200000}}`;
    expect(parseWakeTask(wake)).toEqual(JSON.parse(wake));
    expect(parseWakeTask(wake.replace('1795435200000', '"now"'))).toBeUndefined();
    const fanout = `{"v":1,"kind":"fanout",${named},"type":"a.b","index":3,"cursor":"project:x","matched":true}`;
    expect(parseFanoutTask(JSON.parse(fanout))).toEqual(JSON.parse(fanout));
  });

  test('a field that newer code added does not stop older code', () => {
    expect(parseDeliveryTask(GOLDEN.replace('{', '{"later":1,'))).toMatchObject({ event, endpoint });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['null', 'null'],
    ['a newer version', GOLDEN.replace('"v":1', '"v":2')],
    ['no project', GOLDEN.replace('prj_', 'key_')],
    ['no event', GOLDEN.replace('evt_', 'req_')],
    ['no endpoint', GOLDEN.replace('ep_', 'src_')],
    ['no type', GOLDEN.replace('"type"', '"kind"')],
    ['an inline event without a body', GOLDEN.replace('"body"', '"bytes"')],
    ['an inline event without a content type', GOLDEN.replace('"contentType"', '"mime"')],
    ['an inline event without headers', GOLDEN.replace('"headers"', '"extra"')],
    ['an inline header that is no text', GOLDEN.replace('"b"', '7')],
    ['an owner that is no text', GOLDEN.replace('"acme"', '7')],
  ])('%s is no delivery task', (_, text) => expect(parseDeliveryTask(text)).toBeUndefined());

  test('a task that may repeat, with an owner, says so', () => {
    expect(deliveryTask(anEvent({ owner: 'acme' }), ENDPOINT_ID, true)).toMatchObject({
      owner: 'acme',
      mayRepeat: true,
    });
    expect(deliveryTask(anEvent(), ENDPOINT_ID)).not.toHaveProperty('owner');
    expect(deliveryTask(anEvent(), ENDPOINT_ID)).not.toHaveProperty('mayRepeat');
  });

  test('a bare task names the delivery and carries nothing', () => {
    expect(bareTask(anEvent(), ENDPOINT_ID)).toEqual({
      v: 1,
      project: PROJECT_ID,
      event: EVENT_ID,
      endpoint: ENDPOINT_ID,
      type: 'invoice.paid',
    });
  });
});

describe('an event', () => {
  const events = fc.record({
    body: fc.uint8Array({ maxLength: 8_000 }),
    contentType: fc.constantFrom('application/json', 'application/octet-stream', 'text/plain; charset=utf-8'),
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,9}$/), fc.string({ maxLength: 200 }), {
      maxKeys: 20,
    }),
    owner: fc.option(fc.string({ minLength: 1, unit: 'grapheme', maxLength: 100 }), { nil: undefined }),
  });

  test('that rides along arrives byte for byte; one that does not is read', () => {
    fc.assert(
      fc.property(events, fc.boolean(), (over, mayRepeat) => {
        const event = anEvent(over);
        const task = deliveryTask(event, ENDPOINT_ID, mayRepeat);
        const received = inlineEvent(JSON.parse(JSON.stringify(task)));
        if (task.inline === undefined) {
          expect(received).toBeUndefined();
          expect(task).toEqual(bareTask(event, ENDPOINT_ID, mayRepeat));
          return;
        }
        expect(Buffer.from(received!.body).equals(Buffer.from(event.body))).toBe(true);
        const { project: _, body: __, owner, ...same } = event;
        expect(received).toMatchObject(same);
        expect(received!.owner).toBe(owner);
      }),
    );
  });

  test('rides along as long as the task stays within its tenth of a billing unit', () => {
    fc.assert(
      fc.property(events, (over) => {
        const event = anEvent(over);
        const body = Buffer.from(event.body).toString('base64');
        const inline = { contentType: event.contentType, headers: event.headers, body };
        const fits = sizeOf({ ...bareTask(event, ENDPOINT_ID), inline }) <= MAX_INLINE_TASK_BYTES;
        expect(deliveryTask(event, ENDPOINT_ID).inline !== undefined).toBe(fits);
      }),
    );
  });

  test('of 2 KB and of 4 KB rides along, of 8 KB it does not', () => {
    const rides = (bytes: number) =>
      deliveryTask(anEvent({ body: Buffer.alloc(bytes, 'x') }), ENDPOINT_ID).inline;
    expect(rides(2048)).toBeDefined();
    expect(rides(4096)).toBeDefined();
    expect(rides(8192)).toBeUndefined();
  });

  test('with an empty body rides along and arrives empty', () => {
    const task = deliveryTask(anEvent({ body: new Uint8Array() }), ENDPOINT_ID);
    expect(inlineEvent(JSON.parse(JSON.stringify(task)))?.body).toHaveLength(0);
  });

  test('with headers as large as they may be is read', () => {
    const headers = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x-${i}`, 'v'.repeat(4096)]));
    expect(deliveryTask(anEvent({ headers }), ENDPOINT_ID)).not.toHaveProperty('inline');
  });
});

test('ten of the largest tasks fit into one billing unit of the queue, with 2 KB of room for its attributes', () => {
  const event = { type: 'x'.repeat(MAX_EVENT_TYPE_LENGTH), owner: 'o'.repeat(128) };
  let largest = 0;
  for (let bytes = 0; bytes < MAX_INLINE_TASK_BYTES; bytes++) {
    const task = deliveryTask(anEvent({ ...event, body: Buffer.alloc(bytes) }), ENDPOINT_ID, true);
    largest = Math.max(largest, sizeOf(task));
  }
  expect(largest).toBeGreaterThan(MAX_INLINE_TASK_BYTES - 4);
  expect(largest * 10 + 2048).toBeLessThanOrEqual(SQS_BILLING_UNIT_BYTES);
});

describe('a fan-out of a later version', () => {
  test.each([
    [{ v: 2, kind: 'fanout' }, true],
    [{ v: 1, kind: 'fanout' }, false],
    [{ type: 'fanout', data: { kind: 'fanout', v: 2 } }, false],
  ])('%j: %s', (message, later) => {
    expect(isLaterFanout(JSON.stringify(message))).toBe(later);
  });
});
