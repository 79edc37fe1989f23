import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeText, type EndpointState } from '../../bin/cli/tail-health.ts';
import type { EndpointHealthView } from '../../lambdas/contract/api/health.ts';
import { anEventId, ENDPOINT_ID, EVENT_ID, NOW } from '../factories.ts';
import { aGateway, aProblem, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';
import { DELIVERY_ID, endpointView, failedAttempt, iso, page, summaryView } from './views.ts';

process.env.TZ = 'UTC';

const CAUSE = { code: 'connection_refused', sentence: 'Nothing listens on that port.' };

function aState(health: Partial<EndpointHealthView>, over: Partial<EndpointState> = {}): EndpointState {
  return {
    ...endpointView(),
    health: {
      state: 'closed',
      since: null,
      cause: null,
      next_probe_at: null,
      waiting: { count: 0, more: false },
      failing_since: null,
      last_success_at: null,
      last_failure_at: null,
      ...health,
    },
    ...over,
  };
}

const waiting = (count: number, more = false) => ({ waiting: { count, more } });
const WELL = aState({});
const OPEN = aState({
  state: 'open',
  since: iso(-5000),
  cause: CAUSE,
  next_probe_at: iso(30_000),
  ...waiting(12),
});
const STILL_OPEN = aState({ ...OPEN.health, next_probe_at: iso(60_000) });
const PROBING = aState({ state: 'half_open', ...waiting(12) });
const RAMP = aState({ state: 'recovering', ...waiting(11) });
const DISABLED = { status: 'disabled', disabled_reason: 'gone' } as const;

describe('what tail tells of an endpoint', () => {
  it.each([
    ['nothing of one that is well', undefined, WELL, undefined],
    ['nothing of one that stays well', WELL, WELL, undefined],
    [
      'that its circuit is open, why, and when it is tried again',
      undefined,
      OPEN,
      'circuit open since 11:59:55: deliveries are held, next probe in 30 s, 12 waiting  why: Nothing listens on that port.',
    ],
    ['nothing new of one that stays open', OPEN, OPEN, undefined],
    ['that a probe is on its way', OPEN, PROBING, 'probe on its way, 12 waiting'],
    ['that the probe failed', PROBING, STILL_OPEN, 'probe failed: next probe in 60 s, 12 waiting'],
    ['that a probe it did not see failed', OPEN, STILL_OPEN, 'probe failed: next probe in 60 s, 12 waiting'],
    ['that the probe succeeded', OPEN, RAMP, 'probe succeeded: slow start, 11 waiting'],
    [
      'how far the slow start is',
      RAMP,
      aState({ state: 'recovering', ...waiting(3) }),
      'slow start goes on, 3 waiting',
    ],
    ['that it recovered', RAMP, WELL, 'recovered: circuit closed'],
    [
      'that it asked us to slow down',
      WELL,
      aState({ state: 'recovering', ...waiting(1000, true) }),
      'slowed down: a few at a time, 1000+ waiting',
    ],
    [
      'why it was disabled, whatever its circuit',
      OPEN,
      aState({ state: 'open', ...waiting(12) }, DISABLED),
      'disabled, it answered 410 Gone: deliveries are held, 12 waiting',
    ],
    [
      'that it is paused',
      WELL,
      aState(waiting(2), { status: 'paused' }),
      'paused: deliveries are held, 2 waiting',
    ],
    ['that it is enabled again', aState({}, DISABLED), RAMP, 'enabled: what was held goes out, 11 waiting'],
  ])('%s', (_, before, now, text) => {
    expect(changeText(before, now, NOW)).toBe(text);
  });
});

describe('posthorn tail --follow', () => {
  let gateway: FakeGateway;
  beforeEach(async () => {
    gateway = await aGateway();
  });
  afterEach(() => gateway.close());

  const ALERT = {
    id: anEventId('alert'),
    type: 'posthorn.circuit.opened',
    source: 'queue',
    created_at: iso(1500),
  };
  const DATA = { endpoint_id: ENDPOINT_ID, url: 'https://receiver.example/hooks', reason: CAUSE };

  function follow(sleeps: number) {
    const terminal = aTerminal({
      local: { api: gateway.api, key: 'phk_test', project_id: 'prj_1' },
      onSleep: (slept) => {
        if (slept === sleeps) terminal.stop();
      },
    });
    return terminal;
  }

  it('tells the story of an outage in the order it happens', async () => {
    const failed = summaryView({
      status: 'waiting',
      attempts: [failedAttempt()],
      next_attempt_at: iso(4000),
    });
    const held = { ...failed, status: 'held', held_reason: 'circuit_open', updated_at: iso(2000) } as const;
    const ok = summaryView({ updated_at: iso(4000) });
    const deliveries = [[], [failed], [held], [held], [ok], [ok]];
    const states = [WELL, OPEN, OPEN, RAMP, WELL];
    gateway.on('GET /deliveries', () => ({ body: page(deliveries.shift() ?? [ok]) }));
    gateway.on('GET /events', () => ({ body: page(deliveries.length <= 3 ? [ALERT] : []) }));
    gateway.on('GET /requests', { body: page([]) });
    gateway.on(`GET /events/${ALERT.id}`, { body: { ...ALERT, data: DATA } });
    gateway.on(`GET /endpoints/${ENDPOINT_ID}`, () => ({ body: states.shift() ?? WELL }));
    const terminal = follow(7);
    expect(await terminal.run('tail', '--follow')).toBe(0);
    const name = 'receiver.example/hooks';
    expect(terminal.out).toEqual([
      `12:00:00  x   ${EVENT_ID}  invoice.paid  -> ${name}  503 in 38 ms  why: The server answered 503.  next try in 3 s`,
      `12:00:01  !   ${name}  alert to its people: it fails  why: Nothing listens on that port.`,
      `12:00:02  ..  ${EVENT_ID}  invoice.paid  -> ${name}  held: circuit open`,
      `12:00:02  !   ${name}  circuit open since 11:59:55: deliveries are held, next probe in 28 s, 12 waiting  why: Nothing listens on that port.`,
      `12:00:04  ok  ${EVENT_ID}  invoice.paid  -> ${name}  200 in 38 ms`,
      `12:00:04  !   ${name}  probe succeeded: slow start, 11 waiting`,
      `12:00:05  ok  ${name}  recovered: circuit closed`,
    ]);
  });

  it('tells of what was given up where to look', async () => {
    const event = { ...ALERT, type: 'posthorn.delivery.exhausted' };
    const data = {
      endpoint_id: ENDPOINT_ID,
      delivery_id: DELIVERY_ID,
      event_type: 'invoice.paid',
      stop_reason: 'not_retryable',
    };
    gateway.on('GET /deliveries', { body: page([]) });
    gateway.on('GET /events', { body: page([event]) });
    gateway.on(`GET /events/${event.id}`, { body: { ...event, data } });
    const terminal = follow(2);
    await terminal.run('tail', '--follow', '--endpoint', ENDPOINT_ID);
    expect(terminal.out).toEqual([
      `12:00:01  !   ${ENDPOINT_ID}  given up: invoice.paid, not retryable  look: npx posthorn why ${DELIVERY_ID}`,
    ]);
    const other = follow(2);
    await other.run('tail', '--follow', '--endpoint', 'ep_other');
    expect(other.out).toEqual([]);
  });

  it('goes on without an endpoint that was deleted', async () => {
    gateway.on('GET /deliveries', { body: page([summaryView({ status: 'canceled', attempts: [] })]) });
    gateway.on('GET /events', { body: page([]) });
    gateway.on('GET /requests', { body: page([]) });
    gateway.on(`GET /endpoints/${ENDPOINT_ID}`, aProblem(404, 'not_found', 'There is no such endpoint.'));
    const terminal = follow(2);
    expect(await terminal.run('tail', '--follow')).toBe(0);
    expect(terminal.out).toHaveLength(1);
  });

  it('asks for deliveries only when some are asked for, or a program reads', async () => {
    gateway.on('GET /deliveries', { body: page([summaryView({ status: 'held', attempts: [] })]) });
    for (const flags of [['--json'], ['--status', 'held'], ['--type', 'invoice.*']]) {
      const terminal = follow(2);
      expect(await terminal.run('tail', '--follow', ...flags)).toBe(0);
    }
    expect(new Set(gateway.calls.map(({ url }) => url.replace(/\?.*/, '')))).toEqual(
      new Set(['/v1/deliveries']),
    );
  });
});
