/** When a connection is used again, and that using one never hides or repeats an attempt. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { caller, gist, post } from './attempt.ts';
import { type Answer, bytes, OK, receive } from './receiver.ts';

const LOOPBACK = { http: true, cidrs: ['127.0.0.0/8'] };

it('uses one connection for attempts in a row', async () => {
  const receiver = await receive(bytes(OK));
  const http = caller();
  for (let attempt = 0; attempt < 5; attempt++) await post(http, `http://127.0.0.1:${receiver.port}/`);
  expect(receiver.connections).toBe(1);
  expect(receiver.requests).toHaveLength(5);
});

it('connects again when the receiver closed the idle connection', async () => {
  const closed: Promise<unknown>[] = [];
  const receiver = await receive((socket) => {
    closed.push(once(socket, 'close'));
    socket.end(OK);
  });
  const http = caller();
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(gist(await post(http, `http://127.0.0.1:${receiver.port}/`))).toBe(200);
    await Promise.all(closed);
  }
  expect(receiver.connections).toBe(5);
});

it('uses none that the receiver closed with its answer, however many attempts are made at once', async () => {
  let answered = 0;
  const receiver = await receive((socket) => (answered++ % 3 === 0 ? socket.end(OK) : socket.write(OK)));
  const http = caller();
  const inARow = async () => {
    const gists: (number | string)[] = [];
    for (let attempt = 0; attempt < 20; attempt++) {
      gists.push(gist(await post(http, `http://127.0.0.1:${receiver.port}/`, { timeoutMs: 5000 })));
    }
    return gists;
  };
  const gists = await Promise.all(Array.from({ length: 10 }, inARow));
  expect(new Set(gists.flat())).toEqual(new Set([200]));
  expect(receiver.requests).toHaveLength(200);
});

it('does not use a connection that was idle while the process stood still', async () => {
  const receiver = await receive(bytes(OK));
  let now = 0;
  const http = caller({ now: () => now });
  await post(http, `http://127.0.0.1:${receiver.port}/`);
  now += 4001;
  await post(http, `http://127.0.0.1:${receiver.port}/`);
  expect(receiver.connections).toBe(2);
});

it('lets go of a connection after a minute, so that a name that moved is followed', async () => {
  const receiver = await receive(bytes(OK));
  let now = 0;
  const http = caller({ now: () => now });
  for (; now <= 90_000; now += 3000) await post(http, `http://127.0.0.1:${receiver.port}/`);
  expect(receiver.connections).toBe(2);
});

it('makes one attempt of one request: a reset on a kept connection is not sent again unseen', async () => {
  const answers: Answer[] = [bytes(OK), (socket) => socket.resetAndDestroy()];
  const receiver = await receive((socket, request) => answers.shift()?.(socket, request));
  const http = caller();
  expect(gist(await post(http, `http://127.0.0.1:${receiver.port}/`))).toBe(200);
  expect(gist(await post(http, `http://127.0.0.1:${receiver.port}/`))).toBe('connection_reset');
  expect(receiver.requests).toHaveLength(2);
});

it('does not share connections between projects that may reach different places', async () => {
  const receiver = await receive(bytes(OK));
  const http = caller();
  const url = `http://hooks.example.com:${receiver.port}/`;
  expect(gist(await post(http, url, { allowance: LOOPBACK }))).toBe(200);
  expect(gist(await post(http, url, { allowance: { http: true, cidrs: [] } }))).toBe('address_blocked');
  expect(receiver.requests).toHaveLength(1);
});

it('resolves a name once for each connection, not for each attempt', async () => {
  const receiver = await receive(bytes(OK));
  const resolve = vi.fn(async () => ['127.0.0.1']);
  const http = caller({ resolve });
  for (let attempt = 0; attempt < 3; attempt++)
    await post(http, `http://hooks.example.com:${receiver.port}/`);
  expect(resolve).toHaveBeenCalledTimes(1);
});

it('closes a connection whose response was too large to read to the end', async () => {
  const large = `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`;
  const receiver = await receive(bytes(large));
  const http = caller();
  await post(http, `http://127.0.0.1:${receiver.port}/`);
  await post(http, `http://127.0.0.1:${receiver.port}/`);
  expect(receiver.connections).toBe(2);
});

it.each([
  ['at once', (socket: Socket, text: string) => socket.write(text)],
  ['a moment later', (socket: Socket, text: string) => setImmediate(() => socket.write(text))],
])(
  'never takes what a receiver sent beyond its answer, %s, for the answer to the next',
  async (_when, write) => {
    const closed: Promise<unknown>[] = [];
    const receiver = await receive((socket) => {
      closed.push(once(socket, 'close'));
      socket.on('end', () => socket.end());
      socket.write('HTTP/1.1 500 E\r\nContent-Length: 2\r\n\r\nno');
      write(socket, OK);
    });
    const http = caller();
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(gist(await post(http, `http://127.0.0.1:${receiver.port}/`))).toBe(500);
      await Promise.all(closed);
      expect(receiver.connections).toBe(attempt);
    }
  },
);
