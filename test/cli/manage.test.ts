import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import { ENDPOINT_ID } from '../factories.ts';
import { aGateway, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';
import { attemptView, DELIVERY_ID, deliveryView, endpointView, failedAttempt, iso, page } from './views.ts';

process.env.TZ = 'UTC';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await aGateway();
});
afterEach(() => gateway.close());

const terminalHere = () => aTerminal({ local: { api: gateway.api, key: 'phk_test', project_id: 'prj_1' } });

describe('posthorn endpoints', () => {
  it('lists every page in columns', async () => {
    gateway.on('GET /endpoints', ({ url }) =>
      url.includes('cursor')
        ? { body: page([endpointView({ id: 'ep_2', status: 'paused', owner_id: 'acme' })]) }
        : { body: page([endpointView({ description: 'Production' })], 'more') },
    );
    const terminal = terminalHere();
    expect(await terminal.run('endpoints', 'list')).toBe(0);
    expect(terminal.out).toEqual([
      `${ENDPOINT_ID}  enabled  https://receiver.example/hooks        Production`,
      'ep_2                           paused   https://receiver.example/hooks  acme',
    ]);
  });

  it('creates one with the types it should get, and shows its secret', async () => {
    gateway.on('POST /endpoints', { status: 201, body: { ...endpointView(), secret: 'whsec_x' } });
    const terminal = terminalHere();
    const url = 'https://receiver.example/hooks';
    expect(await terminal.run('endpoints', 'create', url, '--types', 'invoice.*, user.created')).toBe(0);
    expect(gateway.calls[0]?.body).toEqual({ url, event_types: ['invoice.*', 'user.created'] });
    expect(terminal.out.join('\n')).toContain('whsec_x');
  });

  it.each(['pause', 'resume', 'enable', 'disable'])('%s is one call', async (action) => {
    gateway.on(`POST /endpoints/${ENDPOINT_ID}/${action}`, { body: endpointView({ status: 'paused' }) });
    const terminal = terminalHere();
    expect(await terminal.run('endpoints', action, ENDPOINT_ID)).toBe(0);
    expect(terminal.out).toEqual([`ok  ${ENDPOINT_ID} is paused`]);
  });

  it('deletes one', async () => {
    gateway.on(`DELETE /endpoints/${ENDPOINT_ID}`, { status: 204 });
    const terminal = terminalHere();
    expect(await terminal.run('endpoints', 'delete', ENDPOINT_ID, '--json')).toBe(0);
    expect(JSON.parse(terminal.out[0]!)).toEqual({ id: ENDPOINT_ID, deleted: true });
  });
});

