import { describe, expect, test } from 'vitest';
import { judge } from '../../../lambdas/domain/delivery/outcome.ts';
import { anAnswer, NOW, noAnswer } from '../../factories.ts';

describe('a status', () => {
  test.each([200, 201, 202, 204, 206, 299])('%d is success', (status) => {
    expect(judge(anAnswer(status), NOW)).toEqual({ outcome: 'succeeded' });
  });

  test.each([
    [100, 'unexpected_status'],
    [101, 'unexpected_status'],
    [103, 'unexpected_status'],
    [199, 'unexpected_status'],
    [300, 'redirect'],
    [301, 'redirect'],
    [302, 'redirect'],
    [303, 'redirect'],
    [304, 'unexpected_status'],
    [307, 'redirect'],
    [308, 'redirect'],
    [399, 'redirect'],
    [400, 'client_error'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not_found'],
    [405, 'not_found'],
    [408, 'client_error'],
    [413, 'payload_too_large'],
    [418, 'client_error'],
    [429, 'rate_limited'],
    [499, 'client_error'],
    [500, 'server_error'],
    [501, 'server_error'],
    [502, 'gateway_error'],
    [503, 'gateway_error'],
    [504, 'gateway_error'],
    [599, 'server_error'],
    [600, 'unexpected_status'],
    [999, 'unexpected_status'],
  ])('%d is a failure that is tried again: %s', (status, error) => {
    expect(judge(anAnswer(status), NOW)).toEqual({ outcome: 'failed', error });
  });

  test('410 stops at once', () => {
    expect(judge(anAnswer(410), NOW)).toEqual({ outcome: 'failed', error: 'gone', stop: 'gone' });
  });

  test('outside 200 to 299 is never success', () => {
    for (let status = 0; status < 1000; status++) {
      const { outcome } = judge(anAnswer(status, { location: '/', 'retry-after': '1' }), NOW);
      expect(outcome).toBe(status >= 200 && status <= 299 ? 'succeeded' : 'failed');
    }
  });
});

describe('a redirect', () => {
  test('names its target', () => {
    const verdict = judge(anAnswer(308, { location: 'https://elsewhere.example/hooks' }), NOW);
    expect(verdict).toMatchObject({ error: 'redirect', detail: 'to https://elsewhere.example/hooks' });
  });

  test('to an endless target is kept short', () => {
    const verdict = judge(anAnswer(302, { location: `https://a.example/${'x'.repeat(50_000)}` }), NOW);
    expect(verdict).toMatchObject({
      detail: expect.stringMatching(/^to https:\/\/a\.example\/x{100,300}…$/),
    });
  });

  test('is not read out of a location that comes with another status', () => {
    expect(judge(anAnswer(503, { location: '/maintenance' }), NOW)).not.toHaveProperty('detail');
  });
});

describe('what the receiver asks for', () => {
  test.each([301, 404, 429, 500, 503])('Retry-After is heard with %d', (status) => {
    expect(judge(anAnswer(status, { 'retry-after': '90' }), NOW)).toMatchObject({ retryAfterSeconds: 90 });
  });

  test('a Retry-After nobody can read is no Retry-After', () => {
    expect(judge(anAnswer(503, { 'retry-after': 'soon' }), NOW)).not.toHaveProperty('retryAfterSeconds');
  });

  test.each([
    [500, 'disable', { outcome: 'failed', error: 'server_error', stop: 'gone' }],
    [200, 'disable', { outcome: 'succeeded', stop: 'gone' }],
    [500, 'abort-message', { outcome: 'failed', error: 'server_error', stop: 'abort' }],
    [422, ' Abort-Message ', { outcome: 'failed', error: 'client_error', stop: 'abort' }],
    [200, 'abort-message', { outcome: 'succeeded' }],
    [410, 'abort-message', { outcome: 'failed', error: 'gone', stop: 'gone' }],
    [500, 'please', { outcome: 'failed', error: 'server_error' }],
    [500, '', { outcome: 'failed', error: 'server_error' }],
  ])('%d with webhook-delivery: %s', (status, header, verdict) => {
    expect(judge(anAnswer(status, { 'webhook-delivery': header }), NOW)).toEqual(verdict);
  });
});

test('no answer is a failure with the transport’s own reason and evidence', () => {
  expect(judge(noAnswer('tls_expired'), NOW)).toEqual({ outcome: 'failed', error: 'tls_expired' });
  expect(judge({ ...noAnswer('address_blocked'), detail: '10.0.0.1' }, NOW)).toEqual({
    outcome: 'failed',
    error: 'address_blocked',
    detail: '10.0.0.1',
  });
});
