import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEventId, EVENT_ID } from '../factories.ts';
import { aGateway, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';
import { DELIVERY_ID, failedAttempt, iso, page, summaryView } from './views.ts';

process.env.TZ = 'UTC';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await aGateway();
  gateway.on('GET /events', { body: page([]) });
  gateway.on('GET /requests', { body: page([]) });
});
afterEach(() => gateway.close());

const local = () => ({ api: gateway.api, key: 'phk_test', project_id: 'prj_1' });
const newer = summaryView({
  id: 'dlv_newer',
  event_id: anEventId('newer'),
  updated_at: iso(2000),
  created_at: iso(2000),
});
const waiting = summaryView({
  status: 'waiting',
  attempts: [failedAttempt({ number: 2 })],
  next_attempt_at: iso(300_000),
});

describe('posthorn tail', () => {
  it('lists recent deliveries, newest last, with the reason of a failure', async () => {
    gateway.on('GET /deliveries', { body: page([newer, waiting]) });
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('tail')).toBe(0);
    expect(terminal.out).toEqual([
      `12:00:00  x   ${EVENT_ID}  invoice.paid  -> receiver.example/hooks  503 in 38 ms  (try 2)  why: The server answered 503.  next try in 5 min`,
      `12:00:02  ok  ${newer.event_id}  invoice.paid  -> receiver.example/hooks  200 in 38 ms`,
    ]);
  });

  it('prints one delivery a line with --json', async () => {
    gateway.on('GET /deliveries', { body: page([newer, waiting]) });
    const terminal = aTerminal({ local: local() });
    await terminal.run('tail', '--json');
    expect(terminal.out.map((line) => JSON.parse(line))).toEqual([waiting, newer]);
  });

  it('goes on with --follow: new ones and changed ones, each change once', async () => {
    const changed = {
      ...waiting,
      status: 'succeeded' as const,
      updated_at: iso(4000),
      next_attempt_at: null,
    };
    const pages = [[waiting], [waiting], [newer, waiting], [newer, changed], [newer, changed]];
    gateway.on('GET /deliveries', () => ({ body: page(pages.shift() ?? []) }));
    const terminal = aTerminal({
      local: local(),
      onSleep: (sleeps) => {
        if (sleeps === 5) terminal.stop();
      },
    });
    expect(await terminal.run('tail', '--follow', '--json')).toBe(0);
    expect(terminal.out.map((line) => JSON.parse(line))).toEqual([waiting, newer, changed]);
  });

  it('asks the gateway for what its flags name', async () => {
    gateway.on('GET /deliveries', { body: page([]) });
    const terminal = aTerminal({ local: local() });
    await terminal.run(
      'tail',
      '-n',
      '5',
      '--status',
      'failed,waiting',
      '--type',
      'invoice.*',
      '--owner',
      'acme',
    );
    const asked = new URL(gateway.calls[0]!.url, gateway.api).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      limit: '5',
      status: 'failed,waiting',
      event_type: 'invoice.*',
      owner_id: 'acme',
    });
    expect(terminal.err).toEqual(['no deliveries yet. Send an event: npx posthorn send invoice.paid']);
  });

  it('refuses a limit that is none', async () => {
    const terminal = aTerminal({ local: local() });
    expect(await terminal.run('tail', '--limit', 'many')).toBe(2);
    expect(terminal.err).toEqual(['x  --limit must be a number from 1 to 250, not "many"']);
  });

  it('shows a delivery nothing was tried for by its endpoint', async () => {
    gateway.on('GET /deliveries', {
      body: page([summaryView({ status: 'held', held_reason: 'endpoint_paused', attempts: [] })]),
    });
    const terminal = aTerminal({ local: local() });
    await terminal.run('tail');
    expect(terminal.out[0]).toMatch(/ {2}\.\. {2}evt_.*-> ep_\S+ {2}held: endpoint paused$/);
    expect(terminal.out[0]).not.toContain(DELIVERY_ID);
  });
});
