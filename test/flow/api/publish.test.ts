import { describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES } from '../../../lambdas/domain/event.ts';
import { deliveryId } from '../../../lambdas/domain/ids.ts';
import { anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

const VALID = { type: 'invoice.paid', data: { id: 'inv_1' } };

describe('POST /v1/events', () => {
  test('stores the event, queues its deliveries and names them', async () => {
    const api = await anApi();
    const endpoint = await createdEndpoint(api, { event_types: ['invoice.*'] });
    await createdEndpoint(api, { event_types: ['customer.created'] });
    const reply = await api.send('POST', '/v1/events', { body: VALID });
    expect(reply.status).toBe(202);
    const { id } = reply.json;
    const delivery = { id: deliveryId({ event: id, endpoint: endpoint.id }), endpoint_id: endpoint.id };
    expect(reply.json).toEqual({ id, duplicate: false, deliveries: [delivery] });
    expect(api.events.all()).toMatchObject([{ id, source: 'api' }]);
    expect(api.queues.deliveries.map(({ task }) => task.endpoint)).toEqual([endpoint.id]);
  });

  test('an owner’s event goes to the owner’s endpoints and the project’s own', async () => {
    const api = await anApi();
    const [a, , all] = [
      await createdEndpoint(api, { owner_id: 'a' }),
      await createdEndpoint(api, { owner_id: 'b' }),
      await createdEndpoint(api),
    ];
    const published = await publishedEvent(api, { owner_id: 'a' });
    expect(new Set(published.deliveries.map((one) => one.endpoint_id))).toEqual(new Set([a.id, all.id]));
  });

  test('the same idempotency key and body is the same event', async () => {
    const api = await anApi();
    await createdEndpoint(api);
    const request = { body: VALID, idempotencyKey: 'k' };
    const first = await api.send('POST', '/v1/events', request);
    const second = await api.send('POST', '/v1/events', request);
    expect(second).toMatchObject({ status: 202, json: { ...first.json, duplicate: true } });
    expect(api.events.all()).toHaveLength(1);
  });

  test('the same idempotency key with another body is a conflict', async () => {
    const api = await anApi();
    await api.send('POST', '/v1/events', { body: VALID, idempotencyKey: 'k' });
    const other = await api.send('POST', '/v1/events', { body: { ...VALID, data: 1 }, idempotencyKey: 'k' });
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
  });

  test('a body API Gateway hands over in base64 is the same body', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/events', { body: '{"type":"a","data":1.0}', base64: true });
    expect(reply.status).toBe(202);
    expect(api.events.all()[0]!.body).toEqual({ at: 'inline', bytes: Buffer.from('1.0') });
  });

  test('a body over the limit is 413, and names the field', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/events', {
      body: { type: 'a', data: 'x'.repeat(MAX_BODY_BYTES) },
    });
    expect(reply).toMatchObject({ status: 413, json: { code: 'too_large', errors: [{ field: 'data' }] } });
    expect(api.events.all()).toEqual([]);
  });

  test('malformed JSON is 400, and says where', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/events', { body: '{"type":}' });
    expect(reply).toMatchObject({ status: 400, json: { code: 'malformed_json' } });
    expect(reply.json.detail).toMatch(/line 1, column 9/);
    expect(reply.headers['content-type']).toBe('application/problem+json');
  });
});

describe('POST /v1/events/batch', () => {
  test('gives each event its own verdict, in order', async () => {
    const api = await anApi();
    await createdEndpoint(api);
    const reply = await api.send('POST', '/v1/events/batch', {
      body: { events: [VALID, { ...VALID, type: 'bad type' }, { ...VALID, type: 'other' }] },
    });
    expect(reply.status).toBe(202);
    expect(reply.json.results).toMatchObject([
      { duplicate: false, deliveries: [{}] },
      { error: { status: 400, code: 'invalid', errors: [{ field: 'events[1].type' }] } },
      { duplicate: false, deliveries: [{}] },
    ]);
    const stored = api.events.all().map(({ type }) => type);
    expect(stored).toEqual(['invoice.paid', 'other']);
  });

  test('a repeat under the same key publishes nothing new', async () => {
    const api = await anApi();
    const request = { body: { events: [VALID, VALID] }, idempotencyKey: 'k' };
    const first = await api.send('POST', '/v1/events/batch', request);
    const second = await api.send('POST', '/v1/events/batch', request);
    const ids = (reply: typeof first) => reply.json.results.map(({ id }) => id);
    expect(ids(second)).toEqual(ids(first));
    expect(api.events.all()).toHaveLength(2);
  });

  test('shares no idempotency keys with single events', async () => {
    const api = await anApi();
    await api.send('POST', '/v1/events/batch', { body: { events: [VALID] }, idempotencyKey: 'k' });
    for (const idempotencyKey of ['k', 'k:0', '0:k']) {
      const single = await api.send('POST', '/v1/events', { body: { ...VALID, data: 1 }, idempotencyKey });
      expect(single).toMatchObject({ status: 202, json: { duplicate: false } });
    }
  });

  test('is refused as a whole only when there is no list', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/events/batch', { body: { events: [] } });
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ field: 'events' }] } });
  });
});

describe('when what we depend on fails', () => {
  test('a queue that throttles is 503 with Retry-After, and the repeat is the same event', async () => {
    let broken = true;
    const sent: unknown[] = [];
    const deliveryQueue = {
      sendDeliveries: async (tasks: readonly unknown[]) => {
        if (broken) throw Object.assign(new Error('too fast'), { name: 'RequestThrottled' });
        sent.push(...tasks);
      },
    };
    const api = await anApi({ deliveryQueue });
    await createdEndpoint(api);
    const request = { body: VALID, idempotencyKey: 'k' };
    const refused = await api.send('POST', '/v1/events', request);
    expect(refused).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    broken = false;
    const accepted = await api.send('POST', '/v1/events', request);
    expect(accepted).toMatchObject({ status: 202, json: { duplicate: true } });
    expect(api.events.all()).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });
});
