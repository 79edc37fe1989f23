import { describe, expect, test } from 'vitest';
import { judge } from '../../lambdas/domain/delivery/outcome.ts';
import type { ErrorCode } from '../../lambdas/domain/error-code.ts';
import { explain } from '../../lambdas/domain/why.ts';
import { anAnswer, NOW } from '../factories.ts';

/** Typed as a record, so that a new code does not compile until it is listed here. */
const CODES = Object.keys({
  dns_not_found: 0,
  dns_error: 0,
  address_blocked: 0,
  url_blocked: 0,
  connection_refused: 0,
  connection_reset: 0,
  connect_timeout: 0,
  unreachable: 0,
  tls_expired: 0,
  tls_wrong_name: 0,
  tls_untrusted: 0,
  tls_error: 0,
  response_timeout: 0,
  bad_response: 0,
  redirect: 0,
  gone: 0,
  rate_limited: 0,
  client_error: 0,
  unauthorized: 0,
  not_found: 0,
  payload_too_large: 0,
  server_error: 0,
  gateway_error: 0,
  unexpected_status: 0,
  unknown_outcome: 0,
  role_not_assumable: 0,
  destination_denied: 0,
  destination_not_found: 0,
  destination_throttled: 0,
  destination_too_large: 0,
  destination_rejected: 0,
  destination_unavailable: 0,
  function_failed: 0,
  transformation_failed: 0,
} satisfies Record<ErrorCode, 0>) as ErrorCode[];

describe.each(CODES)('%s', (error) => {
  test.each([
    ['with all its evidence', { error, statusCode: 503, detail: 'evidence', timeoutSeconds: 20 }],
    ['with nothing but the code', { error }],
    ['with empty evidence', { error, detail: '' }],
  ])('is explained in full sentences %s', (_, failed) => {
    const { sentence } = explain(failed);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\$\{|\(\)| {2}|\.\./);
    expect(sentence.length).toBeLessThan(250);
  });
});

test.each(CODES)('%s has a second sentence: what to do, or what to expect', (error) => {
  expect(explain({ error, statusCode: 500 }).sentence).toMatch(/[.:?] [A-Z].*\.$/);
});

test('codes differ in their words', () => {
  const sentences = CODES.map((error) => explain({ error, statusCode: 500 }).sentence);
  expect(new Set(sentences).size).toBe(CODES.length);
});

test('the evidence stands in the sentence', () => {
  expect(explain({ error: 'redirect', detail: 'to https://new.example/' }).sentence).toContain(
    '(to https://new.example/)',
  );
  expect(explain({ error: 'server_error', statusCode: 507 }).sentence).toContain('507');
  expect(explain({ error: 'response_timeout', timeoutSeconds: 7 }).sentence).toContain('in 7 s');
});

test('evidence that a receiver chose can not move the cursor of a terminal, or turn words round', () => {
  const verdict = judge(anAnswer(302, { location: '/a\u009b31m\tb' }), NOW);
  expect(verdict).toMatchObject({ error: 'redirect', detail: 'to /a\u009b31m\tb' });
  const { sentence } = explain({ error: 'redirect', detail: 'to /a\u009b31m\tb\u202e' });
  expect(sentence).toContain('(to /a\u{fffd}31m\u{fffd}b\u{fffd})');
});

test('every status a server can answer is explained', () => {
  for (let status = 100; status < 1000; status++) {
    const verdict = judge(anAnswer(status), NOW);
    if (verdict.outcome === 'succeeded') continue;
    expect(explain({ error: verdict.error, statusCode: status }).sentence).toMatch(/^[A-Z].*\.$/);
  }
});

test('blocked addresses and refused permissions are the settings’ fault, a lost worker is ours, the rest the receiver’s', () => {
  const faults = Object.groupBy(CODES, (error) => explain({ error }).fault);
  expect(faults.settings).toEqual([
    'address_blocked',
    'url_blocked',
    'role_not_assumable',
    'destination_denied',
    'transformation_failed',
  ]);
  expect(faults.gateway).toEqual(['unknown_outcome']);
});
