import { describe, expect, test } from 'vitest';
import { anId, NOW } from '../factories.ts';
import { anApi } from '../flow/api/api-under-test.ts';

describe('every answer', () => {
  test('carries its request’s id and is kept by nobody', async () => {
    const api = await anApi();
    for (const reply of [await api.send('GET', '/v1/health'), await api.send('GET', '/v1/nowhere')]) {
      expect(reply.headers).toMatchObject({
        'x-request-id': 'req-1',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });

  test('that is a problem says so, in one shape', async () => {
    const reply = await (await anApi()).send('GET', '/v1/endpoints/x');
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.json).toEqual({
      type: 'urn:posthorn:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is no endpoint x here.',
      code: 'not_found',
      errors: [],
      request_id: 'req-1',
    });
  });
});

describe('routes', () => {
  test.each([
    ['GET', '/', 404],
    ['GET', '/v1', 404],
    ['GET', '/v1/endpoints/a/b', 404],
    ['GET', '/v2/endpoints', 404],
    ['GET', '/v1/endpoints/', 200],
    ['GET', '/V1/endpoints', 404],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await (await anApi()).send(method, path)).status).toBe(status);
  });

  test.each([
    ['PUT', '/v1/endpoints/x', 'DELETE, GET, PATCH'],
    ['DELETE', '/v1/events', 'GET, POST'],
    ['GET', '/v1/events/x/replay', 'POST'],
    ['POST', '/v1/health', 'GET'],
    ['OPTIONS', '/v1/endpoints', 'GET, POST'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const reply = await (await anApi()).send(method, path);
    expect(reply).toMatchObject({ status: 405, headers: { allow }, json: { code: 'method_not_allowed' } });
  });

  test('health and the document need no key', async () => {
    const api = await anApi();
    expect(await api.send('GET', '/v1/health', { key: undefined })).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    });
    expect(await api.send('GET', '/v1/openapi.json', { key: undefined })).toMatchObject({ status: 200 });
  });

  test('egress addresses are shown to those with a key', async () => {
    const api = await anApi();
    expect((await api.send('GET', '/v1/egress-ips')).json).toEqual({ data: ['203.0.113.10'] });
    expect((await api.send('GET', '/v1/egress-ips', { key: undefined })).status).toBe(401);
  });
});

describe('keys', () => {
  const get = '/v1/endpoints';

  test.each([
    ['none', undefined, 'key_missing', 'Bearer realm="posthorn"'],
    ['nonsense', 'phk_nonsense', 'key_malformed', 'Bearer realm="posthorn", error="invalid_token"'],
  ])('%s is 401', async (_, key, code, challenge) => {
    const reply = await (await anApi()).send('GET', get, { key });
    expect(reply).toMatchObject({ status: 401, json: { code }, headers: { 'www-authenticate': challenge } });
  });

  test('another scheme is 401', async () => {
    const api = await anApi();
    const reply = await api.send('GET', get, { headers: { authorization: `Basic ${api.key}` } });
    expect(reply).toMatchObject({ status: 401, json: { code: 'key_malformed' } });
  });

  test('a typing mistake is refused without a read', async () => {
    const api = await anApi();
    api.config.key = () => Promise.reject(new Error('was read'));
    const wrong = api.key.slice(0, -1) + (api.key.endsWith('0') ? '1' : '0');
    expect(await api.send('GET', get, { key: wrong })).toMatchObject({
      status: 401,
      json: { code: 'key_malformed' },
    });
  });

  test('an unknown key of a known shape is 401', async () => {
    const [api, other] = [await anApi(), await anApi()];
    const key = await other.keyFor({ id: anId('prj', 'elsewhere') }, ['read']);
    expect(await api.send('GET', get, { key })).toMatchObject({ status: 401, json: { code: 'key_unknown' } });
  });

  test('a revoked key is refused at once where it was not used, and within a minute where it was', async () => {
    const api = await anApi();
    const used = await api.keyFor({ id: anId('prj', 'a') }, ['read']);
    expect((await api.send('GET', get, { key: used })).status).toBe(200);
    await api.config.revokeKey(anId('prj', 'a'), anId('key', `${anId('prj', 'a')} read`), NOW);
    expect((await api.send('GET', get, { key: used })).status).toBe(200);
    api.clock.advance(60_000);
    expect(await api.send('GET', get, { key: used })).toMatchObject({
      status: 401,
      json: { code: 'key_revoked' },
    });
  });

  test('a key in use is read once a minute', async () => {
    const api = await anApi();
    const { key } = api.config;
    let reads = 0;
    api.config.key = (...args) => {
      reads++;
      return key(...args);
    };
    for (let count = 0; count < 5; count++) await api.send('GET', get);
    expect(reads).toBe(1);
  });
});

