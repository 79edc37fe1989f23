import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, type PresetName } from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { NOW_SECONDS, SIGNED_CALLS, type SignedCall } from './signed-calls.ts';

function presetOf({ preset, options }: SignedCall) {
  return { preset, ...options };
}

function reasonOf(about: SignedCall, request: InboundRequest, secrets: readonly string[] = [about.secret]) {
  const verdict = verifyInbound(presetOf(about), request, secrets, NOW_SECONDS);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

function good(about: SignedCall, signedAt = NOW_SECONDS): InboundRequest {
  return about.sign(signedAt, about.secret, about.body);
}

function withHeader(
  request: InboundRequest,
  name: string,
  value: string | string[] | undefined,
): InboundRequest {
  const { [name]: _, ...others } = request.headers;
  return { ...request, headers: value === undefined ? others : { ...others, [name]: value } };
}

const NAMED = SIGNED_CALLS.map(
  (about) => [`${about.preset} (${about.header ?? 'in the body'})`, about] as const,
);

describe.each(NAMED)('%s', (_, about) => {
  test('verifies what the secret signed, and says when and which delivery it was', () => {
    const verdict = verifyInbound(presetOf(about), good(about), [about.secret], NOW_SECONDS);
    if (!verdict.ok) expect.fail(verdict.failure.detail);
    const { signedAt, deliveryId, warning } = verdict.value;
    expect(signedAt).toBe(about.toleranceSeconds === undefined ? undefined : NOW_SECONDS * 1000);
    expect(deliveryId).toBe(about.deliveryId);
    const isWhole = about.signsBody && about.toleranceSeconds !== undefined;
    expect(warning === undefined).toBe(isWhole);
  });

  test('takes the secret as one text, and headers in any case', () => {
    const request = good(about);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(verifyInbound(presetOf(about), { ...request, headers }, about.secret, NOW_SECONDS).ok).toBe(true);
  });

  test('verifies with any of several secrets, broken ones among them', () => {
    const secrets = ['', about.otherSecret, about.secret, 'whsec_%%%'];
    expect(reasonOf(about, good(about), secrets)).toBe('verified');
  });

  test('refuses another secret', () => {
    const reason = reasonOf(about, good(about), [about.otherSecret]);
    expect(['signature_mismatch', 'wrong_credentials']).toContain(reason);
  });

  test('refuses everything without a secret', () => {
    expect(reasonOf(about, good(about), [])).toBe('no_secret');
    expect(reasonOf(about, good(about), [''])).toBe('no_secret');
  });

  if (about.header !== undefined)
    test('says that the header is missing', () => {
      expect(reasonOf(about, withHeader(good(about), about.header!, undefined))).toBe('missing_header');
    });

  if (about.header !== undefined)
    test('refuses a header that is no signature', () => {
      const reason = reasonOf(about, withHeader(good(about), about.header!, '%%%'));
      expect(reason).not.toBe('verified');
      expect(reason).not.toBe('missing_header');
    });

  if (about.signsBody)
    test('refuses a body with one bit changed', () => {
      const request = good(about);
      for (const at of [0, request.body.length >> 1, request.body.length - 1]) {
        const body = Buffer.from(request.body);
        body[at]! ^= 1;
        expect(reasonOf(about, { ...request, body })).not.toBe('verified');
      }
    });

  if (about.toleranceSeconds !== undefined)
    test('holds the time to its tolerance, both ways', () => {
      const tolerance = about.toleranceSeconds!;
      expect(reasonOf(about, good(about, NOW_SECONDS - tolerance))).toBe('verified');
      expect(reasonOf(about, good(about, NOW_SECONDS + tolerance))).toBe('verified');
      expect(reasonOf(about, good(about, NOW_SECONDS - tolerance - 1))).toBe('timestamp_too_old');
      expect(reasonOf(about, good(about, NOW_SECONDS + tolerance + 1))).toBe('timestamp_too_new');
    });

  if (about.toleranceSeconds !== undefined)
    test('lets the source set another tolerance', () => {
      const narrow = { ...about, options: { ...about.options, toleranceSeconds: 2 } };
      expect(reasonOf(narrow, good(about, NOW_SECONDS - 2))).toBe('verified');
      expect(reasonOf(narrow, good(about, NOW_SECONDS - 3))).toBe('timestamp_too_old');
    });

  test('takes now in milliseconds, in Unix seconds and as a date', () => {
    for (const now of [NOW_SECONDS, NOW_SECONDS * 1000, new Date(NOW_SECONDS * 1000)]) {
      expect(verifyInbound(presetOf(about), good(about), [about.secret], now).ok).toBe(true);
    }
  });
});

const LISTS: readonly PresetName[] = ['stripe', 'pagerduty', 'convoy-advanced', 'outpost'];

describe('a header given twice', () => {
  test.each(NAMED.filter(([, { header }]) => header !== undefined))('is refused: %s', (_, about) => {
    const request = good(about);
    const value = String(request.headers[about.header!]);
    const twice = withHeader(request, about.header!, [value, value]);
    const isTimeTwice = ['stripe', 'mux', 'paddle', 'convoy-advanced'].includes(about.preset);
    // A list on several lines is one list, as HTTP has it; a time must still be there once.
    const isList = value.startsWith('v1,') || ['pagerduty', 'outpost'].includes(about.preset);
    expect(reasonOf(about, twice)).toBe(isList && !isTimeTwice ? 'verified' : 'malformed_header');
  });
});

describe('a list of signatures', () => {
  const lists = SIGNED_CALLS.filter(({ preset }) => LISTS.includes(preset));

  test.each(lists.map((about) => [about.preset, about] as const))(
    'of %s skips broken elements',
    (_, about) => {
      const request = good(about);
      const value = String(request.headers[about.header!]);
      const longer = about.preset === 'outpost' ? `v0=zz,${value.slice(3)}` : `v1=zz,=,${value},v1=,v9=00`;
      expect(reasonOf(about, withHeader(request, about.header!, longer))).toBe('verified');
    },
  );

  test('is not read beyond 32 elements', () => {
    const about = SIGNED_CALLS.find(({ preset }) => preset === 'pagerduty')!;
    const request = good(about);
    const value = String(request.headers[about.header!]);
    const flood = (count: number) => `${'v1=00,'.repeat(count)}${value}`;
    expect(reasonOf(about, withHeader(request, about.header!, flood(31)))).toBe('verified');
    expect(reasonOf(about, withHeader(request, about.header!, flood(32)))).toBe('signature_mismatch');
  });
});

describe('presets', () => {
  const BY_PUBLIC_KEY = [
    'sendgrid',
    'discord',
    'aws-sns',
    'google-pubsub',
    'http-message-signatures',
    'paypal',
    'jwt',
  ];
  const EITHER = ['convoy', 'adyen', 'none', 'content-digest'];

  test('all have a signed call here, but those of public keys and the ones that choose', () => {
    const covered = new Set<string>([
      ...SIGNED_CALLS.map(({ preset }) => preset),
      ...BY_PUBLIC_KEY,
      ...EITHER,
    ]);
    expect(PRESET_NAMES.filter((name) => !covered.has(name))).toEqual([]);
  });

  test('none believes everybody, and says so', () => {
    const request = { method: 'GET', url: 'https://in.example.com/', headers: {}, body: new Uint8Array() };
    const verdict = verifyInbound('none', request, [], NOW_SECONDS);
    expect(verdict).toEqual({
      ok: true,
      value: { warning: expect.stringContaining('whoever knows the URL') },
    });
  });

  test('that do not exist are a fault of ours', () => {
    const request = { method: 'GET', url: '', headers: {}, body: new Uint8Array() };
    expect(() => verifyInbound('toString', request, [], 0)).toThrow(RangeError);
  });
});
