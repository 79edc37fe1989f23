import { describe, expect, test } from 'vitest';
import { MAX_FILTER_STEPS } from '../../../lambdas/domain/filter/filter.ts';
import { type Api, anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

const OVER_100 = { body: { amount: { $gt: 100 } } };

/** How many endpoints an event with this data goes to. */
async function reached(api: Api, data: unknown, fields: object = {}): Promise<number> {
  return (await publishedEvent(api, { data, ...fields })).deliveries.length;
}

describe('a subscription with a filter', () => {
  test('gets the events that match its types and its filter', async () => {
    const api = await anApi();
    await createdEndpoint(api, { event_types: ['invoice.*'], filter: OVER_100 });
    expect(await reached(api, { amount: 101 })).toBe(1);
    expect(await reached(api, { amount: 100 })).toBe(0);
    expect(await reached(api, {})).toBe(0);
    expect(await reached(api, { amount: 101 }, { type: 'order.made' })).toBe(0);
  });

  test('shows it as it was given, and keeps it until it is changed or taken away', async () => {
    const api = await anApi();
    const filter = { $or: [{ headers: { 'X-Tenant': 'acme' } }, OVER_100], path: { $exist: false } };
    const { subscriptions } = await createdEndpoint(api, { filter });
    const path = `/v1/subscriptions/${subscriptions[0]!.id}`;
    const shown = async () => (await api.send('GET', path)).text;
    expect(subscriptions[0]).toMatchObject({ event_types: ['*'], filter });
    expect(await shown()).toContain(JSON.stringify(filter));

    await api.send('PATCH', path, { body: { event_types: ['invoice.*'] } });
    expect(await shown()).toContain(JSON.stringify(filter));
    await api.send('PATCH', path, { body: { filter: OVER_100 } });
    expect(await shown()).toContain(JSON.stringify(OVER_100));
    expect(await reached(api, { amount: 1 })).toBe(0);
    await api.send('PATCH', path, { body: { filter: null } });
    expect(await shown()).toContain('"filter":null');
    expect(await reached(api, { amount: 1 })).toBe(1);
  });

  test('is one of several of its endpoint: any of them is enough', async () => {
    const api = await anApi();
    const { id: endpoint_id } = await createdEndpoint(api, { filter: OVER_100 });
    const body = { endpoint_id, filter: { body: { urgent: true } } };
    expect(await api.send('POST', '/v1/subscriptions', { body })).toMatchObject({ status: 201, json: body });
    expect(await reached(api, { amount: 1, urgent: true })).toBe(1);
    expect(await reached(api, { amount: 200, urgent: true })).toBe(1);
    expect(await reached(api, { amount: 1 })).toBe(0);
  });

  test('may look at the headers of an event and at its content type', async () => {
    const api = await anApi();
    await createdEndpoint(api, {
      filter: { headers: { 'X-Region': 'eu', 'content-type': 'application/json' } },
    });
    expect(await reached(api, 1, { headers: { 'x-region': 'eu' } })).toBe(1);
    expect(await reached(api, 1, { headers: { 'X-REGION': 'us' } })).toBe(0);
  });

  test('on the body gets nothing that is not JSON, nor does its opposite', async () => {
    const api = await anApi();
    await createdEndpoint(api, { filter: OVER_100 });
    await createdEndpoint(api, { filter: { body: { amount: { $not: { $gt: 100 } } } } });
    await createdEndpoint(api, { filter: { body: { $exist: false } } });
    const publish = async (bytes: Buffer, content_type = 'text/plain') => {
      const fields = { body_base64: bytes.toString('base64'), content_type, data: undefined };
      return (await publishedEvent(api, fields)).deliveries.length;
    };
    for (const bytes of ['amount=200', '', '{"amount": 200', '\u{feff}']) {
      expect(await publish(Buffer.from(bytes))).toBe(1);
    }
    expect(await publish(Buffer.from([0xff, 0xfe, 0x80]))).toBe(1);
    // What it is said to be does not matter.
    expect(await publish(Buffer.from('{"amount": 200}'))).toBe(1);
    expect(await publish(Buffer.from('{"amount": 2}'))).toBe(1);
  });

  test('judges each event of a batch, and bodies that go to the bucket', async () => {
    const api = await anApi();
    await createdEndpoint(api, { filter: OVER_100 });
    const large = { amount: 500, text: 'x'.repeat(300_000) };
    const events = [1, 200, 3].map((amount) => ({ type: 'a', data: { amount } }));
    const body = { events: [...events, { type: 'a', data: large }] };
    const { json } = await api.send('POST', '/v1/events/batch', { body });
    expect(json.results.map(({ deliveries }) => deliveries.length)).toEqual([0, 1, 0, 1]);
  });

  test('that takes too much work gets nothing, and the log says so', async () => {
    const api = await anApi();
    const { subscriptions } = await createdEndpoint(api, { filter: { body: { list: { $neq: -1 } } } });
    expect(await reached(api, { list: Array(MAX_FILTER_STEPS).fill(0) })).toBe(0);
    expect(await reached(api, { list: [0] })).toBe(1);
    const fields = { project: api.project, subscription: subscriptions[0]!.id };
    expect(api.log.lines).toContainEqual({ level: 'warn', what: 'filter.over_budget', fields });
  });

  test('that takes too much work with many others is not logged with all of them at each event', async () => {
    const api = await anApi();
    const filter = { body: { list: { $neq: -1 } } };
    const { id: endpoint_id } = await createdEndpoint(api, { filter });
    for (let n = 0; n < 20; n++) {
      await api.send('POST', '/v1/subscriptions', { body: { endpoint_id, filter } });
    }
    const logged = () => api.log.lines.filter(({ what }) => what === 'filter.over_budget').length;
    const list = Array(MAX_FILTER_STEPS).fill(0);
    await reached(api, { list });
    expect(logged()).toBe(10);
    await reached(api, { list });
    expect(logged()).toBe(20);
  });

  test('is refused with all its mistakes, where they are', async () => {
    const api = await anApi();
    const { id: endpoint_id, subscriptions } = await createdEndpoint(api);
    const filter = { body: { a: { $gtt: 1 }, b: { $regex: '(?=x)' } } };
    const errors = [
      { field: 'filter.body.a.$gtt', code: 'unknown_operator' },
      { field: 'filter.body.b.$regex', code: 'bad_operand' },
    ];
    for (const [method, path, body] of [
      ['POST', '/v1/endpoints', { url: 'https://hooks.example.com/in', filter }],
      ['POST', '/v1/subscriptions', { endpoint_id, filter }],
      ['PATCH', `/v1/subscriptions/${subscriptions[0]!.id}`, { filter }],
      ['POST', '/v1/filters/test', { filter, body: 1 }],
    ] as const) {
      expect(await api.send(method, path, { body })).toMatchObject({ status: 400, json: { errors } });
    }
  });

  test('is changed at the subscription, not at the endpoint', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const reply = await api.send('PATCH', `/v1/endpoints/${id}`, { body: { filter: OVER_100 } });
    expect(reply).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'filter', code: 'unknown_field' }] },
    });
    expect(reply.json.detail).toMatch(/PATCH \/v1\/subscriptions/);
  });
});

