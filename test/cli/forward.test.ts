import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { forward } from '../../bin/cli/forward.ts';
import type { PickedUpView } from '../../lambdas/contract/api/listen.ts';
import { iso } from './views.ts';

const NEVER = new AbortController().signal;
let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serverThat(answers: RequestListener): Promise<URL> {
  server = createServer(answers);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return new URL(`http://localhost:${(server.address() as AddressInfo).port}/hooks`);
}

function anItem(over: Partial<PickedUpView> = {}): PickedUpView {
  return {
    delivery_id: 'dlv_1',
    event_id: 'evt_1',
    event_type: 'invoice.paid',
    attempt: 1,
    claim: '1.token',
    report_by: iso(25_000),
    timeout_seconds: 15,
    method: 'POST',
    url: 'http://localhost/hooks',
    headers: {},
    body: '{}',
    ...over,
  };
}

describe('a delivery that is forwarded', () => {
  it('has the bytes that were signed, whatever they are, and the method it came with', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const target = await serverThat(async (request, response) => {
      response.end(`${request.method} ${(await buffer(request)).toString('hex')}`);
    });
    const { body: _, ...rest } = anItem({ method: 'PUT', body_base64: bytes.toString('base64') });
    expect(await forward(target, rest, NEVER)).toMatchObject({ status_code: 200, body: 'PUT ff00fe' });
  });

  it('is not sent after a redirect', async () => {
    const target = await serverThat((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const told = await forward(target, anItem(), NEVER);
    expect(told).toMatchObject({ status_code: 302, headers: { location: '/elsewhere' } });
  });

  it('is answered with bytes that are no text: they are told in base64', async () => {
    const target = await serverThat((_, response) => void response.end(Buffer.from([0xff])));
    expect(await forward(target, anItem(), NEVER)).toMatchObject({ status_code: 200, body_base64: '/w==' });
  });

  it('is answered at length: the beginning is told', async () => {
    const target = await serverThat((_, response) => void response.end('x'.repeat(100_000)));
    const told = await forward(target, anItem(), NEVER);
    expect(told).toMatchObject({ body: 'x'.repeat(16_384), truncated: true });
  });

  it('is not answered in time', async () => {
    const target = await serverThat(async (request) => void (await text(request)));
    const told = await forward(target, anItem({ timeout_seconds: 0.05 }), NEVER);
    expect(told).toEqual({ error: 'response_timeout', duration_ms: expect.any(Number) });
  });

  it('is cut off', async () => {
    const target = await serverThat((request) => void request.socket.destroy());
    expect(await forward(target, anItem(), NEVER)).toMatchObject({ error: 'connection_reset' });
  });

  it('meets a server that speaks no HTTPS', async () => {
    const target = await serverThat((_, response) => void response.end());
    target.protocol = 'https:';
    expect(await forward(target, anItem(), NEVER)).toMatchObject({ error: 'tls_error' });
  });

  it('meets a name that does not exist', async () => {
    const target = new URL('http://nobody.invalid/');
    const { error } = await forward(target, anItem(), NEVER);
    expect(['dns_not_found', 'dns_error']).toContain(error);
  });
});
