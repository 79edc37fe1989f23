import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_ID } from '../factories.ts';
import { aGateway, type FakeGateway } from './fake-gateway.ts';
import { aTerminal, type TerminalOptions } from './terminal.ts';
import { iso, page, requestView, sourceView, summaryView } from './views.ts';

process.env.TZ = 'UTC';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await aGateway();
});
afterEach(() => gateway.close());

const terminalHere = (options: TerminalOptions = {}) =>
  aTerminal({ local: { api: gateway.api, key: 'phk_test', project_id: 'prj_1' }, ...options });

const REJECTED = requestView({
  id: 'req_2',
  verdict: 'rejected',
  reason: 'signature_mismatch',
  detail: 'No secret of the source made the signature.',
  event_id: null,
  status: 401,
  received_at: iso(1000),
});

describe('posthorn sources create', () => {
  beforeEach(() => gateway.on('POST /sources', { status: 201, body: sourceView() }));

  it('says the address to give to the sender, and where to look', async () => {
    const terminal = terminalHere();
    expect(await terminal.run('sources', 'create', 'GitHub', '--preset', 'github', '--secret', 's3')).toBe(0);
    expect(gateway.calls[0]?.body).toEqual({
      name: 'GitHub',
      verification: { preset: 'github' },
      secrets: ['s3'],
    });
    expect(terminal.out).toEqual([
      'ok  src_1  GitHub  (github)',
      '    give the sender this address: https://hooks.example/in/src_1',
      '    what it calls, and why it is refused: npx posthorn requests --source src_1',
    ]);
  });

  it('takes secrets from a pipe, and several of them', async () => {
    const terminal = terminalHere({ secret: 'from the pipe' });
    await terminal.run('sources', 'create', 'Mine', '--preset', 'stripe', '--secret', '-', '--secret', 'old');
    expect(gateway.calls[0]?.body).toMatchObject({ secrets: ['from the pipe', 'old'] });
  });

  it('takes options of the preset as numbers, lists and text, and what its events are called', async () => {
    const terminal = terminalHere();
    const options = [
      '--option',
      'header=X-Sig',
      '--option',
      'tolerance_seconds=60',
      '--option',
      'a=["b","c"]',
    ];
    const naming = ['--type-header', 'X-Event', '--prefix', 'mine', '--owner-body', 'account.id'];
    const url = ['--public-url', 'https://hooks.example.com/gh'];
    expect(
      await terminal.run('sources', 'create', 'Mine', '--preset', 'hmac', ...options, ...naming, ...url),
    ).toBe(0);
    expect(gateway.calls[0]?.body).toEqual({
      name: 'Mine',
      verification: { preset: 'hmac', header: 'X-Sig', tolerance_seconds: 60, a: ['b', 'c'] },
      event_type: { header: 'X-Event', prefix: 'mine' },
      owner_id: { body: 'account.id' },
      public_url: 'https://hooks.example.com/gh',
    });
  });

  it('passes warnings on', async () => {
    gateway.on('POST /sources', { status: 201, body: sourceView({ warnings: ['There is no secret yet.'] }) });
    const terminal = terminalHere();
    await terminal.run('sources', 'create', 'GitHub', '--preset', 'github');
    expect(terminal.out).toContain('!   There is no secret yet.');
  });

  it.each([
    [['--type', 'a', '--type-body', 'b'], 'x  Give one of --type, --type-header and --type-body.'],
    [['--prefix', 'a'], 'x  --prefix goes with --type-header or --type-body.'],
    [['--option', 'seconds'], 'x  --option is NAME=VALUE, such as tolerance_seconds=60, not "seconds"'],
    [['--secret', '-'], 'x  The secret is empty. Give it as the sender shows it.'],
  ])('refuses %j before it calls', async (flags, words) => {
    const terminal = terminalHere();
    expect(await terminal.run('sources', 'create', 'Mine', '--preset', 'github', ...flags)).toBe(2);
    expect(terminal.err).toEqual([words]);
    expect(gateway.calls).toEqual([]);
  });
});

