/** Receivers that answer badly. Each verdict is by status when complete headers came, and never a crash. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { caller, DEADLINE_SLACK_MS, gist, post, responseOf, SHORT_TIMEOUT_MS } from './attempt.ts';
import { type Answer, accept, bytes, OK, receive } from './receiver.ts';

const resetAfter =
  (text: string): Answer =>
  (socket) =>
    socket.write(text, () => setImmediate(() => socket.resetAndDestroy()));
const endAfter =
  (text: string): Answer =>
  (socket) =>
    socket.end(text);

const ANSWERS: readonly (readonly [what: string, answer: Answer, verdict: number | string])[] = [
  ['an ordinary answer', bytes(OK), 200],
  ['no content', bytes('HTTP/1.1 204 No Content\r\n\r\n'), 204],
  ['HTTP/1.0', endAfter('HTTP/1.0 200 OK\r\n\r\nok'), 200],
  ['no reason phrase', bytes('HTTP/1.1 202 \r\nContent-Length: 0\r\n\r\n'), 202],
  ['early hints, then 200', bytes(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`), 200],
  ['an unasked 100, then 200', bytes(`HTTP/1.1 100 Continue\r\n\r\n${OK}`), 200],
  [
    'an unasked 102, then 500',
    bytes('HTTP/1.1 102 P\r\n\r\nHTTP/1.1 500 E\r\nContent-Length: 0\r\n\r\n'),
    500,
  ],
  [
    'a body cut short by a reset after 200',
    resetAfter('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'),
    200,
  ],
  [
    'a body cut short by an end after 200',
    endAfter('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'),
    200,
  ],
  ['a bad chunk after 200', bytes('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'), 200],
  ['a bad chunk after 500', bytes('HTTP/1.1 500 E\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n'), 500],
  ['status 099', bytes('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'), 99],
  ['status 999', bytes('HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'), 999],
  ['status 1000', bytes('HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n'), 'bad_response'],
  [
    '101 with an upgrade',
    bytes('HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'),
    'bad_response',
  ],
  ['101 without one', bytes('HTTP/1.1 101 Switching Protocols\r\n\r\n'), 'bad_response'],
  ['HTTP/0.9', endAfter('<html>hello</html>'), 'bad_response'],
  ['HTTP/2 frames', bytes('\x00\x00\x12\x04\x00\x00\x00\x00\x00'), 'bad_response'],
  ['another protocol', bytes('SSH-2.0-OpenSSH_9.7\r\n'), 'bad_response'],
  ['a negative length', bytes('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'), 'bad_response'],
  [
    'length and chunks together',
    bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
    'bad_response',
  ],
  [
    'two different lengths',
    bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'),
    'bad_response',
  ],
  ['a header without a name', bytes('HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n'), 'bad_response'],
  ['a NUL in a header', bytes('HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n'), 'bad_response'],
  ['70 KB of headers', bytes(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`), 'bad_response'],
  [
    '10 MB of headers',
    bytes(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(998)}\r\n`.repeat(10_000)}\r\n`),
    'bad_response',
  ],
  ['a reset before any byte', (socket) => socket.resetAndDestroy(), 'connection_reset'],
  ['an end before any byte', (socket) => socket.end(), 'connection_reset'],
  ['an end inside the headers', endAfter('HTTP/1.1 200 OK\r\nContent-Le'), 'connection_reset'],
  ['silence', () => {}, 'response_timeout'],
  ['headers that never end', bytes('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n'), 'response_timeout'],
  ['early hints beyond counting', bytes(`${'HTTP/1.1 103 E\r\n\r\n'.repeat(1000)}${OK}`), 'bad_response'],
  ['nothing but early hints', bytes('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)), 'response_timeout'],
  [
    'a redirect inside',
    bytes('HTTP/1.1 302 F\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n'),
    302,
  ],
];

describe('a receiver that answers with', () => {
  it.each(ANSWERS)('%s', async (_what, answer, verdict) => {
    const receiver = await receive(answer);
    const result = await post(caller(), `http://127.0.0.1:${receiver.port}/`);
    expect(gist(result)).toBe(verdict);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('the deadline', () => {
  const drip = (first: string, rest: string): Answer => {
    return (socket) => {
      socket.write(first);
      const timer = setInterval(() => socket.write(rest), 20);
      socket.on('close', () => clearInterval(timer));
    };
  };

  it.each([
    ['one byte of the headers at a time', drip('HTTP/1.1 200 OK\r\nX: ', 'x'), 'response_timeout'],
    ['one byte of the body at a time', drip('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', 'x'), 200],
    ['an endless row of early hints', drip('', 'HTTP/1.1 103 Early Hints\r\n\r\n'), 'response_timeout'],
    ['nothing', () => {}, 'response_timeout'],
  ] as const)('holds against %s', async (_what, answer, verdict) => {
    const { port } = await receive(answer);
    const startedAt = performance.now();
    const result = await post(caller(), `http://127.0.0.1:${port}/`);
    const took = performance.now() - startedAt;
    expect(gist(result)).toBe(verdict);
    expect(took).toBeGreaterThan(SHORT_TIMEOUT_MS - 10);
    expect(took).toBeLessThan(SHORT_TIMEOUT_MS + DEADLINE_SLACK_MS);
  });

  it('closes the connection, so that the receiver can let go too', async () => {
    const closed = Promise.withResolvers<void>();
    const receiver = await accept((socket) => socket.resume().on('close', () => closed.resolve()));
    await post(caller(), `http://127.0.0.1:${receiver.port}/`);
    await closed.promise;
    expect(receiver.connections).toBe(1);
  });

  it('holds against a receiver that reads nothing of a large body', async () => {
    const { port } = await accept((socket) => socket.pause());
    const result = await post(caller(), `http://127.0.0.1:${port}/`, {
      body: new Uint8Array(16 * 1024 * 1024),
    });
    expect(gist(result)).toBe('response_timeout');
  });

  it('leaves a body at most two seconds, so that an endpoint with a long deadline does not hold its place', async () => {
    const { port } = await receive(drip('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', 'x'));
    const result = responseOf(await post(caller(), `http://127.0.0.1:${port}/`, { timeoutMs: 30_000 }));
    expect(result.durationMs).toBeGreaterThan(1900);
    expect(result.durationMs).toBeLessThan(2000 + DEADLINE_SLACK_MS);
    expect(result.response.truncated).toBe(true);
  });
});

describe('a receiver that answers before it has read the request', () => {
  const body = Buffer.alloc(16 * 1024 * 1024, 'x');
  /** Answers at the first bytes and reads no further until `goOn` is settled; `read` is what came in the end. */
  async function answersEarly(goOn: Promise<unknown>) {
    const read = Promise.withResolvers<number>();
    const { port } = await accept((socket) => {
      let bytesRead = 0;
      socket.once('data', () => {
        socket.pause().write(OK);
        goOn.then(() => socket.resume());
      });
      const tell = () => read.resolve(bytesRead);
      socket.on('data', (chunk) => {
        bytesRead += chunk.length;
        if (bytesRead > body.length) tell();
      });
      socket.on('close', tell).on('error', tell);
    });
    return { url: `http://127.0.0.1:${port}/`, read: read.promise };
  }

  it('gets the rest, for its answer stands and the event has to be whole', async () => {
    const receiver = await answersEarly(Promise.resolve());
    expect(gist(await post(caller(), receiver.url, { body, timeoutMs: 5000 }))).toBe(200);
    expect(await receiver.read).toBeGreaterThan(body.length);
  });

  it('holds the connection and the body no longer than the deadline', async () => {
    const attempted = Promise.withResolvers<void>();
    const receiver = await answersEarly(attempted.promise);
    const result = responseOf(await post(caller(), receiver.url, { body }));
    attempted.resolve();
    expect(result).toMatchObject({ statusCode: 200, response: { truncated: false } });
    expect(result.durationMs).toBeLessThan(SHORT_TIMEOUT_MS + DEADLINE_SLACK_MS);
    expect(await receiver.read).toBeLessThan(body.length);
  });
});

