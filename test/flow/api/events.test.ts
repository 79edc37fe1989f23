import { describe, expect, test } from 'vitest';
import { A_DAY_AGO, anEvent, anEventId, NOW } from '../../factories.ts';
import { type Api, anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

async function listed(api: Api, query = ''): Promise<string[]> {
  const reply = await api.send('GET', `/v1/events${query}`);
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.json.data.map(({ id }) => id);
}

describe('GET /v1/events/{id}', () => {
  test('shows JSON byte for byte as it was published', async () => {
    const api = await anApi();
    const data = '{"amount": 1.0, "big": 12345678901234567890, "e": "\\u00e9"}';
    const { json } = await api.send('POST', '/v1/events', { body: `{"type":"a","data":${data}}` });
    const reply = await api.send('GET', `/v1/events/${json.id}`);
    expect(reply.text).toContain(`"data":${data}`);
    expect(reply.json).not.toHaveProperty('body_base64');
  });

  test.each([
    ['bytes', Buffer.from([0xff, 0x00]), 'application/json'],
    ['text that is not JSON', Buffer.from('{'), 'application/json'],
    ['JSON of another media type', Buffer.from('{}'), 'application/cloudevents+json'],
  ])('shows %s in base64', async (_, bytes, content_type) => {
    const api = await anApi();
    const body_base64 = bytes.toString('base64');
    const { json } = await api.send('POST', '/v1/events', { body: { type: 'a', body_base64, content_type } });
    const reply = await api.send('GET', `/v1/events/${json.id}`);
    expect(reply.json).toMatchObject({ body_base64, content_type, size_bytes: bytes.length });
    expect(reply.json).not.toHaveProperty('data');
  });

  test('shows all that was said about it, and its deliveries', async () => {
    const api = await anApi();
    const endpoint = await createdEndpoint(api, { owner_id: 'cus_1' });
    const fields = { owner_id: 'cus_1', uid: 'u1', headers: { 'X-A': 'b' } };
    const { id, deliveries } = await publishedEvent(api, fields);
    const reply = await api.send('GET', `/v1/events/${id}`);
    expect(reply.json).toMatchObject({
      id,
      type: 'invoice.paid',
      ...fields,
      source: 'api',
      endpoint_count: 1,
      created_at: new Date(NOW + 1).toISOString(),
      deliveries: [{ id: deliveries[0]!.id, endpoint_id: endpoint.id, status: 'queued' }],
      has_more_deliveries: false,
    });
  });

  test('an event with very many endpoints shows the first hundred', async () => {
    const api = await anApi();
    const event = anEvent({ matches: { kind: 'chunked' } });
    await api.events.put(event);
    const endpoints = Array.from({ length: 150 }, (_, index) => `ep_${String(index).padStart(26, '0')}`);
    const of = { project: event.project, event: event.id };
    await api.events.putChunk({ ...of, index: 0, endpoints: endpoints.slice(0, 90), next: 'x' });
    await api.events.putChunk({ ...of, index: 1, endpoints: endpoints.slice(90) });
    const reply = await api.send('GET', `/v1/events/${event.id}`);
    expect(reply.json.deliveries.map((one) => one.endpoint_id)).toEqual(endpoints.slice(0, 100));
    expect(reply.json).toMatchObject({ has_more_deliveries: true, endpoint_count: null });
    const rest: string[] = [];
    let query: string | null = `?event_id=${event.id}&limit=70`;
    while (query !== null) {
      const page = await api.send('GET', `/v1/deliveries${query}`);
      rest.push(...page.json.data.map((one) => one.endpoint_id));
      const { next } = page.json.pagination;
      query = next === null ? null : `?event_id=${event.id}&limit=70&cursor=${next}`;
    }
    expect(rest).toEqual(endpoints);
  });
});

describe('GET /v1/events', () => {
  test('newest first, without bodies', async () => {
    const api = await anApi();
    const ids = [await publishedEvent(api), await publishedEvent(api)].map(({ id }) => id);
    expect(await listed(api)).toEqual(ids.toReversed());
    expect((await api.send('GET', '/v1/events')).text).not.toContain('inv_1');
  });

  test('filters by owner, type and prefix', async () => {
    const api = await anApi();
    const paid = await publishedEvent(api, { owner_id: 'a' });
    const sent = await publishedEvent(api, { type: 'invoice.sent' });
    const other = await publishedEvent(api, { type: 'other' });
    expect(await listed(api, '?owner_id=a')).toEqual([paid.id]);
    expect(await listed(api, '?event_type=invoice.*')).toEqual([sent.id, paid.id]);
    expect(await listed(api, '?event_type=invoice.sent,other')).toEqual([other.id, sent.id]);
    expect(await listed(api, '?event_type=invoice.sent&event_type=other')).toEqual([other.id, sent.id]);
  });

  test('filters by time: from created_after on, before created_before', async () => {
    const api = await anApi();
    const times = [A_DAY_AGO, NOW - 1000, NOW];
    const ids = times.map((timeMs) => anEventId('t', timeMs));
    for (const [index, id] of ids.entries()) await api.events.put(anEvent({ id, createdAt: times[index]! }));
    const at = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    expect(await listed(api, `?created_after=${at(NOW - 1000)}`)).toEqual([ids[2], ids[1]]);
    expect(await listed(api, `?created_before=${at(NOW)}`)).toEqual([ids[1], ids[0]]);
    expect(await listed(api, '?created_after=2026-11-23')).toEqual([ids[2], ids[1]]);
    expect(await listed(api, '?created_after=2026-11-23T13:00:00%2B01:00')).toEqual([ids[2]]);
  });

  test('pages follow their cursors to the end, each event once', async () => {
    const api = await anApi();
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) ids.unshift((await publishedEvent(api)).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      const query: string = cursor === '' ? '?limit=3' : `?limit=3&cursor=${cursor}`;
      const { json } = await api.send('GET', `/v1/events${query}`);
      seen.push(...json.data.map(({ id }) => id));
      expect(json.pagination.has_more).toBe(json.pagination.next !== null);
      cursor = json.pagination.next;
      expect(pages).toBeLessThan(3);
    }
    expect(seen).toEqual(ids);
  });

  test('says what it covered', async () => {
    const api = await anApi();
    const { coverage } = (await api.send('GET', '/v1/events?created_after=2026-11-23T00:00:00Z')).json;
    expect(coverage.from).toBe('2026-11-23T00:00:00.000Z');
    expect(coverage.to).toBe(new Date(NOW).toISOString());
  });

  test('looks no further back than events are kept', async () => {
    const api = await anApi();
    const { coverage } = (await api.send('GET', '/v1/events?created_after=1970-01-01')).json;
    expect(coverage.from).toBe(new Date(NOW - 30 * 86_400_000).toISOString());
    const old = await api.send('GET', '/v1/events?created_before=1990-01-01');
    expect(old).toMatchObject({ status: 200, json: { data: [], pagination: { has_more: false } } });
  });

  test.each([
    ['a limit that is no number', 'limit=many', 'limit'],
    ['a limit of zero', 'limit=0', 'limit'],
    ['a limit above 250', 'limit=251', 'limit'],
    ['half a limit', 'limit=1.5', 'limit'],
    ['a time that is none', 'created_after=yesterday', 'created_after'],
    ['a time without zone', 'created_after=2026-11-23T12:00:00', 'created_after'],
    ['a day that is none', 'created_before=2026-02-40', 'created_before'],
    ['an empty window', 'created_after=2026-11-23&created_before=2026-11-22', 'created_after'],
    ['a pattern in the middle', 'event_type=a.*.b', 'event_type'],
    ['an unknown parameter', 'owner=a', 'owner'],
    ['a cursor that is none', 'cursor=nonsense', 'cursor'],
  ])('refuses %s, naming it', async (_, query, field) => {
    const reply = await (await anApi()).send('GET', `/v1/events?${query}`);
    expect(reply).toMatchObject({ status: 400, json: { code: 'invalid', errors: [{ field }] } });
    expect(reply.json.errors).toHaveLength(1);
  });

  test('a cursor is good for its project, list and filters only', async () => {
    const api = await anApi();
    await publishedEvent(api, { owner_id: 'a' });
    await publishedEvent(api, { owner_id: 'a' });
    const { next } = (await api.send('GET', '/v1/events?owner_id=a&limit=1')).json.pagination;
    const other = await api.keyFor({ id: 'prj_01KDQ3J0000000000000000000' }, ['read']);
    const tries = [
      await api.send('GET', `/v1/events?owner_id=b&limit=1&cursor=${next}`),
      await api.send('GET', `/v1/events?limit=1&cursor=${next}`),
      await api.send('GET', `/v1/deliveries?owner_id=a&limit=1&cursor=${next}`),
      await api.send('GET', `/v1/events?owner_id=a&limit=1&cursor=${next}`, { key: other }),
      await api.send('GET', `/v1/events?owner_id=a&limit=1&cursor=${next}x`),
    ];
    for (const reply of tries)
      expect(reply).toMatchObject({ status: 400, json: { errors: [{ field: 'cursor' }] } });
    expect((await api.send('GET', `/v1/events?owner_id=a&limit=9&cursor=${next}`)).status).toBe(200);
  });
});
