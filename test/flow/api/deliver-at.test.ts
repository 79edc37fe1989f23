import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../lambdas/domain/delivery/wake.ts';
import { NOW } from '../../factories.ts';
import { anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

const IN_A_WEEK = NOW + 7 * 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const EVENT = { type: 'invoice.paid', data: { id: 1 } };

describe('an event with deliver_at', () => {
  test('is stored at once, and its deliveries wait for that time', async () => {
    const api = await anApi();
    await createdEndpoint(api);
    const { id, deliveries } = await publishedEvent(api, { deliver_at: iso(IN_A_WEEK) });
    expect(api.queues.deliveries).toEqual([]);
    const event = await api.send('GET', `/v1/events/${id}`);
    expect(event.json).toMatchObject({ deliver_at: iso(IN_A_WEEK), deliveries: [{ status: 'waiting' }] });
    const delivery = await api.send('GET', `/v1/deliveries/${deliveries[0]!.id}`);
    expect(delivery.json).toMatchObject({
      status: 'waiting',
      next_attempt_at: iso(IN_A_WEEK),
      attempt_count: 0,
    });
  });

  test('arms one wake an endpoint, with a ledger row behind it', async () => {
    const api = await anApi();
    const [a, b] = [await createdEndpoint(api), await createdEndpoint(api)];
    for (const data of [1, 2]) await publishedEvent(api, { data, deliver_at: iso(IN_A_WEEK) });
    const minute = IN_A_WEEK / MINUTE_MS;
    const wakes = [a, b].map(({ id }) => ({ project: api.project, endpoint: id, minute }));
    const byEndpoint = (x: { endpoint: string }, y: { endpoint: string }) =>
      x.endpoint < y.endpoint ? -1 : 1;
    expect(api.timer.armed().toSorted(byEndpoint)).toEqual(wakes.toSorted(byEndpoint));
    expect((await api.ledger.unsettled(minute, 10)).wakes).toEqual(wakes.toSorted(byEndpoint));
  });

  test.each([
    ['that has passed', iso(NOW - 60_000)],
    ['of null', null],
  ])('%s goes out at once', async (_, deliverAt) => {
    const api = await anApi();
    await createdEndpoint(api);
    const { id } = await publishedEvent(api, { deliver_at: deliverAt });
    expect(api.queues.deliveries).toHaveLength(1);
    expect((await api.send('GET', `/v1/events/${id}`)).json).toMatchObject({ deliver_at: null });
  });

  test('may be up to 365 days ahead', async () => {
    const api = await anApi();
    const publish = (ms: number) =>
      api.send('POST', '/v1/events', { body: { ...EVENT, deliver_at: iso(NOW + ms) } });
    expect(await publish(365 * 86_400_000)).toMatchObject({ status: 202 });
    expect(await publish(365 * 86_400_000 + 1)).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'deliver_at', code: 'too_far', detail: 'at most 365 days ahead' }] },
    });
  });

  test('too far ahead is named in a batch, and spoils no other', async () => {
    const api = await anApi();
    const events = [EVENT, { ...EVENT, deliver_at: '2099-01-01T00:00:00Z' }, EVENT];
    const { json } = await api.send('POST', '/v1/events/batch', { body: { events } });
    expect(json.results.map(({ error }) => error?.errors[0]?.field)).toEqual([
      undefined,
      'events[1].deliver_at',
      undefined,
    ]);
  });

  test('published again under the same key schedules what is missing, and changes nothing else', async () => {
    const api = await anApi();
    const first = await createdEndpoint(api);
    const publish = () =>
      api.send('POST', '/v1/events', {
        body: { ...EVENT, deliver_at: iso(IN_A_WEEK) },
        idempotencyKey: 'k',
      });
    const { json } = await publish();
    const [before] = api.deliveries.all();
    api.clock.advance(1000);
    expect((await publish()).json).toEqual({ ...json, duplicate: true });
    expect(api.deliveries.all()).toEqual([before]);
    expect(before).toMatchObject({ endpoint: first.id, version: 1, deliverAt: IN_A_WEEK });
  });

  test('at another time under the same key is a conflict', async () => {
    const api = await anApi();
    const publish = (deliver_at: string | null) =>
      api.send('POST', '/v1/events', { body: { ...EVENT, deliver_at }, idempotencyKey: 'k' });
    await publish(iso(IN_A_WEEK));
    expect(await publish(iso(IN_A_WEEK + 1))).toMatchObject({ status: 409 });
    expect(await publish(null)).toMatchObject({ status: 409 });
  });

  test('whose scheduling failed is not accepted, and finished by its repeat', async () => {
    let broken = true;
    const { deliveries } = await anApi();
    const api = await anApi({
      deliveries: {
        ...deliveries,
        save: async (delivery) => {
          if (broken) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
          return deliveries.save(delivery);
        },
      },
    });
    await createdEndpoint(api);
    const request = { body: { ...EVENT, deliver_at: iso(IN_A_WEEK) }, idempotencyKey: 'k' };
    expect((await api.send('POST', '/v1/events', request)).status).toBe(503);
    broken = false;
    expect(await api.send('POST', '/v1/events', request)).toMatchObject({
      status: 202,
      json: { duplicate: true },
    });
    expect(deliveries.all()).toMatchObject([{ state: { status: 'waiting', dueAt: IN_A_WEEK } }]);
  });

  test('may be sent earlier by a person', async () => {
    const api = await anApi();
    await createdEndpoint(api);
    const { deliveries } = await publishedEvent(api, { deliver_at: iso(IN_A_WEEK) });
    const reply = await api.send('POST', `/v1/deliveries/${deliveries[0]!.id}/retry`);
    expect(reply.status).toBe(202);
    expect(api.queues.deliveries).toHaveLength(1);
  });

  test('and more endpoints than an event lists leaves scheduling to its fan-out', async () => {
    const api = await anApi();
    for (let i = 0; i < 101; i++) await createdEndpoint(api);
    const { id } = await publishedEvent(api, { deliver_at: iso(IN_A_WEEK) });
    expect(api.queues.fanouts).toMatchObject([{ task: { event: id, index: 0 } }]);
    expect(api.deliveries.all()).toEqual([]);
  });
});
