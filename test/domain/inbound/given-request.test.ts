import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { GivenRequest } from '../../../lambdas/domain/inbound/given-request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { NOW_SECONDS, SIGNED_CALLS, type SignedCall } from './signed-calls.ts';

const NAMED = SIGNED_CALLS.map(
  (about) => [`${about.preset} (${about.header ?? 'in the body'})`, about] as const,
);

function reasonOf({ preset, options, secret }: SignedCall, request: GivenRequest) {
  const verdict = verifyInbound({ preset, ...options }, request, [undefined, secret], NOW_SECONDS);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

describe.each(NAMED)('a call to %s', (_, about) => {
  const good = about.sign(NOW_SECONDS, about.secret, about.body);

  test('is believed with its body as text and its headers as a server has them', () => {
    const headers = { ...good.headers, 'x-absent': undefined, 'x-none': [] };
    const body = Buffer.from(good.body).toString();
    expect(reasonOf(about, { ...good, headers, body })).toBe('verified');
  });

  if (about.header !== undefined) {
    const header = about.header;
    test.each([[undefined], [[]], [[undefined]]])('lacks its signature where that is %j', (absent) => {
      const headers = { ...good.headers, [header]: absent };
      expect(reasonOf(about, { ...good, headers })).toBe('missing_header');
    });

    test('lacks it without any headers, too', () => {
      const { headers: _, ...bare } = good;
      expect(reasonOf(about, bare)).toBe('missing_header');
    });
  }

  if (about.signsBody)
    test('is not believed without its body', () => {
      const { body: _, ...bodiless } = good;
      expect(reasonOf(about, bodiless)).not.toBe('verified');
    });

  test('is not believed without any secrets', () => {
    const { preset, options } = about;
    const verdict = verifyInbound({ preset, ...options }, good, undefined, NOW_SECONDS);
    expect(verdict).toMatchObject({ ok: false, failure: { reason: 'no_secret' } });
  });
});

test('a call without an address or a method is judged by what it has', () => {
  const { headers, body } = { headers: { 'X-Gitlab-Token': 'token' }, body: '{}' };
  expect(verifyInbound('gitlab', { headers, body }, 'token', NOW_SECONDS).ok).toBe(true);
  for (const preset of ['square', 'twilio', 'hubspot-v3', 'http-message-signatures'])
    expect(verifyInbound(preset, { headers, body }, 'token', NOW_SECONDS).ok).toBe(false);
});

test('options may be spelled as a source in the API spells them', () => {
  const body = '{"a":1}';
  const secret = Buffer.from('key').toString('hex');
  const signature = createHmac('sha256', 'key').update(`${NOW_SECONDS}.${body}`).digest('hex');
  const headers = { 'X-Signature': signature, 'X-Time': String(NOW_SECONDS) };
  const preset = {
    preset: 'hmac',
    header: 'X-Signature',
    template: '{timestamp}.{body}',
    timestamp_header: 'X-Time',
    secret_encoding: 'hex',
    tolerance_seconds: 10,
  };
  const at = (now: number) => {
    const verdict = verifyInbound(preset, { headers, body }, secret, now);
    return verdict.ok ? 'verified' : verdict.failure.reason;
  };
  expect(at(NOW_SECONDS + 10)).toBe('verified');
  expect(at(NOW_SECONDS + 11)).toBe('timestamp_too_old');
});
