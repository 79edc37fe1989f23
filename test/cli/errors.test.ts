import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aGateway, aProblem, type FakeGateway } from './fake-gateway.ts';
import { aTerminal } from './terminal.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await aGateway();
});
afterEach(() => gateway.close());

const env = () => ({ POSTHORN_API: gateway.api, POSTHORN_KEY: 'phk_test' });
/** Nothing listens there any more. */
async function aClosedAddress(): Promise<string> {
  const closed = await aGateway();
  closed.close();
  return closed.api;
}

describe('an error is one line with the fix', () => {
  it('no gateway here: start one, or name one', async () => {
    const terminal = aTerminal();
    expect(await terminal.run('send', 'invoice.paid')).toBe(1);
    expect(terminal.err).toEqual([
      'x  No gateway runs in this folder. Start one with "npm start", or set POSTHORN_API and POSTHORN_KEY to a deployed one.',
    ]);
  });

  it('the local gateway was stopped: start it', async () => {
    const api = await aClosedAddress();
    const terminal = aTerminal({ local: { api, key: 'phk_test' } });
    expect(await terminal.run('tail')).toBe(1);
    expect(terminal.err).toEqual([
      `x  No gateway answers at ${api} (ECONNREFUSED). Start it with "npm start".`,
    ]);
  });

  it('the deployed one can not be reached: check the address', async () => {
    const terminal = aTerminal({ env: { ...env(), POSTHORN_API: await aClosedAddress() } });
    expect(await terminal.run('tail')).toBe(1);
    expect(terminal.err[0]).toContain('Check POSTHORN_API.');
  });

  it.each([
    ['POSTHORN_KEY', { POSTHORN_API: 'https://hooks.example' }],
    ['POSTHORN_API', { POSTHORN_KEY: 'phk_test' }],
  ])('half a deployed gateway: set %s too', async (missing, given) => {
    const terminal = aTerminal({ env: given });
    expect(await terminal.run('tail')).toBe(2);
    expect(terminal.err[0]).toContain(`Set ${missing}`);
  });

  it('an address that is none', async () => {
    const terminal = aTerminal({ env: { ...env(), POSTHORN_API: 'hooks.example' } });
    expect(await terminal.run('tail')).toBe(2);
    expect(terminal.err).toEqual(['x  POSTHORN_API is not a URL: "hooks.example"']);
  });

  it('something else answers there', async () => {
    const page = createServer((_, response) => response.writeHead(404).end('<h1>Not found</h1>'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const { port } = page.address() as { port: number };
    const terminal = aTerminal({ env: { ...env(), POSTHORN_API: `http://127.0.0.1:${port}` } });
    expect(await terminal.run('tail')).toBe(1);
    expect(terminal.err[0]).toContain('answered 404, not as a gateway does');
    page.close();
  });

  it('a refusal is told in its own words, with status, code and request', async () => {
    gateway.on('POST /events', aProblem(400, 'invalid', 'type: use letters and dots'));
    const terminal = aTerminal({ env: env() });
    expect(await terminal.run('send', 'bad type')).toBe(1);
    expect(terminal.err).toEqual(['x  type: use letters and dots (400 invalid, request r1)']);
    expect(terminal.out).toEqual([]);
  });

  it('with --json the problem comes as it is', async () => {
    const problem = aProblem(401, 'key_revoked', 'This API key was revoked.');
    gateway.on('GET /deliveries', problem);
    const terminal = aTerminal({ env: env() });
    expect(await terminal.run('tail', '--json')).toBe(1);
    expect(JSON.parse(terminal.err[0]!)).toEqual({
      error: 'This API key was revoked. (401 key_revoked, request r1)',
      problem: problem.body,
    });
  });

  it('a torn local.json', async () => {
    const terminal = aTerminal();
    mkdirSync(join(terminal.cwd, '.posthorn'));
    writeFileSync(join(terminal.cwd, '.posthorn/local.json'), '{"api":');
    expect(await terminal.run('tail')).toBe(1);
    expect(terminal.err[0]).toContain('is not readable');
  });
});

describe('asked wrongly: exit code 2', () => {
  it.each([
    [['send', 'invoice.paid', '--dta', '{}'], 'send has no flag --dta'],
    [['send', 'invoice.paid', 'again'], '"again" is one too many'],
    [['send'], 'Missing required positional argument: TYPE'],
    [['send', 'invoice.paid', '--data', '{a:1}'], '--data is not JSON'],
    [['sned'], 'There is no command "sned" here.'],
    [['keys', 'destroy'], 'There is no command "destroy" here.'],
    [['keys', 'create', '--scopes', 'admin'], '--scopes has "admin"'],
  ])('%j', async (args, message) => {
    const terminal = aTerminal({ env: env() });
    expect(await terminal.run(...args)).toBe(2);
    expect(terminal.err.join('\n')).toContain(message);
    expect(gateway.calls).toEqual([]);
  });

  it('help is no error, and goes where results go', async () => {
    const terminal = aTerminal();
    expect(await terminal.run('tail', '--help')).toBe(0);
    expect(terminal.out[0]).toContain('Show recent deliveries and calls to sources');
    expect(terminal.out[0]).toContain('--follow');
    expect(await terminal.run('--version')).toBe(0);
  });

  it('no command at all: what there is', async () => {
    const terminal = aTerminal();
    expect(await terminal.run()).toBe(2);
    for (const name of ['start', 'send', 'tail', 'endpoints', 'keys'])
      expect(terminal.err[0]).toContain(name);
  });
});
