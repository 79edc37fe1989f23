/** What arrives at the receiver, and what is recorded of the way there. */
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { caller, failureOf, gist, post, responseOf } from './attempt.ts';
import { bytes, OK, receive } from './receiver.ts';

it('is one POST with the given headers, the Host of the name and the exact length', async () => {
  const receiver = await receive(bytes(OK));
  await post(caller(), `http://Hooks.Example.com:${receiver.port}/in?a=%20b`, {
    headers: { 'webhook-id': 'evt_1', 'content-type': 'text/plain', host: 'evil.example.com' },
    body: Buffer.from('héllo'),
  });
  expect(receiver.requests).toEqual([
    [
      'POST /in?a=%20b HTTP/1.1',
      'webhook-id: evt_1',
      'content-type: text/plain',
      `host: hooks.example.com:${receiver.port}`,
      'content-length: 6',
      'Connection: keep-alive',
    ].join('\r\n'),
  ]);
});

it.each([
  ['PUT', '{"a":1}'],
  ['PATCH', '{"a":1}'],
  ['DELETE', '{"a":1}'],
  ['GET', '{"a":1}'],
  ['DELETE', ''],
  ['GET', ''],
] as const)('may be a %s, with %j and its exact length', async (method, text) => {
  const receiver = await receive(bytes(OK));
  const body = Buffer.from(text);
  const headers = { 'content-length': String(body.length) };
  const result = await post(caller(), `http://127.0.0.1:${receiver.port}/x`, { method, headers, body });
  expect(gist(result)).toBe(200);
  const [request] = receiver.requests;
  expect(request).toContain(`${method} /x HTTP/1.1`);
  expect(request!.match(/content-length: \d+/gi)).toEqual([`content-length: ${body.length}`]);
  expect(request).not.toMatch(/transfer-encoding/i);
});

it('records every phase of a new connection, and zeros for what a kept one did not need', async () => {
  const receiver = await receive(bytes(OK));
  const http = caller();
  const url = `http://hooks.example.com:${receiver.port}/`;
  const first = responseOf(await post(http, url));
  const second = responseOf(await post(http, url));
  expect(Object.keys(first.phases)).toEqual(['dns', 'connect', 'send', 'wait', 'read']);
  expect(second.phases).toMatchObject({ dns: 0, connect: 0 });
  expect([first.address, second.address]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(receiver.connections).toBe(1);
});

it('says that nothing listens', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const result = failureOf(await post(caller(), `http://127.0.0.1:${port}/`));
  expect(result).toMatchObject({ error: 'connection_refused', address: '127.0.0.1' });
  expect(Object.keys(result.phases)).toEqual(['dns', 'connect']);
});

it('goes on to the next address of a name when one refuses', async () => {
  const receiver = await receive(bytes(OK));
  const http = caller({ resolve: async () => ['127.0.0.2', '127.0.0.1'] });
  const allowance = { http: true, cidrs: ['127.0.0.0/30'] };
  const result = await post(http, `http://hooks.example.com:${receiver.port}/`, { allowance });
  expect(responseOf(result).address).toBe('127.0.0.1');
});

it('blames us, not the receiver, when a header can not be sent at all', async () => {
  const receiver = await receive(bytes(OK));
  const result = await post(caller(), `http://127.0.0.1:${receiver.port}/`, {
    headers: { 'x-bad': 'a\r\nb: c' },
  });
  expect(gist(result)).toContain('our_fault');
  expect(receiver.connections).toBe(0);
});

it('gives a hundred attempts at once their own connections and answers', async () => {
  const receiver = await receive((socket, request) => {
    const path = /^POST (\S+)/.exec(request)?.[1] ?? '';
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
  });
  const http = caller();
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
  const results = await Promise.all(
    paths.map((path) => post(http, `http://127.0.0.1:${receiver.port}${path}`, { timeoutMs: 5000 })),
  );
  expect(results.map((result) => Buffer.from(responseOf(result).response.body).toString())).toEqual(paths);
});
