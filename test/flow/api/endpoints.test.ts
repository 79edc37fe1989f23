import { describe, expect, test } from 'vitest';
import { isId } from '../../../lambdas/domain/ids.ts';
import { isSecret } from '../../../lambdas/domain/sign.ts';
import { anId, aSecret, NOW } from '../../factories.ts';
import { anApi, createdEndpoint } from './api-under-test.ts';

const URL = 'https://hooks.example.com/in';

describe('creating an endpoint', () => {
  test('answers with the endpoint, its first subscription and, this once, its secret', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/endpoints', { body: { url: URL } });
    expect(reply.status).toBe(201);
    const { id, secret, subscriptions, ...rest } = reply.json;
    expect(isId('ep', id)).toBe(true);
    expect(isSecret(secret)).toBe(true);
    expect(subscriptions).toMatchObject([{ endpoint_id: id, event_types: ['*'], owner_id: null }]);
    expect(rest).toEqual({
      url: URL,
      destination: null,
      listen: false,
      listened_at: null,
      owner_id: null,
      description: '',
      status: 'enabled',
      disabled_reason: null,
      headers: {},
      timeout_seconds: 15,
      rate_limit: null,
      max_in_flight: null,
      alert_emails: null,
      retry: null,
      retry_by_type: {},
      created_at: new Date(NOW).toISOString(),
      updated_at: new Date(NOW).toISOString(),
    });
    const read = await api.send('GET', `/v1/endpoints/${id}`);
    expect(read.json).toEqual({
      id,
      ...rest,
      subscriptions,
      health: expect.objectContaining({ state: 'closed' }),
    });
    expect(read.text).not.toContain('whsec_');
  });

  test('takes everything it may be given', async () => {
    const api = await anApi();
    const body = {
      url: URL,
      owner_id: 'cus_1',
      description: 'Main',
      event_types: ['invoice.*', 'a'],
      headers: { 'X-A': 'b' },
      timeout_seconds: 30,
      secret: aSecret('mine'),
    };
    const { event_types, ...fields } = body;
    const reply = await api.send('POST', '/v1/endpoints', { body });
    expect(reply.json).toMatchObject({ ...fields, subscriptions: [{ event_types, owner_id: 'cus_1' }] });
  });

  test.each([
    ['no url', { url: undefined }, 'url', 'required'],
    ['plain http', { url: 'http://hooks.example.com/' }, 'url', 'url_not_https'],
    ['an address inside', { url: 'https://10.0.0.1/' }, 'url', 'url_blocked_address'],
    ['loopback', { url: 'https://localhost/' }, 'url', 'url_special_name'],
    ['metadata', { url: 'https://169.254.169.254/latest' }, 'url', 'url_blocked_address'],
    ['credentials in the url', { url: 'https://a:b@hooks.example.com/' }, 'url', 'url_has_credentials'],
    ['a url that is none', { url: 'receiver' }, 'url', 'url_malformed'],
    ['a url that is a number', { url: 7 }, 'url', 'wrong_type'],
    ['an unknown field', { urls: [] }, 'urls', 'unknown_field'],
    ['a broken filter', { filter: { body: { a: { $gtt: 1 } } } }, 'filter.body.a.$gtt', 'unknown_operator'],
    ['a bad pattern', { event_types: ['a', 'b.*.c'] }, 'event_types[1]', 'bad_format'],
    ['no event types', { event_types: [] }, 'event_types', 'too_small'],
    ['too many event types', { event_types: Array(101).fill('a') }, 'event_types', 'too_big'],
    ['a timeout too long', { timeout_seconds: 31 }, 'timeout_seconds', 'too_big'],
    ['a timeout in parts', { timeout_seconds: 1.5 }, 'timeout_seconds', 'wrong_type'],
    [
      'a reserved header',
      { headers: { 'content-length': '1' } },
      'headers.content-length',
      'reserved_header',
    ],
    ['a weak secret', { secret: 'whsec_c2hvcnQ=' }, 'secret', 'invalid'],
    ['a description too long', { description: 'd'.repeat(501) }, 'description', 'too_big'],
    ['an owner that is empty', { owner_id: '' }, 'owner_id', 'too_small'],
  ])('is refused with %s', async (_, change, field, code) => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/endpoints', { body: { url: URL, ...change } });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ code: 'invalid', errors: [{ field, code }] });
    expect(reply.json.errors).toHaveLength(1);
    expect((await api.send('GET', '/v1/endpoints')).json.data).toEqual([]);
  });

  test('a project may allow plain http and addresses inside', async () => {
    const api = await anApi();
    const egress = { http: true, cidrs: ['127.0.0.0/8'] };
    const key = await api.keyFor({ id: anId('prj', 'local'), egress }, ['manage']);
    const reply = await api.send('POST', '/v1/endpoints', { key, body: { url: 'http://127.0.0.1:9999/ok' } });
    expect(reply.status).toBe(201);
  });

  test('the same idempotency key makes one endpoint, and shows its secret again', async () => {
    const api = await anApi();
    const request = { body: { url: URL }, idempotencyKey: 'k1' };
    const first = await api.send('POST', '/v1/endpoints', request);
    api.clock.advance(5_000);
    const second = await api.send('POST', '/v1/endpoints', request);
    expect(second).toEqual(first);
    expect((await api.send('GET', '/v1/endpoints')).json.data).toHaveLength(1);
    expect((await api.send('GET', '/v1/subscriptions')).json.data).toHaveLength(1);
  });

  test('the same idempotency key with another body is a conflict', async () => {
    const api = await anApi();
    await api.send('POST', '/v1/endpoints', { body: { url: URL }, idempotencyKey: 'k1' });
    const other = await api.send('POST', '/v1/endpoints', { body: { url: `${URL}2` }, idempotencyKey: 'k1' });
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
  });

  test('a request that stopped halfway is finished by its repeat', async () => {
    const { config } = await anApi();
    let broken = true;
    const subscriptions = {
      ...config,
      putSubscription: async (...args: Parameters<typeof config.putSubscription>) => {
        if (broken) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
        return config.putSubscription(...args);
      },
    };
    const api = await anApi({ subscriptions });
    const request = { body: { url: URL }, idempotencyKey: 'k1' };
    expect((await api.send('POST', '/v1/endpoints', request)).status).toBe(503);
    broken = false;
    expect((await api.send('POST', '/v1/endpoints', request)).status).toBe(201);
    expect((await api.send('GET', '/v1/endpoints')).json.data).toHaveLength(1);
  });
});