describe('posthorn deliveries', () => {
  const refused = failedAttempt({
    response: { headers: {}, body: '{"oops":\n"\u001b[31mred"}', truncated: false },
  });

  it('shows every attempt, why it failed, and the answer without its control characters', async () => {
    const waiting = deliveryView({ status: 'waiting', attempts: [refused], next_attempt_at: iso(7_200_000) });
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: waiting });
    const terminal = terminalHere();
    expect(await terminal.run('deliveries', 'get', DELIVERY_ID)).toBe(0);
    expect(terminal.out.slice(2)).toEqual([
      'x   try 1  12:00:00  receiver.example/hooks  503 in 38 ms',
      '    why: The server answered 503.',
      '    answer: {"oops":\\n"\\u001b[31mred"}',
    ]);
    expect(terminal.out[0]).toBe(`${DELIVERY_ID}  waiting, next try in 2 h`);
  });

  it('shows an answer without what colours a terminal of eight bits, or turns words round', async () => {
    const answer = { headers: {}, body: '\u009b31mred\u202eder', truncated: false };
    const delivery = deliveryView({ attempts: [failedAttempt({ response: answer })] });
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: delivery });
    const terminal = terminalHere();
    await terminal.run('deliveries', 'get', DELIVERY_ID);
    expect(terminal.out.at(-1)).toBe('    answer: \\u009b31mred\\u202eder');
  });

  it('retries and says only what is new', async () => {
    const before = deliveryView({ status: 'failed', stop_reason: 'exhausted', attempts: [refused] });
    const after = deliveryView({ attempts: [refused, attemptView({ number: 2, trigger: 'manual' })] });
    let retried = false;
    gateway.on(`GET /endpoints/${ENDPOINT_ID}`, { body: endpointView() });
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, () => ({ body: retried ? after : before }));
    gateway.on(`POST /deliveries/${DELIVERY_ID}/retry`, () => {
      retried = true;
      return { status: 202, body: {} };
    });
    const terminal = terminalHere();
    expect(await terminal.run('deliveries', 'retry', DELIVERY_ID)).toBe(0);
    expect(terminal.out).toEqual(['ok  receiver.example/hooks  200 in 38 ms  (try 2)']);
  });

  it('why: the sentence of the last failure, who can mend it, and what became of the delivery', async () => {
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, {
      body: deliveryView({ attempts: [attemptView(), failedAttempt({ number: 2, trigger: 'manual' })] }),
    });
    const terminal = terminalHere();
    expect(await terminal.run('why', DELIVERY_ID)).toBe(0);
    expect(terminal.out).toEqual([
      'The server answered 503.',
      'The receiver can mend it.',
      'It was delivered, at try 1.',
    ]);
  });

  it.each<[what: string, delivery: Partial<DeliveryView>, said: unknown[]]>([
    [
      'waits',
      { status: 'waiting', attempts: [refused], next_attempt_at: iso(7_200_000) },
      ['The server answered 503.', 'The receiver can mend it.', 'Next try in 2 h.'],
    ],
    [
      'was given up',
      { status: 'failed', attempts: [refused], stop_reason: 'receiver_aborted' },
      ['The server answered 503.', 'The receiver can mend it.', expect.stringContaining('abort-message')],
    ],
    [
      'is held and was never tried',
      { status: 'held', attempts: [], held_reason: 'endpoint_paused' },
      ['No attempt has failed: the delivery is held.', expect.stringContaining('Resume it')],
    ],
    ['is on its way', { status: 'queued', attempts: [] }, ['No attempt has failed: the delivery is queued.']],
  ])('why: what comes next of a delivery that %s', async (_what, delivery, said) => {
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, { body: deliveryView(delivery) });
    const terminal = terminalHere();
    expect(await terminal.run('why', DELIVERY_ID)).toBe(0);
    expect(terminal.out).toEqual(said);
    await terminal.run('why', DELIVERY_ID, '--json');
    expect(JSON.parse(terminal.out.at(-1)!).next).toEqual(
      said.at(2) ?? (delivery.status === 'held' ? said[1] : null),
    );
  });

  it.each<[what: string, deliveries: readonly string[], more: boolean, said: unknown[]]>([
    [
      'has not succeeded everywhere',
      ['succeeded', 'waiting'],
      false,
      [DELIVERY_ID, '    The server answered 503.', '    The receiver can mend it.', '    Next try in 2 h.'],
    ],
    ['succeeded everywhere', ['succeeded', 'succeeded'], false, ['All its deliveries succeeded: 2.']],
    ['went nowhere', [], false, ['It goes nowhere: no subscription matched it.']],
    [
      'has more than were looked at',
      ['succeeded'],
      true,
      [expect.stringMatching(/^There are more: .* tail /)],
    ],
  ])('why: of an event that %s', async (_what, statuses, more, said) => {
    gateway.on('GET /events/evt_1', {
      body: {
        id: 'evt_1',
        type: 'invoice.paid',
        deliveries: statuses.map((status) => ({ id: DELIVERY_ID, status })),
        has_more_deliveries: more,
      },
    });
    gateway.on(`GET /deliveries/${DELIVERY_ID}`, {
      body: deliveryView({ status: 'waiting', attempts: [refused], next_attempt_at: iso(7_200_000) }),
    });
    const terminal = terminalHere();
    expect(await terminal.run('why', 'evt_1')).toBe(0);
    expect(terminal.out).toEqual(said);
    await terminal.run('why', 'evt_1', '--json');
    const waiting = statuses.filter((status) => status === 'waiting');
    expect(JSON.parse(terminal.out.at(-1)!)).toMatchObject({
      id: 'evt_1',
      deliveries: waiting.map((status) => ({ id: DELIVERY_ID, status })),
      has_more: more,
    });
  });
});
