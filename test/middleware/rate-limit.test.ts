import { describe, expect, test } from 'vitest';
import { anApi } from '../flow/api/api-under-test.ts';

const AMPLE = { perSecond: 10_000, burst: 10_000 };
const SMALL = { perSecond: 1, burst: 2 };
const HEADERS = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];

describe('the rate limit of a key', () => {
  test('is told with every answer to a key, whatever the answer', async () => {
    const api = await anApi({}, AMPLE);
    const reader = await api.keyFor({ id: 'prj_00000000000000000000000009' }, ['read']);
    const answers = [
      [200, await api.send('GET', '/v1/endpoints')],
      [404, await api.send('GET', '/v1/endpoints/x')],
      [400, await api.send('POST', '/v1/endpoints', { body: '{' })],
      [400, await api.send('POST', '/v1/endpoints', { body: {}, idempotencyKey: 'ä' })],
      [403, await api.send('POST', '/v1/endpoints', { key: reader, body: {} })],
    ] as const;
    for (const [status, reply] of answers) {
      expect(reply.status).toBe(status);
      expect(reply.headers).toMatchObject({
        'ratelimit-limit': '10000',
        'ratelimit-remaining': expect.stringMatching(/^99\d\d$/),
        'ratelimit-reset': '1',
      });
    }
  });

  test('is told with a fault of ours as well', async () => {
    const subscriptions = { listSubscriptions: () => Promise.reject(new Error('broken')) };
    const api = await anApi({ subscriptions: subscriptions as never }, AMPLE);
    const reply = await api.send('GET', '/v1/subscriptions');
    expect(reply.status).toBe(500);
    expect(Object.keys(reply.headers)).toEqual(expect.arrayContaining(HEADERS));
  });

  test('is not told to whom no key is known', async () => {
    const api = await anApi({}, AMPLE);
    for (const reply of [
      await api.send('GET', '/v1/health', { key: undefined }),
      await api.send('GET', '/v1/endpoints', { key: undefined }),
      await api.send('GET', '/v1/nowhere'),
    ]) {
      for (const header of HEADERS) expect(reply.headers).not.toHaveProperty(header);
    }
  });

  test('answers 429 and when to come again, and lets the key in again then', async () => {
    const api = await anApi({}, SMALL);
    const ask = () => api.send('GET', '/v1/endpoints');
    for (let request = 0; request < 3; request++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 429,
      json: { code: 'rate_limited', type: 'urn:posthorn:problem:rate_limited', request_id: 'req-1' },
      headers: {
        'content-type': 'application/problem+json',
        'retry-after': '1',
        'ratelimit-limit': '2',
        'ratelimit-remaining': '0',
        'ratelimit-reset': '2',
      },
    });
    api.clock.advance(1_000);
    expect((await ask()).status).toBe(200);
  });

  test('counts what a key may not do, and nothing of what needs no key', async () => {
    const api = await anApi({}, SMALL);
    const publisher = await api.keyFor({ id: 'prj_00000000000000000000000008' }, ['publish']);
    for (let request = 0; request < 9; request++) await api.send('GET', '/v1/health', { key: publisher });
    const statuses = [];
    for (let request = 0; request < 4; request++) {
      statuses.push((await api.send('GET', '/v1/endpoints', { key: publisher })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429]);
  });
});