describe('posthorn sources', () => {
  it('lists every page in columns, with the first warning', async () => {
    gateway.on('GET /sources', ({ url }) =>
      url.includes('cursor')
        ? { body: page([sourceView({ id: 'src_2', name: 'Open', warnings: ['Anybody can send.'] })]) }
        : { body: page([sourceView()], 'more') },
    );
    const terminal = terminalHere();
    expect(await terminal.run('sources', 'list')).toBe(0);
    expect(terminal.out).toEqual([
      'src_1  enabled  github  https://hooks.example/in/src_1  GitHub',
      'src_2  enabled  github  https://hooks.example/in/src_1  Open  (! Anybody can send.)',
    ]);
  });

  it('is the list when nothing else is named, and nothing when that is mistyped', async () => {
    gateway.on('GET /sources', { body: page([]) });
    const terminal = terminalHere();
    expect(await terminal.run('sources')).toBe(0);
    expect(await terminal.run('sources', 'creat', 'GitHub')).toBe(2);
    expect(terminal.err.at(-1)).toContain('There is no command "creat" here.');
    expect(gateway.calls).toHaveLength(1);
  });

  it('shows one: address, preset, secrets by their ends, type, deduplication', async () => {
    const verification = { preset: 'stripe', tolerance_seconds: 300 };
    const secrets = [
      { hint: '…new1', expires_at: null },
      { hint: '…old1', expires_at: iso(60_000) },
    ];
    gateway.on('GET /sources/src_1', { body: sourceView({ verification, secrets }) });
    const terminal = terminalHere();
    expect(await terminal.run('sources', 'get', 'src_1')).toBe(0);
    expect(terminal.out).toEqual([
      'src_1     GitHub, enabled',
      'address   https://hooks.example/in/src_1',
      'believes  stripe  tolerance_seconds=300',
      'secrets   …new1, …old1 until 2026-11-23T12:01:00.000Z',
      'type      the header x-github-event',
      'owner     none',
      'one call  auto  for 259200 s',
    ]);
  });

  it.each(['enable', 'disable'])('%s is one call', async (action) => {
    gateway.on(`POST /sources/src_1/${action}`, { body: sourceView({ status: 'disabled' }) });
    const terminal = terminalHere();
    expect(await terminal.run('sources', action, 'src_1')).toBe(0);
    expect(terminal.out).toEqual(['ok  src_1 is disabled']);
  });

  it('rotates: asks for the new secret when the command does not hold it', async () => {
    gateway.on('POST /sources/src_1/rotate_secret', { body: sourceView() });
    const terminal = terminalHere({ secret: 'new' });
    expect(await terminal.run('sources', 'rotate', 'src_1', '--overlap', '3600')).toBe(0);
    expect(gateway.calls[0]?.body).toEqual({ secret: 'new', overlap_seconds: 3600 });
    expect(terminal.out).toEqual(['ok  src_1 believes …1234']);
  });

  it('deletes one', async () => {
    gateway.on('DELETE /sources/src_1', { status: 204 });
    const terminal = terminalHere();
    expect(await terminal.run('sources', 'delete', 'src_1')).toBe(0);
    expect(terminal.out).toEqual(['ok  src_1 is deleted']);
  });
});

