import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { judgeUrl } from '../../lambdas/domain/egress/url.ts';
import { egressIps, ownPlaces } from '../../lambdas/handlers/own-places.ts';

const EVERYTHING = { http: true, cidrs: ['0.0.0.0/0', '::/0'] };
const RUNTIME_API = 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next';

beforeEach(() => {
  vi.stubEnv('OWN_HOST', 'API.example.com,door.example.com');
  vi.stubEnv('EGRESS_IPS', '192.0.2.1,192.0.2.2');
  vi.stubEnv('AWS_EXECUTION_ENV', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('are the hosts of the API and the door, and the addresses deliveries come from', () => {
  expect(ownPlaces()).toEqual({
    hosts: ['api.example.com', 'door.example.com'],
    addresses: ['192.0.2.1', '192.0.2.2'],
  });
});

it('have no address where egress has no fixed one', () => {
  vi.stubEnv('EGRESS_IPS', '');
  expect(ownPlaces().addresses).toEqual([]);
});

it('include Lambda’s runtime API for a function, even when an operator opens everything', () => {
  expect(judgeUrl(RUNTIME_API, EVERYTHING, ownPlaces()).ok).toBe(true);
  vi.stubEnv('AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x');
  for (const url of [RUNTIME_API, RUNTIME_API.replace('127.0.0.1', '[::1]')]) {
    expect(judgeUrl(url, EVERYTHING, ownPlaces())).toMatchObject({
      ok: false,
      verdict: 'url_blocked_address',
    });
  }
});

it('say where deliveries come from without the addresses of the machine', () => {
  vi.stubEnv('AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x');
  expect(egressIps()).toEqual(['192.0.2.1', '192.0.2.2']);
});
