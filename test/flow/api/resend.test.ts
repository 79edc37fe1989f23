import { describe, expect, test } from 'vitest';
import { deliveryId } from '../../../lambdas/domain/ids.ts';
import {
  aDelivery,
  aLease,
  anAttempt,
  anEndpoint,
  anEvent,
  anId,
  ENDPOINT_ID,
  EVENT_ID,
} from '../../factories.ts';
import { anApi } from './api-under-test.ts';

const ID = deliveryId({ event: EVENT_ID, endpoint: ENDPOINT_ID });
const SECOND = anId('ep', 'second');
const FAILED = { status: 'failed', stopReason: 'exhausted' } as const;

async function withFailed() {
  const api = await anApi();
  await api.config.createEndpoint(anEndpoint());
  await api.config.createEndpoint(anEndpoint({ id: SECOND }));
  await api.events.put(anEvent({ matches: { kind: 'listed', endpoints: [ENDPOINT_ID, SECOND] } }));
  await api.deliveries.save(aDelivery({ state: FAILED }));
  await api.deliveries.save(aDelivery({ endpoint: SECOND, state: FAILED }));
  api.clock.advance(1_000);
  return api;
}

describe('POST /v1/deliveries/{id}/retry', () => {
  test('sends the delivery once more', async () => {
    const api = await withFailed();
    const reply = await api.send('POST', `/v1/deliveries/${ID}/retry`);
    const body = { id: ID, event_id: EVENT_ID, endpoint_id: ENDPOINT_ID };
    expect(reply).toMatchObject({ status: 202, json: body });
    expect(api.queues.deliveries.map(({ task }) => task.endpoint)).toEqual([ENDPOINT_ID]);
    expect((await api.send('GET', `/v1/deliveries/${ID}`)).json.status).toBe('waiting');
  });

  test('acts once under the same key', async () => {
    const api = await withFailed();
    const send = () => api.send('POST', `/v1/deliveries/${ID}/retry`, { idempotencyKey: 'k' });
    const first = await send();
    api.clock.advance(5_000);
    expect(await send()).toEqual(first);
    expect(api.queues.deliveries).toHaveLength(1);
  });

  test('under the key of a refusal is done after all, though the attempt it was refused for is recorded since', async () => {
    const api = await withFailed();
    const lease = aLease({ startedAt: api.clock.now(), until: api.clock.now() + 25_000 });
    await api.deliveries.save(aDelivery({ state: { status: 'sending', lease }, version: 2 }));
    const send = () => api.send('POST', `/v1/deliveries/${ID}/retry`, { idempotencyKey: 'k' });
    api.clock.advance(1_000);
    expect(await send()).toMatchObject({ status: 409, json: { code: 'delivery_in_progress' } });
    api.clock.advance(1_000);
    const attempts = [anAttempt({ startedAt: lease.startedAt })];
    const updatedAt = api.clock.now();
    await api.deliveries.save(aDelivery({ state: FAILED, attempts, updatedAt, version: 3 }));
    expect((await send()).status).toBe(202);
    expect(api.queues.deliveries.map(({ task }) => task.endpoint)).toEqual([ENDPOINT_ID]);
    expect((await send()).status).toBe(202);
    expect(api.queues.deliveries).toHaveLength(1);
  });

  test('ends after a hundred attempts, before the record grows beyond what can be written', async () => {
    const api = await withFailed();
    const attempts = Array.from({ length: 100 }, (_, index) => anAttempt({ number: index + 1 }));
    await api.deliveries.save(aDelivery({ state: FAILED, attempts, version: 2 }));
    const reply = await api.send('POST', `/v1/deliveries/${ID}/retry`);
    expect(reply).toMatchObject({ status: 409, json: { code: 'too_many_attempts' } });
    expect(api.queues.deliveries).toEqual([]);
  });

  test('a refusal does not use the key up', async () => {
    const api = await withFailed();
    const send = () => api.send('POST', `/v1/deliveries/${ID}/retry`, { idempotencyKey: 'k' });
    await api.send('POST', `/v1/endpoints/${ENDPOINT_ID}/pause`);
    expect(await send()).toMatchObject({ status: 409, json: { code: 'endpoint_paused' } });
    await api.send('POST', `/v1/endpoints/${ENDPOINT_ID}/resume`);
    expect((await send()).status).toBe(202);
    expect(api.queues.deliveries).toHaveLength(1);
  });
});

