/** The guard as a receiver sees it: for a blocked address no connection arrives, however it was written. */
import { describe, expect, it, vi } from 'vitest';
import type { EgressAllowance } from '../../lambdas/domain/project.ts';
import { caller, failureOf, gist, post, responseOf, THIS_LISTENER } from './attempt.ts';
import { bytes, OK, receive } from './receiver.ts';

const PLAIN_HTTP: EgressAllowance = { http: true, cidrs: [] };

describe('a listener on this machine is not reached through', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://127%2e0.0.1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://app.localhost:PORT/',
    'http://example.com@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT\\@example.com/',
    'http:127.0.0.1:PORT/',
    'http:/127.0.0.1:PORT/',
    ' http://127.0.0.1:PORT/',
    'http://127.0.0.\t1:PORT/',
  ])('%s', async (pattern) => {
    const receiver = await receive(bytes(OK), '0.0.0.0');
    const url = pattern.replace('PORT', String(receiver.port));
    const result = failureOf(await post(caller(), url, { allowance: PLAIN_HTTP }));
    expect(['url_blocked', 'address_blocked']).toContain(result.error);
    expect(result.phases).toEqual({});
    expect(receiver.connections).toBe(0);
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '::1%lo',
    'not an address',
  ])('a name that resolves to %s', async (address) => {
    const receiver = await receive(bytes(OK), '0.0.0.0');
    const http = caller({ resolve: async () => [address] });
    const result = await post(http, `http://hooks.example.com:${receiver.port}/`, { allowance: PLAIN_HTTP });
    expect(gist(result)).toBe('address_blocked');
    expect(receiver.connections).toBe(0);
  });

  it('is reached once the project opens it, so the listener does prove something', async () => {
    const receiver = await receive(bytes(OK), '0.0.0.0');
    const url = `http://hooks.example.com:${receiver.port}/`;
    expect(gist(await post(caller(), url, { allowance: THIS_LISTENER }))).toBe(200);
    expect(receiver.connections).toBe(1);
  });
});

describe('a name that changes its answer', () => {
  it('is resolved once, and what was judged is what is dialled', async () => {
    const opened = await receive(bytes(OK));
    const blocked = await receive(bytes(OK), '127.0.0.2');
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const resolve = vi.fn(async () => answers.shift() ?? ['127.0.0.2']);
    const http = caller({ resolve });
    const first = responseOf(await post(http, `http://rebind.example.com:${opened.port}/`));
    expect(first.address).toBe('127.0.0.1');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(gist(await post(http, `http://rebind.example.com:${blocked.port}/`))).toBe('address_blocked');
    expect(blocked.connections).toBe(0);
  });

  it.each([[['127.0.0.1', '127.0.0.2']], [['127.0.0.2', '127.0.0.1']]])(
    'or mixes good and blocked (%j) reaches neither',
    async (addresses) => {
      const opened = await receive(bytes(OK));
      const http = caller({ resolve: async () => addresses });
      const result = await post(http, `http://mixed.example.com:${opened.port}/`);
      expect(gist(result)).toBe('address_blocked');
      expect(opened.connections).toBe(0);
    },
  );
});

describe('the resolver', () => {
  it.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['EAI_AGAIN', 'dns_error'],
    ['ESERVFAIL', 'dns_error'],
    ['ETIMEOUT', 'dns_error'],
  ])('that fails with %s lets nothing through', async (code, error) => {
    const http = caller({
      resolve: async () => Promise.reject(Object.assign(new Error('lookup'), { code })),
    });
    expect(gist(await post(http, 'https://hooks.example.com/'))).toBe(error);
  });

  it('that answers after the deadline changes nothing', async () => {
    const receiver = await receive(bytes(OK));
    const late = Promise.withResolvers<string[]>();
    const http = caller({ resolve: () => late.promise });
    const result = await post(http, `http://hooks.example.com:${receiver.port}/`, { timeoutMs: 50 });
    late.resolve(['127.0.0.1']);
    expect(gist(result)).toBe('dns_error');
    const later = await post(caller(), `http://127.0.0.1:${receiver.port}/`);
    expect(gist(later)).toBe(200);
    expect(receiver.connections).toBe(1);
  });
});

describe('the gateway itself', () => {
  const own = { hosts: ['api.example.com'], addresses: ['127.0.0.1'] };

  it('is not sent to by name', async () => {
    const resolve = vi.fn(async () => ['127.0.0.1']);
    expect(gist(await post(caller({ own, resolve }), 'https://API.example.com./v1/events'))).toBe(
      'url_blocked',
    );
    expect(resolve).not.toHaveBeenCalled();
  });

  it('is not sent to by an egress address, whatever the project opens', async () => {
    const receiver = await receive(bytes(OK));
    const http = caller({ own });
    expect(gist(await post(http, `http://loop.example.com:${receiver.port}/`))).toBe('address_blocked');
    expect(receiver.connections).toBe(0);
  });
});

it('refuses a blocked port of a public address even to a project that opens networks', async () => {
  const http = caller({ resolve: async () => ['1.1.1.1'] });
  expect(gist(await post(http, 'https://hooks.example.com:25/'))).toBe('url_blocked');
});
