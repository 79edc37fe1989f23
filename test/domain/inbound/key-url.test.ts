import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, type Preset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import { keyUrlOf } from '../../../lambdas/domain/inbound/public-keys/key-url.ts';
import fc from '../../properties.ts';
import {
  call,
  NOTIFICATION,
  PAYPAL_CERTIFICATE_URL,
  paypalCall,
  SNS_CERTIFICATE_URL,
  snsCall,
  TOPIC,
} from './key-signed-calls.ts';
import { CERTIFIED } from './test-keys.ts';

const TOKEN = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.AAAA`;
const withToken = call({ authorization: `Bearer ${TOKEN}` }, '');

describe('the key of a call is', () => {
  test('the certificate that SNS names, for a topic of the source', () => {
    const request = snsCall(CERTIFIED.privateKey);
    expect(keyUrlOf({ preset: 'aws-sns' }, request)).toBe(SNS_CERTIFICATE_URL);
    expect(keyUrlOf({ preset: 'aws-sns', topicArns: [TOPIC] }, request)).toBe(SNS_CERTIFICATE_URL);
    expect(keyUrlOf({ preset: 'aws-sns', topicArns: ['other'] }, request)).toBeUndefined();
  });

  test('the certificate that PayPal names', () => {
    const request = paypalCall(CERTIFIED.privateKey, 'w');
    expect(keyUrlOf({ preset: 'paypal', webhookId: 'w' }, request)).toBe(PAYPAL_CERTIFICATE_URL);
  });

  test('in Google’s key set, or in the issuer’s that the source names, when there is a token', () => {
    const google = keyUrlOf({ preset: 'google-pubsub' }, withToken);
    expect(google).toBe('https://www.googleapis.com/oauth2/v3/certs');
    const preset: Preset = { preset: 'jwt', jwksUrl: 'https://id.example.com/jwks' };
    expect(keyUrlOf(preset, withToken)).toBe('https://id.example.com/jwks');
    expect(keyUrlOf({ preset: 'jwt' }, withToken)).toBeUndefined();
    expect(keyUrlOf(preset, call({ authorization: 'Bearer x' }, ''))).toBeUndefined();
    expect(keyUrlOf({ preset: 'google-pubsub' }, call({}, ''))).toBeUndefined();
  });

  test('with the source itself, for all others', () => {
    const fetched = ['aws-sns', 'paypal', 'google-pubsub', 'jwt'];
    for (const preset of PRESET_NAMES.filter((name) => !fetched.includes(name))) {
      expect(keyUrlOf({ preset }, withToken)).toBeUndefined();
    }
  });
});

test('no call leads anywhere but to the vendor', () => {
  const part = fc.constantFrom(
    ...[
      'https://',
      'http://',
      'sns.eu-west-1.amazonaws.com',
      'api.paypal.com',
      'evil.example',
      '@',
      ':',
      '/',
      '\\',
    ],
    ...[
      '?',
      '#',
      '.',
      '.pem',
      '/v1/notifications/certs/',
      'CERT-1',
      '%2e',
      '\t',
      '\u3002',
      '169.254.169.254',
      '[::1]',
    ],
  );
  const url = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(SNS_CERTIFICATE_URL, PAYPAL_CERTIFICATE_URL), fc.nat(90), part)
      .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at)),
  );
  fc.assert(
    fc.property(url, (text) => {
      const sns = call({}, JSON.stringify({ ...NOTIFICATION, SigningCertURL: text, Signature: 'AAAA' }));
      const paypal = call({ 'PayPal-Cert-Url': text }, '');
      const found = [keyUrlOf({ preset: 'aws-sns' }, sns), keyUrlOf({ preset: 'paypal' }, paypal)];
      for (const one of found.filter((place) => place !== undefined)) {
        const { protocol, host, username, search, hash, href } = new URL(one);
        expect(host).toMatch(/^(sns\.[a-z]{2}-[a-z-]+-\d+\.amazonaws\.com(\.cn)?|api\.paypal\.com)$/);
        expect([protocol, username, search, hash, href]).toEqual(['https:', '', '', '', one]);
      }
    }),
    { numRuns: 2000 },
  );
});
