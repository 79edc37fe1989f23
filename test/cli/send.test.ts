import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINT_ID, EVENT_ID } from '../factories.ts';
import { aGateway, aProblem, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';
import { attemptView, DELIVERY_ID, deliveryView, endpointView, failedAttempt, iso, page } from './views.ts';

const KEY = 'phk_test';
let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await aGateway();
  const deliveries = [{ id: DELIVERY_ID, endpoint_id: ENDPOINT_ID }];
  gateway.on('POST /events', { status: 202, body: { id: EVENT_ID, duplicate: false, deliveries } });
  gateway.on(`GET /endpoints/${ENDPOINT_ID}`, { body: endpointView({ description: 'demo /ok' }) });
  gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: deliveryView() });
});
afterEach(() => gateway.close());

const local = () => ({ api: gateway.api, key: KEY, project_id: 'prj_1' });

describe('posthorn send', () => {
  it('says what was accepted, how it was delivered, and the same call for curl', async () => {
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('send', 'invoice.paid', '--data', '{"note":"it\'s"}')).toBe(0);
    expect(terminal.out).toEqual([
      `ok  202 accepted  ${EVENT_ID}   1 endpoint matched`,
      'ok  demo /ok  200 in 38 ms',
      `same call:  curl -X POST ${gateway.api}/events -H 'authorization: Bearer ${KEY}' -H 'content-type: application/json' -d '{"type":"invoice.paid","data":{"note":"it'\\''s"}}'`,
    ]);
    expect(gateway.calls[0]).toMatchObject({
      authorization: `Bearer ${KEY}`,
      body: { type: 'invoice.paid', data: { note: "it's" } },
    });
  });

  it('waits for a delivery that is queued and for a retry that is near, and announces one that is far', async () => {
    const first = failedAttempt();
    const second = failedAttempt({ number: 2, trigger: 'retry', duration_ms: 2 });
    const states = [
      deliveryView({ status: 'queued', attempts: [] }),
      deliveryView({ status: 'waiting', attempts: [first], next_attempt_at: iso(5000) }),
      deliveryView({ status: 'waiting', attempts: [first, second], next_attempt_at: iso(305_000) }),
    ];
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, () => ({
      body: states.length > 1 ? states.shift() : states[0],
    }));
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('send', 'invoice.paid')).toBe(0);
    expect(terminal.out.slice(1, -1)).toEqual([
      'x   demo /ok  503 in 38 ms  (try 1)  why: The server answered 503.  next try in 5 s',
      'x   demo /ok  503 in 2 ms  (try 2)  why: The server answered 503.  next try in 5 min',
      `    demo /ok:  look: npx posthorn deliveries get ${DELIVERY_ID}`,
    ]);
  });

  it('waits a while for whoever listens, and no longer', async () => {
    const held = deliveryView({ status: 'held', held_reason: 'awaiting_listener', attempts: [] });
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: held });
    const alone = aTerminal({ local: local() });
    expect(await alone.run('send', 'invoice.paid')).toBe(0);
    expect(alone.out[1]).toContain('demo /ok: held: awaiting listener');
    const states = [held, held, deliveryView()];
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, () => ({ body: states.shift() ?? deliveryView() }));
    const listened = aTerminal({ local: local() });
    await listened.run('send', 'invoice.paid');
    expect(listened.out[1]).toBe('ok  demo /ok  200 in 38 ms');
  });

  it('gives up looking after a minute without news, not before', async () => {
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: deliveryView({ status: 'queued', attempts: [] }) });
    let sleeps = 0;
    const terminal = aTerminal({
      local: local(),
      onSleep: (count) => {
        sleeps = count;
      },
    });
    expect(await terminal.run('send', 'invoice.paid')).toBe(0);
    expect(sleeps).toBe(400);
    expect(terminal.out[1]).toBe(`    demo /ok: queued  look: npx posthorn deliveries get ${DELIVERY_ID}`);
  });

  it('prints one JSON document with --json', async () => {
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('send', 'invoice.paid', '--json')).toBe(0);
    expect(terminal.out).toHaveLength(1);
    expect(JSON.parse(terminal.out[0]!)).toEqual({
      id: EVENT_ID,
      duplicate: false,
      deliveries: [deliveryView()],
    });
  });

  it('says how to make an endpoint when nobody gets the event', async () => {
    gateway.on('POST /events', { status: 202, body: { id: EVENT_ID, duplicate: false, deliveries: [] } });
    const terminal = aTerminal({ local: local() });
    await terminal.run('send', 'invoice.paid');
    expect(terminal.out[0]).toContain('0 endpoints matched');
    expect(terminal.out[1]).toContain('npx posthorn endpoints create URL');
  });

  it('keeps the key of a deployed gateway out of the terminal', async () => {
    const terminal = aTerminal({ env: { POSTHORN_API: gateway.api, POSTHORN_KEY: KEY } });
    expect(await terminal.run('send', 'invoice.paid')).toBe(0);
    expect(terminal.out.at(-1)).toContain("'authorization: Bearer '$POSTHORN_KEY''");
    expect(terminal.out.join('\n')).not.toContain(KEY);
  });

  it('takes an address with or without /v1', async () => {
    const bare = gateway.api.replace('/v1', '/');
    const terminal = aTerminal({ env: { POSTHORN_API: bare, POSTHORN_KEY: KEY } });
    expect(await terminal.run('send', 'invoice.paid')).toBe(0);
  });

  it('does not fail for a key that may only publish: the event is accepted', async () => {
    const refusal = aProblem(403, 'scope_missing', 'This needs the scope "read".');
    gateway.on(`GET /endpoints/${ENDPOINT_ID}`, refusal);
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('send', 'invoice.paid')).toBe(0);
    expect(terminal.err).toEqual([
      'not followed: This needs the scope "read". (403 scope_missing, request r1)',
    ]);
  });

  describe('--to', () => {
    const url = 'http://localhost:3000/hook';

    it('makes an endpoint for the URL and shows its secret', async () => {
      gateway.on('GET /endpoints', { body: page([]) });
      const made = { ...endpointView({ url }), secret: 'whsec_x' };
      gateway.on('POST /endpoints', { status: 201, body: made });
      const terminal = aTerminal({ local: local() });
      expect(await terminal.run('send', 'invoice.paid', '--to', url, '--owner', 'acme')).toBe(0);
      expect(terminal.out[0]).toBe(`ok  endpoint ${ENDPOINT_ID} made for ${url}`);
      expect(terminal.out[1]).toContain('whsec_x');
      expect(
        gateway.calls.find((call) => call.method === 'POST' && call.url === '/v1/endpoints')?.body,
      ).toEqual({
        url,
        owner_id: 'acme',
        description: 'Made by posthorn send --to',
      });
    });

    it('uses one that is there, on whatever page of the list', async () => {
      gateway.on('GET /endpoints', ({ url: asked }) =>
        asked.includes('cursor=second')
          ? { body: page([endpointView({ url })]) }
          : { body: page([], 'second') },
      );
      const terminal = aTerminal({ local: local() });
      expect(await terminal.run('send', 'invoice.paid', '--to', url)).toBe(0);
      expect(gateway.calls.filter((call) => call.url === '/v1/endpoints')).toEqual([]);
      expect(terminal.out[0]).toContain('202 accepted');
    });
  });

  it('follows a second attempt that succeeds', async () => {
    const attempts = [failedAttempt(), attemptView({ number: 2, trigger: 'retry' })];
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: deliveryView({ attempts }) });
    const terminal = aTerminal({ local: local() });
    await terminal.run('send', 'invoice.paid');
    expect(terminal.out[2]).toBe('ok  demo /ok  200 in 38 ms  (try 2)');
  });
});
