import { describe, expect, test } from 'vitest';
import { type Api, anApi } from './api-under-test.ts';

async function publish(api: Api, body: object) {
  const reply = await api.send('POST', '/v1/events', {
    body: { type: 'order.changed', data: { id: 1, status: 'paid', at: api.clock.now() }, ...body },
  });
  expect(reply.status, reply.text).toBe(202);
  api.clock.advance(1);
  return reply.json;
}

describe('deduplication by chosen fields', () => {
  const deduplication = { fields: ['data.id', 'data.status'], window_seconds: 60 };

  test('takes an event with the same values for the first one, whatever else it holds', async () => {
    const api = await anApi();
    const first = await publish(api, { deduplication });
    expect(first.duplicate).toBe(false);
    expect(await publish(api, { deduplication })).toMatchObject({ id: first.id, duplicate: true });
  });

  test.each([
    ['another value', { data: { id: 1, status: 'sent' } }],
    ['another type', { type: 'order.removed' }],
    ['another owner', { owner_id: 'acme' }],
    ['text for a number', { data: { id: '1', status: 'paid' } }],
  ])('%s is another event', async (_, over) => {
    const api = await anApi();
    const first = await publish(api, { deduplication });
    const second = await publish(api, { deduplication, ...over });
    expect(second.duplicate).toBe(false);
    expect(second.id).not.toBe(first.id);
  });

  test('an event that lacks one of the fields is never a repeat', async () => {
    const api = await anApi();
    const data = { id: 1 };
    await publish(api, { deduplication, data });
    expect((await publish(api, { deduplication, data })).duplicate).toBe(false);
  });

  test('ends with its window', async () => {
    const api = await anApi();
    await publish(api, { deduplication });
    api.clock.advance(61_000);
    expect((await publish(api, { deduplication })).duplicate).toBe(false);
  });
});

describe('deduplication by key', () => {
  test('takes any event under the key for the first one', async () => {
    const api = await anApi();
    const deduplication = { key: 'order-1-paid' };
    const first = await publish(api, { deduplication });
    expect(await publish(api, { deduplication, type: 'other' })).toMatchObject({
      id: first.id,
      duplicate: true,
    });
    expect((await publish(api, { deduplication: { key: 'order-2-paid' } })).duplicate).toBe(false);
  });

  test('lives beside the idempotency key of the request', async () => {
    const api = await anApi();
    const body = { type: 'a', data: 1, deduplication: { key: 'k' } };
    const send = (idempotencyKey: string) => api.send('POST', '/v1/events', { body, idempotencyKey });
    const first = await send('one');
    expect((await send('one')).json).toMatchObject({ id: first.json.id, duplicate: true });
    expect((await send('two')).json).toMatchObject({ id: first.json.id, duplicate: true });
    // What the request was answered stays true when the deduplication has forgotten.
    const brief = { ...body, deduplication: { key: 'brief', window_seconds: 60 } };
    const once = await api.send('POST', '/v1/events', { body: brief, idempotencyKey: 'three' });
    const later = () => api.send('POST', '/v1/events', { body: brief, idempotencyKey: 'four' });
    expect((await later()).json.id).toBe(once.json.id);
    api.clock.advance(61_000);
    expect((await later()).json.id).toBe(once.json.id);
  });
});

test.each([
  ['neither key nor fields', { window_seconds: 1 }, 'deduplication'],
  ['both', { key: 'a', fields: ['data.a'] }, 'deduplication'],
  ['a field outside the data', { fields: ['id'] }, 'deduplication.fields[0]'],
  ['a window of months', { key: 'a', window_seconds: 10_000_000 }, 'deduplication.window_seconds'],
])('refuses %s', async (_, deduplication, field) => {
  const api = await anApi();
  const reply = await api.send('POST', '/v1/events', { body: { type: 'a', data: 1, deduplication } });
  expect(reply.status).toBe(400);
  expect(reply.json.errors.map((error) => error.field)).toEqual([field]);
});

test('says what was given where it wants a whole number', async () => {
  const deduplication = { key: 'a', window_seconds: 1.5 };
  const reply = await (await anApi()).send('POST', '/v1/events', {
    body: { type: 'a', data: 1, deduplication },
  });
  const error = { field: 'deduplication.window_seconds', detail: 'must be a whole number, not 1.5' };
  expect(reply).toMatchObject({ status: 400, json: { errors: [error] } });
});
