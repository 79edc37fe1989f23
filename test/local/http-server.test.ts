import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpApi } from '../../local/http/server.ts';
import { listenNear } from '../../local/listen.ts';
import type { LocalFunction } from '../../local/runtime/function.ts';

const api = httpApi();
let base: string;

const answers: Record<string, (event: unknown) => Promise<unknown>> = {
  good: async (event) => ({ statusCode: 201, body: JSON.stringify(event) }),
  broken: async () => {
    throw new Error('broken');
  },
  stuck: () => new Promise(() => {}),
};
const fn = (name: string) => ({ invoke: answers[name] }) as unknown as LocalFunction;
const route = (path: string, functionName: string) => ({ method: 'POST', path, functionName, timeoutMs: 50 });

beforeAll(async () => {
  base = `http://127.0.0.1:${await listenNear(api.server, 0)}`;
});
afterAll(() => {
  api.server.close();
  api.server.closeAllConnections();
});

const post = (path: string, body = '') =>
  fetch(base + path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });

test('answers 503 until its routes are open, then as API Gateway does', async () => {
  expect((await post('/good')).status).toBe(503);
  api.open([route('/good', 'good'), route('/broken', 'broken'), route('/stuck', 'stuck')], fn, () => {});
  const good = await post('/good', 'text');
  expect(good.status).toBe(201);
  expect(await good.json()).toMatchObject({ version: '2.0', body: 'text', routeKey: 'POST /good' });
  expect([(await post('/broken')).status, (await post('/stuck')).status]).toEqual([500, 503]);
  const lost = await post('/nowhere');
  expect([lost.status, await lost.json()]).toEqual([404, { message: 'Not Found' }]);
});

test.each([
  ['//', 404],
  ['//good', 404],
  ['/good/../good', 404],
  ['*', 400],
  ['http://[', 400],
  ['http://other.example/good', 400],
])('answers a request for %s, which no parser of addresses repairs, and goes on', async (target, status) => {
  api.open([route('/good', 'good')], fn, () => {});
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.write(`POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect((await post('/good')).status).toBe(201);
});

test('refuses a body above ten megabytes', async () => {
  expect((await post('/good', 'x'.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
});

test('takes the next port when the wanted one is taken', async () => {
  const other = httpApi();
  const taken = Number(new URL(base).port);
  expect(await listenNear(other.server, taken)).toBeGreaterThan(taken);
  other.server.close();
});
