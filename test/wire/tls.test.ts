/** Certificates and protocol versions: refused ones never see the request. */
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { caller, failureOf, gist, post, responseOf } from './attempt.ts';
import { accept, bytes, OK, pem, receiveTls } from './receiver.ts';

const AUTHORITY = { ca: [pem('authority')] };

describe('a certificate', () => {
  it('for the name, from a trusted authority, is accepted, and the handshake is measured', async () => {
    const { port } = await receiveTls('valid', bytes(OK));
    const result = responseOf(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`));
    expect(result.statusCode).toBe(200);
    expect(Object.keys(result.phases)).toEqual(['dns', 'connect', 'tls', 'send', 'wait', 'read']);
  });

  it.each([
    ['expired', 'tls_expired', undefined],
    ['wrong-name', 'tls_wrong_name', /DNS:other\.example\.com/],
    ['self-signed', 'tls_untrusted', /SELF_SIGNED/],
  ])('that is %s is refused before anything is sent', async (certificate, error, detail) => {
    const receiver = await receiveTls(certificate, bytes(OK));
    const result = failureOf(await post(caller(AUTHORITY), `https://hooks.example.com:${receiver.port}/`));
    expect(result.error).toBe(error);
    if (detail !== undefined) expect(result.detail).toMatch(detail);
    expect(receiver.requests).toEqual([]);
  });

  it('of an authority that is not trusted is refused', async () => {
    const receiver = await receiveTls('valid', bytes(OK));
    expect(gist(await post(caller(), `https://hooks.example.com:${receiver.port}/`))).toBe('tls_untrusted');
    expect(receiver.requests).toEqual([]);
  });

  it('must name the address when the URL has one', async () => {
    const named = await receiveTls('name-only', bytes(OK));
    const addressed = await receiveTls('valid', bytes(OK));
    expect(gist(await post(caller(AUTHORITY), `https://127.0.0.1:${named.port}/`))).toBe('tls_wrong_name');
    expect(gist(await post(caller(AUTHORITY), `https://127.0.0.1:${addressed.port}/`))).toBe(200);
  });

  it('is checked whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { port } = await receiveTls('self-signed', bytes(OK));
      expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`))).toBe('tls_untrusted');
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });
});

describe('the handshake', () => {
  it('names the host, never an address, and offers HTTP/1.1 alone', async () => {
    const seen: unknown[] = [];
    const { port } = await receiveTls(
      'valid',
      (socket) => {
        const { servername, alpnProtocol } = socket as TLSSocket & { servername: string | false };
        seen.push({ servername, alpnProtocol });
        socket.write(OK);
      },
      { ALPNProtocols: ['h2', 'http/1.1'] },
    );
    await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`);
    await post(caller(AUTHORITY), `https://127.0.0.1:${port}/`);
    expect(seen).toEqual([
      { servername: 'hooks.example.com', alpnProtocol: 'http/1.1' },
      { servername: false, alpnProtocol: 'http/1.1' },
    ]);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('is refused with a receiver that knows only %s', async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    const receiver = await receiveTls('valid', bytes(OK), old);
    expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${receiver.port}/`))).toBe(
      'tls_error',
    );
    expect(receiver.requests).toEqual([]);
  });

  it('is done with a receiver that knows only TLS 1.2', async () => {
    const { port } = await receiveTls('valid', bytes(OK), { maxVersion: 'TLSv1.2' });
    expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`))).toBe(200);
  });

  it('fails by name when the receiver wants a certificate of ours', async () => {
    const receiver = await receiveTls('valid', bytes(OK), {
      requestCert: true,
      rejectUnauthorized: true,
      ...AUTHORITY,
    });
    expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${receiver.port}/`))).toBe(
      'tls_error',
    );
    expect(receiver.requests).toEqual([]);
  });

  it('fails by name when the receiver does not speak TLS', async () => {
    const { port } = await accept((socket) => socket.end(OK));
    expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`))).toBe('tls_error');
  });

  it('that never ends is a connection that was not made in time', async () => {
    const { port } = await accept((socket) => socket.resume());
    const result = failureOf(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`));
    expect(result).toMatchObject({ error: 'connect_timeout', detail: expect.stringContaining('TLS') });
  });

  it('that is cut is a reset', async () => {
    const { port } = await accept((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`))).toBe(
      'connection_reset',
    );
  });
});

it('keeps and uses an encrypted connection again, with its phases at zero', async () => {
  const receiver = await receiveTls('valid', bytes(OK));
  const http = caller(AUTHORITY);
  await post(http, `https://hooks.example.com:${receiver.port}/`);
  const second = responseOf(await post(http, `https://hooks.example.com:${receiver.port}/`));
  expect(second.phases).toMatchObject({ dns: 0, connect: 0, tls: 0 });
  expect(receiver.connections).toBe(1);
});

it('judges a body that is cut without a goodbye by its status', async () => {
  const { port } = await receiveTls('valid', (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\npart', () => socket.destroy()),
  );
  expect(gist(await post(caller(AUTHORITY), `https://hooks.example.com:${port}/`))).toBe(200);
});