describe('a filter is tried', () => {
  const ask = (api: Api, body: object) => api.send('POST', '/v1/filters/test', { body });

  test('on what is sent with it', async () => {
    const api = await anApi();
    const filter = { headers: { 'X-Tenant': 'acme' }, query: { tag: 'b' }, path: '/x', body: { a: 1 } };
    const given = { headers: { 'x-TENANT': 'acme' }, query: { tag: ['a', 'b'] }, path: '/x', body: { a: 1 } };
    expect(await ask(api, { filter, ...given })).toMatchObject({
      status: 200,
      json: { matched: true, over_budget: false, failed: [] },
    });
    const { json } = await ask(api, { filter, ...given, headers: {}, body: { a: 2 } });
    expect(json).toEqual({
      matched: false,
      over_budget: false,
      failed: [
        {
          path: 'headers.X-Tenant',
          operator: '$eq',
          expected: 'acme',
          reason: 'missing',
          detail: 'headers.X-Tenant is missing; only {"$exist": false} matches what is missing',
        },
        {
          path: 'body.a',
          operator: '$eq',
          expected: 1,
          reason: 'differs',
          actual: 2,
          detail: 'body.a is 2, not $eq 1',
        },
      ],
    });
  });

  test('on a stored event, wherever its body is', async () => {
    const api = await anApi();
    const small = await publishedEvent(api, { data: { amount: 5 }, headers: { 'x-tenant': 'acme' } });
    const large = await publishedEvent(api, { data: { amount: 500, text: 'x'.repeat(300_000) } });
    expect((await ask(api, { filter: OVER_100, event_id: large.id })).json).toMatchObject({ matched: true });
    expect((await ask(api, { filter: OVER_100, event_id: small.id })).json).toMatchObject({
      matched: false,
      failed: [{ path: 'body.amount', actual: 5 }],
    });
    const filter = { headers: { 'x-tenant': 'acme' } };
    expect((await ask(api, { filter, event_id: small.id })).json).toMatchObject({ matched: true });
  });

  test('says when it is too much work', async () => {
    const body = { list: Array(MAX_FILTER_STEPS).fill(0) };
    const reply = await ask(await anApi(), { filter: { body: { list: 1 } }, body });
    expect(reply.json).toMatchObject({
      matched: false,
      over_budget: true,
      failed: [{ reason: 'over_budget' }],
    });
  });

  test.each([
    ['nothing to try', {}, 400, 'filter', 'required'],
    ['an event that is not there', { event_id: 'evt_x' }, 404, 'event_id', 'not_found'],
    ['an event and a body', { event_id: 'evt_x', body: null }, 400, 'body', 'not_allowed'],
    ['a header that is no text', { headers: { a: 1 } }, 400, 'headers.a', 'invalid'],
    ['an unknown field', { payload: {} }, 400, 'payload', 'unknown_field'],
  ])('not with %s', async (what, body, status, field, code) => {
    const request = what === 'nothing to try' ? {} : { filter: OVER_100, ...body };
    expect(await ask(await anApi(), request)).toMatchObject({ status, json: { errors: [{ field, code }] } });
  });

  test('by keys that may read, in their own project', async () => {
    const api = await anApi();
    const key = await api.keyFor({ id: 'prj_01KDQ3J0000000000000000001' }, ['read']);
    const { id } = await publishedEvent(api, {});
    const request = { key, body: { filter: OVER_100, event_id: id } };
    expect((await api.send('POST', '/v1/filters/test', request)).status).toBe(404);
    expect((await api.send('POST', '/v1/filters/test', { key, body: { filter: OVER_100 } })).status).toBe(
      200,
    );
  });
});
