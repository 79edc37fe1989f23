/** Names through the real resolver and a real DNS server: every answer is judged, and failures stay closed. */
import { expect, it } from 'vitest';
import { dnsResolve } from '../../lambdas/adapters/http/resolve.ts';
import { caller, DEADLINE_SLACK_MS, failureOf, gist, post, responseOf, SHORT_TIMEOUT_MS } from './attempt.ts';
import { type NameAnswer, serveNames } from './name-server.ts';
import { bytes, OK, receive } from './receiver.ts';

async function callerWithNames(answer: (name: string) => NameAnswer) {
  return caller({ resolve: dnsResolve([await serveNames(answer)]) });
}

it('reaches the address a name resolves to', async () => {
  const receiver = await receive(bytes(OK));
  const http = await callerWithNames((name) => (name === 'hooks.example.com' ? ['127.0.0.1'] : 'NXDOMAIN'));
  const result = responseOf(await post(http, `http://hooks.example.com:${receiver.port}/`));
  expect(result.address).toBe('127.0.0.1');
  expect(receiver.requests).toHaveLength(1);
});

it.each<[what: string, answer: NameAnswer, error: string]>([
  ['a name that does not exist', 'NXDOMAIN', 'dns_not_found'],
  ['a name without addresses', [], 'dns_error'],
  ['a failing name server', 'SERVFAIL', 'dns_error'],
  ['a refusing name server', 'REFUSED', 'dns_error'],
  ['a silent name server', 'silence', 'dns_error'],
  ['an inside address', ['10.0.0.5'], 'address_blocked'],
  ['an inside IPv6 address', ['fd00:ec2::254'], 'address_blocked'],
  ['an IPv4-mapped inside address', ['::ffff:10.0.0.5'], 'address_blocked'],
  ['a good and an inside address', ['127.0.0.1', '10.0.0.5'], 'address_blocked'],
  ['a good IPv4 and an inside IPv6 address', ['127.0.0.1', '::1'], 'address_blocked'],
  ['many good addresses and an inside one at the end', [...manyGood(24), '10.0.0.5'], 'address_blocked'],
])('does not connect for %s', async (_what, answer, error) => {
  const receiver = await receive(bytes(OK));
  const http = await callerWithNames(() => answer);
  const startedAt = performance.now();
  const result = failureOf(await post(http, `http://hooks.example.com:${receiver.port}/`));
  expect(result.error).toBe(error);
  expect(Object.keys(result.phases)).toEqual(['dns']);
  expect(performance.now() - startedAt).toBeLessThan(SHORT_TIMEOUT_MS + DEADLINE_SLACK_MS);
  expect(receiver.connections).toBe(0);
});

function manyGood(count: number): string[] {
  return Array<string>(count).fill('127.0.0.1');
}

it('dials what it judged when the name answers otherwise a moment later, and refuses it the next time', async () => {
  const good = await receive((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'));
  let changed = false;
  let queries = 0;
  const http = await callerWithNames(() => {
    queries++;
    const answer = changed ? ['169.254.169.254'] : ['127.0.0.1'];
    // Both families are asked at once; the name turns around as soon as they were answered.
    if (queries === 2) changed = true;
    return answer;
  });
  const url = `http://hooks.example.com:${good.port}/`;
  expect(gist(await post(http, url))).toBe(200);
  expect(queries).toBe(2);
  expect(failureOf(await post(http, url))).toMatchObject({
    error: 'address_blocked',
    detail: expect.stringContaining('169.254.169.254'),
  });
  expect(good.connections).toBe(1);
});

it('blames our resolver, not the receiver, when nothing answers at its address', async () => {
  const http = caller({ resolve: dnsResolve(['127.0.0.1:1']) });
  expect(gist(await post(http, 'http://hooks.example.com/', { timeoutMs: 5000 }))).toContain('our_fault');
});

it('finds the names of this machine for a project that may reach inside', async () => {
  const receiver = await receive(bytes(OK));
  const allowance = { http: true, cidrs: ['127.0.0.0/8', '::1/128'] };
  const http = caller({ resolve: dnsResolve() });
  expect(gist(await post(http, `http://localhost:${receiver.port}/`, { allowance }))).toBe(200);
});
