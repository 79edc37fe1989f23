import { describe, expect, test } from 'vitest';
import { PRESET_NAMES } from '../../../lambdas/domain/inbound/presets/preset.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import fc from '../../properties.ts';
import { NOW_SECONDS, SIGNED_CALLS } from './signed-calls.ts';

/** What checkPreset would have asked for, so that the verifiers get as far as they can. */
const OPTIONS: Readonly<Record<string, object>> = {
  hmac: {
    header: 'X-Signature',
    template: '{timestamp}{id}{path}{header:X-A}{body}',
    timestampHeader: 'X-Time',
    idHeader: 'X-Id',
  },
  paypal: { webhookId: 'wh' },
  'google-pubsub': { audience: 'a', email: 'b@example.com' },
  jwt: { issuer: 'i', audience: 'a' },
};

const HEADER_NAMES = [
  ...new Set(
    SIGNED_CALLS.flatMap(({ sign, secret, body }) => Object.keys(sign(NOW_SECONDS, secret, body).headers)),
  ),
  ...['X-Time', 'X-Id', 'X-A', 'Signature', 'Signature-Input', 'Content-Digest', 'X-Signature-Ed25519'],
  ...['X-Signature-Timestamp', 'PayPal-Transmission-Sig', 'x-amz-sns-message-type'],
];

const fragment = fc.constantFrom(
  ...[
    't=',
    'v1=',
    'v1,',
    'v0=',
    'sha256=',
    'h1=',
    'ts=',
    ',',
    ';',
    ' ',
    '=',
    'Basic ',
    'Bearer ',
    '{}',
    '.',
    'eyJ9',
  ],
  ...[
    String(NOW_SECONDS),
    `${NOW_SECONDS}000`,
    '2023-11-14T22:13:20Z',
    'ab'.repeat(32),
    'A'.repeat(43),
    'v1a,',
  ],
);
const value = fc.oneof(
  fc.array(fc.oneof(fragment, fc.string({ maxLength: 6 })), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);
const headers = fc.dictionary(
  fc.constantFrom(...HEADER_NAMES),
  fc.oneof(value, fc.array(value, { maxLength: 3 })),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.json().map((text) => Buffer.from(text)),
  fc.webQueryParameters().map((text) => Buffer.from(text)),
  fc
    .record(
      { signature: fc.anything(), notificationItems: fc.anything(), webhookTimestamp: fc.anything() },
      { requiredKeys: [] },
    )
    .map((json) => Buffer.from(JSON.stringify(json) ?? '')),
);
const secret = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.base64String({ minLength: 1 }).map((text) => `whsec_${text}`),
  fc.constantFrom(
    '',
    'whpk_',
    'whsk_AAAA',
    'a:b',
    'ab'.repeat(32),
    '-----BEGIN PUBLIC KEY-----',
    '{"keys":[]}',
  ),
);
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.string(),
  fc.constant('https://a.example/?bodySHA256=00'),
);

describe.each(PRESET_NAMES.filter((name) => name !== 'none'))('%s', (preset) => {
  test('answers anything with a rejection, and never throws', () => {
    fc.assert(
      fc.property(
        headers,
        body,
        fc.array(secret, { maxLength: 3 }),
        url,
        fc.string(),
        (sent, bytes, secrets, to, method) => {
          const request = { method, url: to, headers: sent, body: bytes };
          const verdict = verifyInbound({ preset, ...OPTIONS[preset] }, request, secrets, NOW_SECONDS);
          expect(verdict.ok).toBe(false);
          if (!verdict.ok) expect(verdict.failure.detail).toMatch(/^[A-Z].{10,}$/su);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe.each(SIGNED_CALLS.map((about) => [about.preset, about] as const))('%s', (_, about) => {
  test('never shows a secret in what it answers', () => {
    for (const signed of [about.secret, about.otherSecret]) {
      const request = about.sign(NOW_SECONDS, signed, about.body);
      const verdict = verifyInbound(
        { preset: about.preset, ...about.options },
        request,
        [about.secret],
        NOW_SECONDS,
      );
      expect(JSON.stringify(verdict)).not.toContain(about.secret);
    }
  });
});
