/** From outside: a third party's call goes on by its method and path, with another body; a mistake holds it until it is mended. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

const START_MS = 90_000;
const STORY_MS = 120_000;
const SOON = { timeout: 60_000, interval: 200 };

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const folder = scratch();
const heard: Heard[] = [];
let local: LocalMode;

const service = createServer(async (request, response) => {
  const { method = '', url = '' } = request;
  const headers = request.headers as Record<string, string>;
  heard.push({ method, path: url, headers, body: await text(request) });
  response.writeHead(204).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  local = await startLocalMode(folder.path);
}, START_MS);
afterAll(() => {
  local.child.kill('SIGKILL');
  service.close();
  service.closeAllConnections();
  folder.remove();
});

test(
  'a call goes on rewritten and signed by us; one whose transformation fails goes on when that is mended',
  async () => {
    const { port } = service.address() as AddressInfo;
    const source = await local.call('POST', '/sources', { name: 'Shop', verification: { preset: 'none' } });
    const made = await local.call('POST', '/endpoints', {
      url: `http://127.0.0.1:${port}/hooks`,
      event_types: ['*'],
      forward: { method: true, path: true, query: true, headers: '*' },
      transformation: '{"body": {"id": $exists(body.id) ? body.id : $error("no id")}}',
    });
    expect(made.status).toBe(201);
    const call = (path: string, body: object) =>
      fetch(`${source.body.url}${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-shop': 'berlin', 'x-shop-signature': 'stale' },
        body: JSON.stringify(body),
      });
    await call('/orders/17?version=2', { id: 17, card: '4111' });
    await vi.waitFor(() => expect(heard).toHaveLength(1), SOON);
    const [first] = heard;
    expect(first).toMatchObject({ method: 'PUT', path: '/hooks/orders/17?version=2', body: '{"id":17}' });
    expect(first!.headers).toMatchObject({ 'x-shop': 'berlin', 'content-type': 'application/json' });
    expect(first!.headers).not.toHaveProperty('x-shop-signature');
    const webhook = new Webhook(String(made.body.secret));
    expect(webhook.verify(first!.body, first!.headers)).toEqual({ id: 17 });

    await call('/orders/18', { number: 18 });
    const held = await vi.waitFor(async () => {
      const { body } = await local.call('GET', `/deliveries?status=held&endpoint_id=${made.body.id}`);
      expect(body.data).toHaveLength(1);
      return (body.data as readonly Record<string, unknown>[])[0];
    }, SOON);
    expect(held).toMatchObject({
      held_reason: 'transformation_failed',
      last_attempt: { error: { code: 'transformation_failed', fault: 'settings' } },
    });
    expect(heard).toHaveLength(1);

    const transformation = '{"body": {"id": $exists(body.id) ? body.id : body.number}}';
    const tried = await local.call('POST', '/transformations/test', {
      transformation,
      event_id: held!.event_id,
    });
    expect(tried.body).toMatchObject({ ok: true, body: '{"id":18}' });
    const [subscription] = made.body.subscriptions as readonly { readonly id: string }[];
    await local.call('PATCH', `/subscriptions/${subscription!.id}`, { transformation });
    await vi.waitFor(() => expect(heard).toHaveLength(2), SOON);
    expect(heard[1]).toMatchObject({ path: '/hooks/orders/18', body: '{"id":18}' });
  },
  STORY_MS,
);