describe('posthorn requests', () => {
  it('lists calls, newest last, each with its verdict in words', async () => {
    const duplicate = requestView({ id: 'req_3', verdict: 'duplicate', received_at: iso(2000) });
    const answered = requestView({
      id: 'req_4',
      verdict: 'answered',
      reason: 'url_verification',
      event_id: null,
      received_at: iso(3000),
    });
    gateway.on('GET /requests', { body: page([answered, duplicate, REJECTED, requestView()]) });
    const terminal = terminalHere();
    expect(await terminal.run('requests', 'list', '--source', 'src_1')).toBe(0);
    expect(terminal.out).toEqual([
      `12:00:00  ok  src_1 <-  POST  200  -> ${EVENT_ID}`,
      '12:00:01  x   src_1 <-  POST  401  rejected: signature mismatch  why: No secret of the source made the signature.  look: npx posthorn requests get req_2',
      `12:00:02  ..  src_1 <-  POST  200  repeats ${EVENT_ID}`,
      '12:00:03  ..  src_1 <-  POST  200  answered: url verification',
    ]);
    expect(gateway.calls[0]?.url).toBe('/v1/requests?source_id=src_1&limit=20');
  });

  it('asks for refused ones only with --rejected', async () => {
    gateway.on('GET /requests', { body: page([]) });
    const terminal = terminalHere();
    await terminal.run('requests', '--rejected', '-n', '5');
    expect(gateway.calls[0]?.url).toBe('/v1/requests?verdict=rejected&limit=5');
    expect(terminal.err).toEqual(['no calls lately. Those that became no event are kept for a day.']);
  });

  it('shows what was sent, without its control characters', async () => {
    const headers = { 'x-signature': 'bad\u001b[2J', 'sns-attribute-\u001b[2J': '1' };
    const request = { ...REJECTED, path: '/x', query: 'a=1', headers, body: 'one\ntwo\u009b31m' };
    gateway.on('GET /requests/req_2', { body: request });
    const terminal = terminalHere();
    expect(await terminal.run('requests', 'get', 'req_2')).toBe(0);
    expect(terminal.out.slice(1)).toEqual([
      'POST /x?a=1  from 192.0.2.7',
      '    x-signature: bad\\u001b[2J',
      '    sns-attribute-\\u001b[2J: 1',
      '',
      'one\ntwo\\u009b31m',
    ]);
  });

  it('tells of a refused message of the publish queue by its first mistake', async () => {
    const errors = [{ field: 'type\u001b[2J', code: 'unknown', detail: 'is no field' }];
    const message = { source: 'queue', source_id: null, reason: 'invalid', detail: null, errors } as const;
    gateway.on('GET /requests', { body: page([{ ...REJECTED, ...message }]) });
    const terminal = terminalHere();
    await terminal.run('requests', 'list');
    expect(terminal.out).toEqual([
      '12:00:01  x   publish queue  rejected: invalid  why: type\\u001b[2J: is no field  look: npx posthorn requests get req_2',
    ]);
  });

  it('tells of a refused message of a broker by the name of the broker', async () => {
    const message = { source: 'broker', source_id: null, broker: 'orders', reason: 'too large' } as const;
    gateway.on('GET /requests', { body: page([{ ...REJECTED, ...message }]) });
    const terminal = terminalHere();
    await terminal.run('requests', 'list');
    expect(terminal.out[0]).toContain('  broker orders  rejected: too large');
  });
});

describe('posthorn tail', () => {
  beforeEach(() => {
    gateway.on('GET /events', { body: page([]) });
    gateway.on('GET /sources/src_1', { body: sourceView() });
  });

  it('shows calls in their place among deliveries, by the name of their source', async () => {
    gateway.on('GET /deliveries', { body: page([summaryView({ updated_at: iso(500) })]) });
    gateway.on('GET /requests', { body: page([REJECTED, requestView()]) });
    const terminal = terminalHere();
    expect(await terminal.run('tail')).toBe(0);
    expect(terminal.out.map((line) => line.slice(0, 24))).toEqual([
      '12:00:00  ok  GitHub <- ',
      `12:00:00  ok  ${EVENT_ID}`.slice(0, 24),
      '12:00:01  x   GitHub <- ',
    ]);
  });

  it('goes on with new ones, each once, and asks only for the last minute', async () => {
    const pages = [[requestView()], [requestView()], [REJECTED, requestView()]];
    gateway.on('GET /deliveries', { body: page([]) });
    gateway.on('GET /requests', () => ({ body: page(pages.shift() ?? [REJECTED]) }));
    gateway.on('GET /sources/src_1', { status: 404, body: {} });
    const onSleep = (sleeps: number) => sleeps === 4 && terminal.stop();
    const terminal = terminalHere({ onSleep });
    gateway.on('GET /deliveries', () => ({ body: page([summaryView()]) }));
    expect(await terminal.run('tail', '--follow')).toBe(0);
    const told = terminal.out.filter((line) => line.includes('src_1 <-'));
    expect(told).toHaveLength(2);
    const asked = gateway.calls.filter(({ url }) => url.startsWith('/v1/requests'));
    expect(asked.map(({ url }) => new URL(url, gateway.api).searchParams.get('created_after'))).toEqual([
      null,
      iso(-60_000),
      iso(-59_000),
      iso(-58_000),
    ]);
  });

  it('leaves them out where one endpoint is asked for', async () => {
    gateway.on('GET /deliveries', { body: page([summaryView()]) });
    const terminal = terminalHere();
    expect(await terminal.run('tail', '--endpoint', 'ep_1')).toBe(0);
    expect(gateway.calls.some(({ url }) => url.startsWith('/v1/requests'))).toBe(false);
  });
});
