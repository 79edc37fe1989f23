import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forwardTo } from '../../bin/cli/listen-endpoints.ts';
import type { PickedUpView } from '../../lambdas/contract/api/listen.ts';
import { ENDPOINT_ID, EVENT_ID } from '../factories.ts';
import { type Answer, aGateway, aProblem, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';
import { attemptView, DELIVERY_ID, endpointView, failedAttempt, iso, page, summaryView } from './views.ts';

process.env.TZ = 'UTC';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let gateway: FakeGateway;
let server: ReturnType<typeof createServer>;
let port: number;
let received: Received[];
let answer: { status: number; body: string };

beforeEach(async () => {
  received = [];
  answer = { status: 200, body: 'thanks' };
  server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: await text(request) });
    response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  gateway = await aGateway();
  gateway.on('GET /endpoints', { body: page([]) });
  gateway.on('POST /endpoints', ({ body }) => ({
    status: 201,
    body: { ...endpointView({ url: (body as { url: string }).url, listen: true }), secret: 'whsec_x' },
  }));
  gateway.on(`DELETE /endpoints/${ENDPOINT_ID}`, { status: 204 });
  gateway.on(`POST /deliveries/${DELIVERY_ID}/report`, { body: summaryView() });
});
afterEach(() => {
  gateway.close();
  server.close();
  server.closeAllConnections();
});

function anItem(over: Partial<PickedUpView> = {}): PickedUpView {
  return {
    delivery_id: DELIVERY_ID,
    event_id: EVENT_ID,
    event_type: 'invoice.paid',
    attempt: 1,
    claim: '1.token',
    report_by: iso(25_000),
    timeout_seconds: 15,
    method: 'POST',
    url: `http://localhost:${port}/hooks`,
    headers: { 'content-type': 'application/json', 'webhook-id': EVENT_ID, 'webhook-signature': 'v1,x' },
    body: '{"a":1}',
    ...over,
  };
}

/** What the gateway answers to each look; Ctrl-C after the last. */
function terminalWith(...answers: readonly Answer[]) {
  const terminal = aTerminal({ local: { api: gateway.api, key: 'phk_test', project_id: 'prj_1' } });
  const left = [...answers];
  gateway.on(`POST /endpoints/${ENDPOINT_ID}/listen`, () => {
    const next = left.shift();
    if (next === undefined) terminal.stop();
    return next ?? { body: { data: [] } };
  });
  return terminal;
}

const picked = (...data: readonly PickedUpView[]): Answer => ({ body: { data } });
const reports = () => gateway.calls.filter(({ url }) => url.endsWith('/report')).map(({ body }) => body);

