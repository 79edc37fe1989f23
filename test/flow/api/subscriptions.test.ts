import { describe, expect, test } from 'vitest';
import { anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

describe('subscriptions', () => {
  test('feed their endpoint from the moment they are made, for its owner', async () => {
    const api = await anApi();
    const { id: endpoint_id } = await createdEndpoint(api, { owner_id: 'a', event_types: ['other'] });
    expect((await publishedEvent(api, { owner_id: 'a' })).deliveries).toEqual([]);
    const body = { endpoint_id, event_types: ['invoice.*'] };
    const made = await api.send('POST', '/v1/subscriptions', { body });
    expect(made).toMatchObject({ status: 201, json: { ...body, owner_id: 'a' } });
    expect((await publishedEvent(api, { owner_id: 'a' })).deliveries).toHaveLength(1);
    expect((await publishedEvent(api)).deliveries).toEqual([]);
  });

  test('take all events unless told otherwise', async () => {
    const api = await anApi();
    const { id: endpoint_id } = await createdEndpoint(api);
    const made = await api.send('POST', '/v1/subscriptions', { body: { endpoint_id } });
    expect(made.json).toMatchObject({ event_types: ['*'] });
  });

  test('change and end', async () => {
    const api = await anApi();
    const { subscriptions } = await createdEndpoint(api);
    const path = `/v1/subscriptions/${subscriptions[0]!.id}`;
    const changed = await api.send('PATCH', path, { body: { event_types: ['a'] } });
    expect(changed).toMatchObject({ status: 200, json: { event_types: ['a'] } });
    expect((await api.send('GET', path)).json).toEqual(changed.json);
    expect((await publishedEvent(api)).deliveries).toEqual([]);
    expect((await publishedEvent(api, { type: 'a' })).deliveries).toHaveLength(1);
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await api.send('GET', path)).status).toBe(404);
    expect((await publishedEvent(api, { type: 'a' })).deliveries).toEqual([]);
  });

  test('a repeat under the same key makes one, and leaves later changes alone', async () => {
    const api = await anApi();
    const { id: endpoint_id } = await createdEndpoint(api);
    const request = { body: { endpoint_id, event_types: ['a'] }, idempotencyKey: 'k' };
    const first = await api.send('POST', '/v1/subscriptions', request);
    expect(await api.send('POST', '/v1/subscriptions', request)).toEqual(first);
    await api.send('PATCH', `/v1/subscriptions/${first.json.id}`, { body: { event_types: ['b'] } });
    const again = await api.send('POST', '/v1/subscriptions', request);
    expect(again.json).toMatchObject({ id: first.json.id, event_types: ['b'] });
  });

  test('are listed by endpoint and owner, in pages', async () => {
    const api = await anApi();
    const a = await createdEndpoint(api, { owner_id: 'a' });
    api.clock.advance(1);
    const b = await createdEndpoint(api, { owner_id: 'b' });
    const ids = async (query: string) =>
      (await api.send('GET', `/v1/subscriptions?${query}`)).json.data.map(({ endpoint_id }) => endpoint_id);
    expect(await ids('')).toEqual([b.id, a.id]);
    expect(await ids(`endpoint_id=${a.id}`)).toEqual([a.id]);
    expect(await ids('owner_id=b')).toEqual([b.id]);
    const { next } = (await api.send('GET', '/v1/subscriptions?limit=1')).json.pagination;
    expect(await ids(`limit=1&cursor=${next}`)).toEqual([a.id]);
  });

  test.each([
    ['no endpoint', {}, 400, 'endpoint_id', 'required'],
    [
      'an unknown endpoint',
      { endpoint_id: 'ep_01KDQ3J0000000000000000000' },
      404,
      'endpoint_id',
      'not_found',
    ],
    ['an endpoint that is no id', { endpoint_id: 'mine' }, 404, 'endpoint_id', 'not_found'],
    ['an empty filter', { endpoint_id: 'x', filter: {} }, 400, 'filter', 'empty'],
    ['a bad pattern', { endpoint_id: 'x', event_types: ['*.a'] }, 400, 'event_types[0]', 'bad_format'],
  ])('are refused with %s', async (_, body, status, field, code) => {
    const reply = await (await anApi()).send('POST', '/v1/subscriptions', { body });
    expect(reply).toMatchObject({ status, json: { errors: [{ field, code }] } });
  });

  test('stay with their endpoint', async () => {
    const api = await anApi();
    const { subscriptions } = await createdEndpoint(api);
    const path = `/v1/subscriptions/${subscriptions[0]!.id}`;
    const reply = await api.send('PATCH', path, { body: { endpoint_id: 'x' } });
    expect(reply).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'endpoint_id', code: 'unknown_field' }] },
    });
    expect(reply.json.detail).toMatch(/stays with its endpoint/);
  });
});