describe('bodies and headers', () => {
  test('a byte order mark is no mistake, whatever the content type', async () => {
    const api = await anApi();
    const text = `\ufeff${JSON.stringify({ type: 'a', data: 1 })}`;
    expect((await api.send('POST', '/v1/events', { body: text })).status).toBe(202);
    expect((await api.send('POST', '/v1/events', { body: text, base64: true })).status).toBe(202);
  });

  test('a field called like what every object has is unknown like any other', async () => {
    const body = '{"type":"a","data":1,"constructor":1,"toString":2,"__proto__":{"x":1}}';
    const { json } = await (await anApi()).send('POST', '/v1/events', { body });
    expect(json.errors.map(({ field }) => field)).toEqual(['constructor', 'toString', '__proto__']);
    for (const { detail } of json.errors) expect(detail).toContain('is not a field here; allowed: type');
  });

  test.each([
    ['unknown fields', (n: number) => Array.from({ length: n }, (_, i) => `"k${i}":1`).join()],
    ['bad headers', (n: number) => `"headers":{${Array.from({ length: n }, (_, i) => `"k ${i}":"v"`)}}`],
    [
      'headers of the wrong type',
      (n: number) => `"headers":{${Array.from({ length: n }, (_, i) => `"k${i}":1`)}}`,
    ],
    ['a long name', (n: number) => `"${'k'.repeat(n)}":1`],
  ])('a body full of %s gets a short answer', async (_, fields) => {
    const body = `{"type":"a","data":1,${fields(20_000)}}`;
    const { status, text } = await (await anApi()).send('POST', '/v1/events', { body });
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(40_000);
  });

  test('a body that is not UTF-8 is malformed', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/endpoints', { body: 'gA==', rawBase64: true });
    expect(reply).toMatchObject({ status: 400, json: { code: 'malformed_json' } });
    expect(reply.json.detail).toContain('UTF-8');
  });

  test.each(['', 'k'.repeat(257), 'a\u0000b', 'ü'])(
    'the idempotency key %j is refused',
    async (idempotencyKey) => {
      const reply = await (await anApi()).send('POST', '/v1/endpoints', { body: {}, idempotencyKey });
      expect(reply).toMatchObject({ status: 400, json: { errors: [{ field: 'Idempotency-Key' }] } });
    },
  );

  test('an idempotency key on other methods means nothing', async () => {
    const reply = await (await anApi()).send('GET', '/v1/endpoints', { idempotencyKey: '' });
    expect(reply.status).toBe(200);
  });
});

describe('faults', () => {
  const failing = async (error: unknown) => {
    const api = await anApi();
    api.config.listEndpoints = () => Promise.reject(error);
    return { api, reply: await api.send('GET', '/v1/endpoints') };
  };
  const named = (name: string) => Object.assign(new Error('inside: table-17'), { name });

  test.each([
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'ServiceUnavailable',
    'InternalServerError',
    'TimeoutError',
  ])('%s is 503 with Retry-After', async (name) => {
    const { reply } = await failing(named(name));
    expect(reply).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  test.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    [
      'one inside another error',
      new Error('outer', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
    ],
    ['several at once', new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })])],
    ['a 5xx of AWS', Object.assign(new Error('x'), { name: 'Strange', $metadata: { httpStatusCode: 502 } })],
  ])('%s is 503', async (_, error) => {
    expect((await failing(error)).reply.status).toBe(503);
  });

  test.each([
    ['an error', new Error('inside: table-17')],
    ['a validation error of AWS', named('ValidationException')],
    ['no error at all', 'text'],
  ])('%s is 500, tells nothing of our inside, and is logged', async (_, error) => {
    const { api, reply } = await failing(error);
    expect(reply).toMatchObject({ status: 500, json: { code: 'internal', request_id: 'req-1' } });
    expect(reply.text).not.toMatch(/inside|table|at /);
    expect(api.log.lines).toMatchObject([
      { level: 'error', what: 'api.fault', fields: { request: 'req-1', path: '/v1/endpoints' } },
    ]);
  });

  test('neither keys nor bodies reach the log', async () => {
    const api = await anApi();
    api.config.createEndpoint = () => Promise.reject(new Error('broken'));
    const body = { url: 'https://hooks.example.com/secret-path', headers: { 'X-Token': 'canary' } };
    await api.send('POST', '/v1/endpoints?canary=1', { body, idempotencyKey: 'canary' });
    const logged = JSON.stringify(api.log.lines);
    expect(logged).not.toContain('canary');
    expect(logged).not.toContain('secret-path');
    expect(logged).not.toContain('phk_');
  });
});