describe('a large response', () => {
  it('is kept to its first 16 KiB and marked', async () => {
    const { port } = await receive(
      bytes(`HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(20_000)}`),
    );
    const { response } = responseOf(await post(caller(), `http://127.0.0.1:${port}/`));
    expect(response.body).toHaveLength(16 * 1024);
    expect(response.truncated).toBe(true);
  });

  it('is whole and unmarked at 16 KiB', async () => {
    const { port } = await receive(
      bytes(`HTTP/1.1 200 OK\r\nContent-Length: 16384\r\n\r\n${'x'.repeat(16_384)}`),
    );
    const { response } = responseOf(await post(caller(), `http://127.0.0.1:${port}/`));
    expect(response.body).toHaveLength(16 * 1024);
    expect(response.truncated).toBe(false);
  });

  it('without an end is a success at once, and costs at most 64 MiB while it pours', async () => {
    const block = Buffer.alloc(1024 * 1024, 'x');
    let poured = 0;
    const closed = Promise.withResolvers<void>();
    const { port } = await receive((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const pour = () => {
        poured++;
        socket.write(block, (error) => (error ? undefined : pour()));
      };
      pour();
      socket.on('close', () => closed.resolve());
    });
    const before = process.memoryUsage().rss;
    const result = responseOf(await post(caller(), `http://127.0.0.1:${port}/`));
    await closed.promise;
    expect(result.statusCode).toBe(200);
    expect(result.response.truncated).toBe(true);
    expect(result.durationMs).toBeLessThan(SHORT_TIMEOUT_MS);
    expect(poured).toBeLessThan(64);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('in pieces of one byte is cut after a thousand, marked, and lets go of the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const { port } = await receive((socket) => {
      socket.on('end', () => closed.resolve()).on('close', () => closed.resolve());
      socket.write(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(5000)}0\r\n\r\n`,
      );
    });
    const { response } = responseOf(await post(caller(), `http://127.0.0.1:${port}/`));
    expect(response.body).toHaveLength(1000);
    expect(response.truncated).toBe(true);
    await closed.promise;
  });

  it('that is a compressed bomb stays compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    const receiver = await receive((socket) => socket.write(Buffer.concat([Buffer.from(head), bomb])));
    const { response } = responseOf(await post(caller(), `http://127.0.0.1:${receiver.port}/`));
    expect(Buffer.from(response.body)).toEqual(bomb.subarray(0, 16 * 1024));
    expect(receiver.requests[0]).not.toMatch(/accept-encoding/i);
  });
});

describe('the headers of a response', () => {
  it('are kept in lower case, repeated ones joined', async () => {
    const { port } = await receive(
      bytes('HTTP/1.1 200 OK\r\nX-One: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n'),
    );
    const { response } = responseOf(await post(caller(), `http://127.0.0.1:${port}/`));
    expect(response.headers).toEqual({ 'x-one': '1', 'set-cookie': 'a=1, b=2', 'content-length': '0' });
  });

  it('are never acted upon', async () => {
    const other = await receive(bytes(OK));
    const place = `http://127.0.0.1:${other.port}/`;
    const { port } = await receive(
      bytes(
        `HTTP/1.1 307 T\r\nLocation: ${place}\r\nRefresh: 0;url=${place}\r\nContent-Location: ${place}\r\n` +
          `Alt-Svc: h2="127.0.0.1:${other.port}"\r\nLink: <${place}>; rel=preload\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
    const http = caller();
    expect(gist(await post(http, `http://127.0.0.1:${port}/`))).toBe(307);
    expect(gist(await post(http, `http://127.0.0.1:${port}/`))).toBe(307);
    expect(other.connections).toBe(0);
  });
});
