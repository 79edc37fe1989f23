import { describe, expect, test } from 'vitest';
import { inProcessTransformer } from '../../../lambdas/adapters/jsonata/in-process.ts';
import type { Transformer } from '../../../lambdas/ports/transformer.ts';
import { PROJECT_ID } from '../../factories.ts';
import { anApi, createdEndpoint, publishedEvent } from './api-under-test.ts';

const EXPRESSION = '{"body": {"id": body.id}}';
const FORWARD = { method: true, path: true, query: true, headers: ['X-Tenant'] };
const shown = { ...FORWARD, headers: ['x-tenant'] };

describe('a subscription that rewrites', () => {
  test('is made, shown, changed and made ordinary again', async () => {
    const api = await anApi();
    const { id: endpoint_id } = await createdEndpoint(api);
    const body = { endpoint_id, forward: FORWARD, transformation: EXPRESSION };
    const made = await api.send('POST', '/v1/subscriptions', { body });
    expect(made).toMatchObject({ status: 201, json: { forward: shown, transformation: EXPRESSION } });
    const path = `/v1/subscriptions/${made.json.id}`;
    expect((await api.send('GET', path)).json).toEqual(made.json);
    const other = await api.send('PATCH', path, { body: { event_types: ['a'] } });
    expect(other.json).toMatchObject({ forward: shown, transformation: EXPRESSION });
    const all = await api.send('PATCH', path, { body: { forward: { headers: '*' } } });
    expect(all.json).toMatchObject({
      forward: { method: false, path: false, query: false, headers: '*' },
      transformation: EXPRESSION,
    });
    const none = await api.send('PATCH', path, { body: { forward: null, transformation: null } });
    expect(none.json).toMatchObject({ forward: null, transformation: null });
  });

  test('may be an endpoint’s first', async () => {
    const api = await anApi();
    const made = await createdEndpoint(api, { forward: FORWARD, transformation: EXPRESSION });
    expect(made.subscriptions).toMatchObject([{ forward: shown, transformation: EXPRESSION }]);
  });

  test.each([
    [{ transformation: '{"body": }' }, 'transformation', 'bad_expression', 'at character 10'],
    [{ transformation: '{\n  "body": }' }, 'transformation', 'bad_expression', 'at line 2, character 11'],
    [{ transformation: '' }, 'transformation', 'bad_expression', ''],
    [
      { transformation: `"${'a'.repeat(8 * 1024)}"` },
      'transformation',
      'too_big',
      'at most 8192 bytes, not 8194',
    ],
    [{ transformation: 7 }, 'transformation', 'wrong_type', 'must be text'],
    [{ forward: { headers: ['Host'] } }, 'forward.headers[0]', 'reserved_header', 'set by the gateway'],
    [{ forward: { headers: ['a b'] } }, 'forward.headers[0]', 'bad_header_name', 'letters'],
    [{ forward: { headers: 'x-a' } }, 'forward.headers', 'invalid', 'must be "*" or a list of names'],
    [{ forward: { body: true } }, 'forward.body', 'unknown_field', ''],
  ])('with a mistake (%j) is refused, with its place', async (fields, field, code, words) => {
    const api = await anApi();
    const { id: endpoint_id, subscriptions } = await createdEndpoint(api);
    const error = { field, code, detail: expect.stringContaining(words) };
    for (const [method, path, body] of [
      ['POST', '/v1/subscriptions', { endpoint_id, ...fields }],
      ['PATCH', `/v1/subscriptions/${subscriptions[0]!.id}`, fields],
      ['POST', '/v1/endpoints', { url: 'https://receiver.test.dev/', ...fields }],
    ] as const) {
      const reply = await api.send(method, path, { body });
      expect(reply).toMatchObject({ status: 400, json: { errors: [error] } });
    }
  });

  test('with mistakes in its filter too is refused with all of them', async () => {
    const api = await anApi();
    const { id: endpoint_id, subscriptions } = await createdEndpoint(api);
    const body = { filter: { body: { a: { $gtt: 1 } } }, transformation: '{"body": }' };
    const errors = [{ field: 'filter.body.a.$gtt' }, { field: 'transformation' }];
    const made = await api.send('POST', '/v1/subscriptions', { body: { endpoint_id, ...body } });
    expect(made).toMatchObject({ status: 400, json: { errors } });
    const path = `/v1/subscriptions/${subscriptions[0]!.id}`;
    const changed = await api.send('PATCH', path, { body });
    expect(changed).toMatchObject({ status: 400, json: { errors } });
  });

  test('releases what it held when its rewriting is changed, and not by another change', async () => {
    const api = await anApi();
    const { id: endpoint, subscriptions } = await createdEndpoint(api, { transformation: EXPRESSION });
    const via = subscriptions[0]!.id;
    const path = `/v1/subscriptions/${via}`;
    await api.send('PATCH', path, { body: { event_types: ['*'] } });
    expect(api.queues.wakes).toEqual([]);
    await api.send('PATCH', path, { body: { transformation: EXPRESSION } });
    const task = { v: 1, project: PROJECT_ID, endpoint, mended: { via, at: api.clock.now() } };
    const twice = [
      { task, delayMs: 5_000 },
      { task, delayMs: 60_000 },
    ];
    expect(api.queues.wakes).toMatchObject(twice);
    api.queues.wakes.splice(0);
    await api.send('DELETE', path);
    expect(api.queues.wakes).toMatchObject(twice);
  });
});