describe('posthorn listen', () => {
  it('calls its own server only, whatever path the gateway says', async () => {
    const url = `http://localhost:${port}//elsewhere.invalid/hooks`;
    expect(await terminalWith(picked(anItem({ url }))).run('listen', `${port}/hooks`)).toBe(0);
    expect(received.map((one) => one.url)).toEqual(['//elsewhere.invalid/hooks']);
  });

  it('makes an endpoint for this machine, says its secret, and takes it away at the end', async () => {
    const terminal = terminalWith();
    const flags = ['--types', 'invoice.*, user.*', '--filter', '{"body":{"a":1}}', '--owner', 'acme'];
    expect(await terminal.run('listen', `${port}/hooks`, ...flags)).toBe(0);
    const created = gateway.calls.find(({ method, url }) => method === 'POST' && url === '/v1/endpoints');
    expect(created?.body).toMatchObject({
      url: `http://localhost:${port}/hooks`,
      listen: true,
      event_types: ['invoice.*', 'user.*'],
      filter: { body: { a: 1 } },
      owner_id: 'acme',
      retry: { strategy: 'list', delays_seconds: [5, 5, 5] },
    });
    expect(terminal.out).toEqual([
      `ok  forwarding to localhost:${port}/hooks as ${ENDPOINT_ID}, until Ctrl-C`,
      '    verify with whsec_x (shown this once)',
    ]);
    expect(gateway.calls.at(-1)).toMatchObject({ method: 'DELETE', url: `/v1/endpoints/${ENDPOINT_ID}` });
  });

  it('forwards every header and byte as the gateway made them, and reports the answer', async () => {
    const terminal = terminalWith(picked(anItem()), picked());
    expect(await terminal.run('listen', `${port}/hooks`)).toBe(0);
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/hooks',
        headers: { 'webhook-id': EVENT_ID, 'webhook-signature': 'v1,x', 'content-type': 'application/json' },
        body: '{"a":1}',
      },
    ]);
    expect(reports()).toEqual([
      {
        claim: '1.token',
        status_code: 200,
        headers: expect.objectContaining({ 'content-type': 'text/plain' }),
        body: 'thanks',
        truncated: false,
        duration_ms: expect.any(Number),
      },
    ]);
    expect(terminal.out.at(-1)).toBe(
      `12:00:00  ok  ${EVENT_ID}  invoice.paid  -> receiver.example/hooks  200 in 38 ms`,
    );
  });

  it('says why a delivery failed, and when it comes again', async () => {
    const delivery = summaryView({
      status: 'waiting',
      attempts: [failedAttempt()],
      next_attempt_at: iso(5_000),
    });
    gateway.on(`POST /deliveries/${DELIVERY_ID}/report`, { body: delivery });
    answer = { status: 503, body: '' };
    const terminal = terminalWith(picked(anItem()), picked());
    await terminal.run('listen', String(port));
    expect(reports()).toMatchObject([{ status_code: 503 }]);
    expect(terminal.out.at(-1)).toMatch(
      /^12:00:00 {2}x .* why: The server answered 503\. {2}next try in 5 s$/,
    );
  });

  it('reports that nothing listens on the port', async () => {
    server.close();
    const terminal = terminalWith(picked(anItem()), picked());
    expect(await terminal.run('listen', String(port))).toBe(0);
    expect(reports()).toMatchObject([{ error: 'connection_refused' }]);
  });

  it('shows what was sent and answered with --print, without control characters', async () => {
    answer = { status: 200, body: 'one\n\u001b[31mtwo' };
    const terminal = terminalWith(picked(anItem()), picked());
    await terminal.run('listen', String(port), '--print');
    expect(terminal.out.slice(-2)).toEqual(['    > {"a":1}', '    < one\n      \\u001b[31mtwo']);
  });

  it('keeps to its own server, whatever address a delivery says', async () => {
    const terminal = terminalWith(picked(anItem({ url: 'http://elsewhere.example/a/b?c=1' })), picked());
    await terminal.run('listen', String(port));
    expect(received).toMatchObject([{ url: '/a/b?c=1' }]);
  });

  it('prints JSON for programs: its endpoint and secret, then deliveries', async () => {
    const terminal = terminalWith(picked(anItem()), picked());
    await terminal.run('listen', String(port), '--json');
    expect(terminal.out.map((line) => JSON.parse(line))).toEqual([
      { endpoint_id: ENDPOINT_ID, secret: 'whsec_x' },
      summaryView({ attempts: [attemptView()] }),
    ]);
  });

  it('goes on when the gateway was away for a moment', async () => {
    const terminal = terminalWith(aProblem(503, 'unavailable', 'Busy.'), picked(anItem()), picked());
    expect(await terminal.run('listen', String(port))).toBe(0);
    expect(received).toHaveLength(1);
    expect(terminal.err).toEqual([
      'Busy. (503 unavailable, request r1) Trying again.',
      'the gateway answers again',
    ]);
  });

  it('ends when its endpoint is gone', async () => {
    gateway.on(`DELETE /endpoints/${ENDPOINT_ID}`, aProblem(404, 'not_found', 'There is no endpoint.'));
    const terminal = terminalWith(aProblem(404, 'not_found', 'There is no endpoint.'));
    expect(await terminal.run('listen', String(port))).toBe(1);
    expect(terminal.err.at(-1)).toContain('There is no endpoint.');
  });

  it('clears up after listeners that were gone for a day, and leaves all others', async () => {
    const day = 86_400_000;
    const old = { listen: true, created_at: iso(-3 * day) };
    gateway.on('GET /endpoints', {
      body: page([
        endpointView({ id: 'ep_gone', ...old, listened_at: iso(-day - 1) }),
        endpointView({ id: 'ep_never', ...old }),
        endpointView({ id: 'ep_there', ...old, listened_at: iso(-day / 2) }),
        endpointView({ id: 'ep_new', listen: true }),
        endpointView({ id: 'ep_dialled', created_at: iso(-3 * day) }),
      ]),
    });
    for (const id of ['ep_gone', 'ep_never']) gateway.on(`DELETE /endpoints/${id}`, { status: 204 });
    const terminal = terminalWith();
    await terminal.run('listen', String(port));
    const deleted = gateway.calls.filter(({ method }) => method === 'DELETE').map(({ url }) => url);
    expect(deleted).toEqual(['ep_gone', 'ep_never', ENDPOINT_ID].map((id) => `/v1/endpoints/${id}`));
    expect(terminal.out[0]).toBe('    removed ep_gone: its listener was gone for a day');
  });

  it.each([['file:///etc'], ['http://me:pw@localhost'], ['a b']])('refuses to forward to %s', async (to) => {
    const terminal = terminalWith();
    expect(await terminal.run('listen', to)).toBe(2);
    expect(gateway.calls).toEqual([]);
  });

  it('refuses a filter that is no JSON before it makes anything', async () => {
    const terminal = terminalWith();
    expect(await terminal.run('listen', '3000', '--filter', '{a:1}')).toBe(2);
    expect(terminal.err[0]).toContain('--filter is not JSON');
    expect(gateway.calls).toEqual([]);
  });
});

describe('where it forwards to', () => {
  it.each([
    ['3000', 'http://localhost:3000/'],
    ['3000/hooks?a=1', 'http://localhost:3000/hooks?a=1'],
    ['localhost:3000', 'http://localhost:3000/'],
    ['app.test/hooks', 'http://app.test/hooks'],
    ['https://127.0.0.1:8443/x', 'https://127.0.0.1:8443/x'],
  ])('%s is %s', (text, url) => {
    expect(forwardTo(text).href).toBe(url);
  });
});