describe('a delivery of a large fan-out', () => {
  const QUEUED = deliveryId({ event: EVENT_ID, endpoint: SECOND });

  test('is found while it is still queued, and queued again', async () => {
    const api = await anApi();
    await api.config.createEndpoint(anEndpoint({ id: SECOND }));
    await api.events.put(anEvent({ matches: { kind: 'chunked' } }));
    const { project } = anEvent();
    await api.events.putChunk({ project, event: EVENT_ID, index: 0, endpoints: [ENDPOINT_ID], next: 'more' });
    await api.events.putChunk({ project, event: EVENT_ID, index: 1, endpoints: [SECOND] });
    expect((await api.send('POST', `/v1/deliveries/${QUEUED}/retry`)).status).toBe(202);
    expect(api.queues.deliveries.map(({ task }) => task)).toMatchObject([
      { endpoint: SECOND, mayRepeat: true },
    ]);
  });

  test('is not found for an endpoint the event did not go to', async () => {
    const api = await anApi();
    await api.config.createEndpoint(anEndpoint({ id: SECOND }));
    await api.events.put(anEvent({ matches: { kind: 'chunked' } }));
    expect((await api.send('POST', `/v1/deliveries/${QUEUED}/retry`)).status).toBe(404);
  });
});

describe('POST /v1/events/{id}/replay', () => {
  const endpoints = (deliveries: readonly { endpoint_id: string }[]) =>
    deliveries.map((one) => one.endpoint_id);

  test('sends the event again to all it went to', async () => {
    const api = await withFailed();
    const reply = await api.send('POST', `/v1/events/${EVENT_ID}/replay`);
    expect(reply).toMatchObject({ status: 202, json: { id: EVENT_ID } });
    expect(endpoints(reply.json.deliveries)).toEqual([ENDPOINT_ID, SECOND]);
    expect(api.queues.deliveries).toHaveLength(2);
  });

  test('reaches hundreds of endpoints side by side, and says them in their order', async () => {
    const api = await anApi();
    const ids = Array.from({ length: 120 }, (_, index) => anId('ep', `receiver ${index}`));
    for (const id of ids) {
      await api.config.createEndpoint(anEndpoint({ id }));
      await api.deliveries.save(aDelivery({ endpoint: id, state: FAILED }));
    }
    await api.events.put(anEvent({ matches: { kind: 'listed', endpoints: ids } }));
    const { save } = api.deliveries;
    let together = 0;
    let most = 0;
    api.deliveries.save = async (delivery) => {
      most = Math.max(most, ++together);
      await new Promise(setImmediate);
      together--;
      return save(delivery);
    };
    const reply = await api.send('POST', `/v1/events/${EVENT_ID}/replay`);
    expect(endpoints(reply.json.deliveries)).toEqual(ids);
    expect(most).toBe(50);
  });

  test('or to one of them', async () => {
    const api = await withFailed();
    const reply = await api.send('POST', `/v1/events/${EVENT_ID}/replay`, { body: { endpoint_id: SECOND } });
    expect(endpoints(reply.json.deliveries)).toEqual([SECOND]);
  });

  test('acts once under the same key', async () => {
    const api = await withFailed();
    const send = () => api.send('POST', `/v1/events/${EVENT_ID}/replay`, { idempotencyKey: 'k' });
    const first = await send();
    api.clock.advance(5_000);
    expect(await send()).toEqual(first);
    expect(api.queues.deliveries).toHaveLength(2);
  });

  test('under another key, or none, asks again and says what stands in its way, though it was asked for before', async () => {
    const api = await withFailed();
    const send = (key?: string) =>
      api.send('POST', `/v1/events/${EVENT_ID}/replay`, {
        body: { endpoint_id: ENDPOINT_ID },
        ...(key !== undefined && { idempotencyKey: key }),
      });
    expect((await send('k')).status).toBe(202);
    expect((await send()).status).toBe(202);
    expect(api.queues.deliveries).toHaveLength(2);
    await api.send('POST', `/v1/endpoints/${ENDPOINT_ID}/pause`);
    for (const key of [undefined, 'l']) {
      expect(await send(key)).toMatchObject({ status: 409, json: { code: 'endpoint_paused' } });
    }
  });

  test('a repeat does what the first did not come to', async () => {
    const api = await withFailed();
    const { save } = api.deliveries;
    let saves = 0;
    api.deliveries.save = async (delivery) => {
      saves++;
      if (saves === 2) throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
      return save(delivery);
    };
    const send = () => api.send('POST', `/v1/events/${EVENT_ID}/replay`, { idempotencyKey: 'k' });
    expect((await send()).status).toBe(503);
    api.clock.advance(5_000);
    const reply = await send();
    expect(endpoints(reply.json.deliveries)).toEqual([ENDPOINT_ID, SECOND]);
    expect(api.queues.deliveries.map(({ task }) => task.endpoint)).toEqual([ENDPOINT_ID, SECOND]);
  });

  test.each([
    ['an endpoint it did not go to', { endpoint_id: anId('ep', 'third') }, 404, 'endpoint_id'],
    ['an unknown field', { endpoint: SECOND }, 400, 'endpoint'],
  ])('is refused with %s', async (_, body, status, field) => {
    const reply = await (await withFailed()).send('POST', `/v1/events/${EVENT_ID}/replay`, { body });
    expect(reply).toMatchObject({ status, json: { errors: [{ field }] } });
  });
});