test('whatever a project has read or evaluated waits for its own, and for nobody else’s', async () => {
  const whose: unknown[] = [];
  const { check, run } = inProcessTransformer();
  const transformer: Transformer = {
    async check(expression, project) {
      whose.push(project);
      return check(expression);
    },
    async run(expression, input, project) {
      whose.push(project);
      return run(expression, input);
    },
  };
  const api = await anApi({ transformer });
  const body = { transformation: EXPRESSION };
  const { id: endpoint_id, subscriptions } = await createdEndpoint(api, body);
  await api.send('POST', '/v1/subscriptions', { body: { endpoint_id, ...body } });
  await api.send('PATCH', `/v1/subscriptions/${subscriptions[0]!.id}`, { body });
  await api.send('POST', '/v1/transformations/test', { body });
  expect(whose).toEqual([PROJECT_ID, PROJECT_ID, PROJECT_ID, PROJECT_ID]);
});

describe.each(['transformations', 'filters'])('%s/test', (which) => {
  test.each(['headers', 'query'])('says what %s have to be', async (field) => {
    const what = which === 'filters' ? { filter: { body: { a: 1 } } } : { transformation: '1' };
    const body = { ...what, [field]: { a: 1 } };
    const reply = await (await anApi()).send('POST', `/v1/${which}/test`, { body });
    const error = { field: `${field}.a`, detail: 'must be text or a list of texts' };
    expect(reply).toMatchObject({ status: 400, json: { errors: [error] } });
  });
});

describe('transformations/test', () => {
  const ask = async (body: object) => (await anApi()).send('POST', '/v1/transformations/test', { body });

  test('answers what would be sent of a given event', async () => {
    const reply = await ask({
      transformation:
        '{"body": {"t": type, "m": method, "p": path, "q": query.a, "h": headers.`x-a`, "n": body.n}, "headers": {"x-b": "1"}, "path": "/x"}',
      type: 'order.made',
      method: 'PUT',
      path: '/orders',
      query: { a: '1' },
      headers: { 'X-A': 'b' },
      body: { n: 7 },
    });
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.json).toEqual({
      ok: true,
      body: '{"t":"order.made","m":"PUT","p":"/orders","q":"1","h":"b","n":7}',
      content_type: 'application/json',
      headers: { 'x-b': '1' },
      path: '/x',
      query: null,
    });
  });

  test('and of a stored one', async () => {
    const api = await anApi();
    const event = await publishedEvent(api, { type: 'a.b', data: { id: 9 }, owner_id: 'cus_1' });
    const transformation = '{"body": [body.id, owner_id, type], "content_type": "text/plain"}';
    const body = { transformation, event_id: event.id };
    const reply = await api.send('POST', '/v1/transformations/test', { body });
    expect(reply.json).toMatchObject({ ok: true, body: '[9,"cus_1","a.b"]', content_type: 'text/plain' });
    const both = await api.send('POST', '/v1/transformations/test', { body: { ...body, type: 'x' } });
    expect(both).toMatchObject({ status: 400, json: { errors: [{ field: 'type', code: 'not_allowed' }] } });
  });

  test('names a body that is nested too deeply to be written', async () => {
    const body = `{"transformation": "{\\"body\\": 1}", "body": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const reply = await (await anApi()).send('POST', '/v1/transformations/test', { body });
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ field: 'body', code: 'too_deep' }] } });
  });

  test.each([
    ['{"body": }', 'at character 10', 10],
    ['{"body": $number("x")}', 'Unable to cast', expect.any(Number)],
    ['{"headers": {}}', 'no "body"', null],
    ['{"body": 1, "path": "/.."}', '"." or ".."', null],
  ])('answers what is wrong with %s', async (transformation, words, position) => {
    const reply = await ask({ transformation });
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.json).toEqual({ ok: false, error: { message: expect.stringContaining(words), position } });
  });

  test('refuses an expression no subscription could have', async () => {
    const reply = await ask({ transformation: 'x'.repeat(9_000) });
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ field: 'transformation' }] } });
  });
});