describe('changing an endpoint', () => {
  test('a merge patch changes what it names, and null takes away', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api, {
      description: 'a',
      headers: { 'X-A': '1', 'X-B': '2' },
      timeout_seconds: 5,
    });
    const patch = { description: null, headers: { 'X-A': null, 'X-C': '3' }, timeout_seconds: null };
    const reply = await api.send('PATCH', `/v1/endpoints/${id}`, { body: patch });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      url: URL,
      description: '',
      headers: { 'X-B': '2', 'X-C': '3' },
      timeout_seconds: 15,
    });
    expect(
      (await api.send('PATCH', `/v1/endpoints/${id}`, { body: { headers: null } })).json.headers,
    ).toEqual({});
  });

  test.each([
    ['its owner', { owner_id: 'x' }, 'owner_id', /never changes/],
    ['its status', { status: 'paused' }, 'status', /actions/],
    ['its event types', { event_types: ['a'] }, 'event_types', /subscriptions/],
    ['its url to one inside', { url: 'https://[::1]/' }, 'url', /public/],
    ['its headers to ours', { headers: { host: 'x' } }, 'headers.host', /gateway/],
  ])('can not change %s', async (_, body, field, detail) => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const reply = await api.send('PATCH', `/v1/endpoints/${id}`, { body });
    expect(reply).toMatchObject({
      status: 400,
      json: { errors: [{ field, detail: expect.stringMatching(detail) }] },
    });
  });

  test('two changes at once both arrive', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    await Promise.all([
      api.send('PATCH', `/v1/endpoints/${id}`, { body: { description: 'new' } }),
      api.send('PATCH', `/v1/endpoints/${id}`, { body: { timeout_seconds: 3 } }),
    ]);
    expect((await api.send('GET', `/v1/endpoints/${id}`)).json).toMatchObject({
      description: 'new',
      timeout_seconds: 3,
    });
  });
});

