/** Over real sockets: what a server, a middlebox or a broken line can do to an answer. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createExchange, type Exchange } from '../../lambdas/aws/exchange.ts';

const BODY = JSON.stringify({ text: 'Grüße, 🎺' });
const LENGTH = Buffer.byteLength(BODY);
const WHOLE = `HTTP/1.1 200 OK\r\ncontent-length: ${LENGTH}\r\n\r\n${BODY}`;

describe('an exchange', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    server.close();
  });

  /** `answer` is called for each request, with how many came before. */
  async function serve(answer: (socket: Socket, count: number) => void, scheme = 'http'): Promise<Exchange> {
    let count = 0;
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      let read = '';
      socket.on('data', (chunk) => {
        read += chunk;
        if (!read.endsWith('{}')) return;
        read = '';
        answer(socket, count++);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return createExchange(new URL(`${scheme}://127.0.0.1:${port}`), { connectMs: 80, requestMs: 200 });
  }

  it('gives status, headers and body', async () => {
    const exchange = await serve((socket) => socket.write(WHOLE));
    expect(await exchange({ 'x-amz-target': 't' }, '{}')).toMatchObject({
      status: 200,
      headers: { 'content-length': String(LENGTH) },
      body: BODY,
    });
  });

  it('puts together a body that comes byte by byte, through the middle of characters', async () => {
    const exchange = await serve(async (socket) => {
      socket.setNoDelay();
      for (const byte of Buffer.from(WHOLE)) {
        socket.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect((await exchange({}, '{}')).body).toBe(BODY);
  });

  it('reads chunks', async () => {
    const chunks = [...BODY].map((one) => `${Buffer.byteLength(one).toString(16)}\r\n${one}\r\n`).join('');
    const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const exchange = await serve((socket) => socket.write(`${head}${chunks}0\r\n\r\n`));
    expect((await exchange({}, '{}')).body).toBe(BODY);
  });

  it('uses one connection for calls in a row', async () => {
    const exchange = await serve((socket) => socket.write(WHOLE));
    await exchange({}, '{}');
    await exchange({}, '{}');
    expect(sockets.size).toBe(1);
  });

  it.each([
    ['before it', ''],
    ['within its headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['within its body', WHOLE.slice(0, -5)],
    ['within a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"a"'],
  ])('rejects with a lost connection when it breaks %s', async (_, part) => {
    const reset = await serve((socket) => socket.write(part, () => socket.resetAndDestroy()));
    await expect(reset({}, '{}')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const ended = await serve((socket) => socket.end(part));
    await expect(ended({}, '{}')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    ['silence', ''],
    ['half an answer', WHOLE.slice(0, -5)],
  ])('rejects in time after %s', async (_, part) => {
    const exchange = await serve((socket) => socket.write(part));
    await expect(exchange({}, '{}')).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'no answer within 200 ms',
    });
  });

  it('rejects sooner when no connection comes about', async () => {
    const exchange = await serve(() => {}, 'https');
    await expect(exchange({}, '{}')).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'no connection within 80 ms',
    });
  });

  it('rejects what is no HTTP', async () => {
    const exchange = await serve((socket) => socket.write('220 mail.example ESMTP\r\n'));
    await expect(exchange({}, '{}')).rejects.toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
  });
});