describe('pausing, resuming, disabling, enabling', () => {
  test('a paused endpoint is released when it is resumed, a minute later in case we stop in between, and by a repeat', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    expect((await api.send('POST', `/v1/endpoints/${id}/pause`)).json.status).toBe('paused');
    expect(api.queues.wakes).toEqual([]);
    expect((await api.send('POST', `/v1/endpoints/${id}/resume`, { body: {} })).json.status).toBe('enabled');
    await api.send('POST', `/v1/endpoints/${id}/resume`);
    const wake = { v: 1, project: api.project, endpoint: id, release: true };
    expect(api.queues.wakes).toEqual([{ task: wake, delayMs: 60_000 }, { task: wake }, { task: wake }]);
  });

  test('a disabled endpoint says by whom, and must be enabled', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const disabled = await api.send('POST', `/v1/endpoints/${id}/disable`);
    expect(disabled.json).toMatchObject({ status: 'disabled', disabled_reason: 'manual' });
    for (const action of ['resume', 'pause', 'test']) {
      const reply = await api.send('POST', `/v1/endpoints/${id}/${action}`);
      expect(reply).toMatchObject({ status: 409, json: { code: 'endpoint_disabled' } });
    }
    const enabled = await api.send('POST', `/v1/endpoints/${id}/enable`);
    expect(enabled.json).toMatchObject({ status: 'enabled', disabled_reason: null });
    expect(api.queues.wakes).toHaveLength(2);
  });

  test('actions take no fields', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const reply = await api.send('POST', `/v1/endpoints/${id}/pause`, { body: { until: 'x' } });
    expect(reply).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'until', code: 'unknown_field' }] },
    });
  });
});

describe('rotating the secret', () => {
  const rotate = async (body: object = {}, idempotencyKey?: string) => {
    const api = await anApi();
    const { id, secret } = await createdEndpoint(api);
    const request = { body, ...(idempotencyKey !== undefined && { idempotencyKey }) };
    const send = () => api.send('POST', `/v1/endpoints/${id}/rotate_secret`, request);
    const secrets = async () => (await api.config.endpoints(api.project, [id]))[0]!.secrets;
    return { api, id, old: secret, first: await send(), send, secrets };
  };

  test('the old one signs beside the new one for a day', async () => {
    const { first, old, secrets } = await rotate();
    expect(first.status).toBe(200);
    const until = NOW + 86_400_000;
    expect(first.json.previous_secrets_sign_until).toBe(new Date(until).toISOString());
    expect(await secrets()).toEqual([{ key: first.json.secret }, { key: old, expiresAt: until }]);
  });

  test('without overlap the old one ends at once', async () => {
    const { first, secrets } = await rotate({ overlap_seconds: 0 });
    expect(first.json.previous_secrets_sign_until).toBeNull();
    expect(await secrets()).toEqual([{ key: first.json.secret }]);
  });

  test('the caller may bring the secret', async () => {
    const { first } = await rotate({ secret: aSecret('theirs') });
    expect(first.json.secret).toBe(aSecret('theirs'));
  });

  test('going back to an older secret lists it once', async () => {
    const { api, id, old, secrets } = await rotate();
    await api.send('POST', `/v1/endpoints/${id}/rotate_secret`, { body: { secret: old } });
    expect((await secrets()).map(({ key }) => key)).toEqual([old, expect.stringMatching(/^whsec_/)]);
  });

  test('a repeat under the same key rotates once and shows the same secret', async () => {
    const { first, send, secrets } = await rotate({}, 'k');
    expect((await send()).json).toEqual(first.json);
    expect(await secrets()).toHaveLength(2);
  });

  test('without a key each request rotates', async () => {
    const { first, send, secrets } = await rotate();
    expect((await send()).json.secret).not.toBe(first.json.secret);
    expect(await secrets()).toHaveLength(3);
  });

  test.each([
    ['an overlap too long', { overlap_seconds: 604_801 }, 'overlap_seconds'],
    ['a negative overlap', { overlap_seconds: -1 }, 'overlap_seconds'],
    ['a bad secret', { secret: 'x' }, 'secret'],
  ])('is refused with %s', async (_, body, field) => {
    expect((await rotate(body)).first).toMatchObject({ status: 400, json: { errors: [{ field }] } });
  });
});

describe('testing an endpoint', () => {
  test('sends one event to it alone, whatever it subscribes to', async () => {
    const api = await anApi();
    await createdEndpoint(api);
    const { id } = await createdEndpoint(api, { event_types: ['other'] });
    const reply = await api.send('POST', `/v1/endpoints/${id}/test`);
    expect(reply.status).toBe(202);
    const tasks = api.queues.deliveries.map(({ task }) => task);
    expect(tasks).toMatchObject([{ event: reply.json.id, endpoint: id, type: 'posthorn.test' }]);
    const event = await api.send('GET', `/v1/events/${reply.json.id}`);
    expect(event.json).toMatchObject({
      source: 'test',
      data: { type: 'posthorn.test', data: { endpoint_id: id } },
    });
    expect(event.json.deliveries).toEqual([{ ...reply.json.deliveries[0], status: 'queued' }]);
  });

  test('a repeat under the same key is the same event, sent so that it is delivered once', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const send = () => api.send('POST', `/v1/endpoints/${id}/test`, { idempotencyKey: 'k' });
    const [first, second] = [await send(), await send()];
    expect(second.json).toEqual({ ...first.json, duplicate: true });
    expect(api.events.all()).toHaveLength(1);
    expect(api.queues.deliveries.map(({ task }) => task.mayRepeat)).toEqual([undefined, true]);
  });
});

describe('deleting an endpoint', () => {
  test('takes its subscriptions with it', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const reply = await api.send('DELETE', `/v1/endpoints/${id}`);
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect((await api.send('GET', `/v1/endpoints/${id}`)).status).toBe(404);
    expect((await api.send('GET', '/v1/subscriptions')).json.data).toEqual([]);
    expect((await api.send('DELETE', `/v1/endpoints/${id}`)).status).toBe(404);
  });
});

test('deleting a paused endpoint sends what it held to the queue, where it is canceled', async () => {
  const api = await anApi();
  const { id } = await createdEndpoint(api);
  await api.send('POST', `/v1/endpoints/${id}/pause`);
  await api.send('DELETE', `/v1/endpoints/${id}`);
  expect(api.queues.wakes.map(({ task }) => task)).toEqual([
    { v: 1, project: api.project, endpoint: id, release: true },
  ]);
});

describe('listing endpoints', () => {
  test('newest first, in pages, by owner', async () => {
    const api = await anApi();
    const ids: string[] = [];
    for (const owner_id of ['a', 'b', 'a', 'a']) {
      api.clock.advance(1);
      ids.unshift((await createdEndpoint(api, { owner_id })).id);
    }
    const first = await api.send('GET', '/v1/endpoints?owner_id=a&limit=2');
    expect(first.json.pagination).toEqual({ limit: 2, next: expect.any(String), has_more: true });
    const second = await api.send(
      'GET',
      `/v1/endpoints?owner_id=a&limit=2&cursor=${first.json.pagination.next}`,
    );
    expect(second.json.pagination).toEqual({ limit: 2, next: null, has_more: false });
    const shown = [...first.json.data, ...second.json.data].map((one) => one.id);
    expect(shown).toEqual([ids[0], ids[1], ids[3]]);
    expect(first.text).not.toContain('whsec_');
  });
});
