import { describe, expect, test } from 'vitest';
import { rejectionAnswer } from '../../../lambdas/domain/inbound/call-answer.ts';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import {
  CONFIRMATION,
  call,
  discordCall,
  NOTIFICATION,
  NOW_SECONDS,
  PAYPAL_CERTIFICATE_URL,
  paypalCall,
  sendgridCall,
  snsCall,
  TOPIC,
} from './key-signed-calls.ts';
import { CERTIFIED, ed25519, p256, p384, rsa } from './test-keys.ts';

type Wanted = { readonly preset: string; readonly [option: string]: unknown };

function reason(
  preset: Wanted,
  request: InboundRequest,
  secrets: readonly string[],
  now = NOW_SECONDS,
): string {
  const verdict = verifyInbound(preset, request, secrets, now);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

function changed(request: InboundRequest, headers: InboundRequest['headers']): InboundRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

describe('discord', () => {
  const key = ed25519();
  const other = ed25519();
  const preset = { preset: 'discord' };
  const raw = key.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const jwk = JSON.stringify(key.publicKey.export({ format: 'jwk' }));

  test.each([
    ['hex', raw.toString('hex')],
    ['upper-case hex', raw.toString('hex').toUpperCase()],
    ['base64', raw.toString('base64')],
    ['whpk_', `whpk_${raw.toString('base64')}`],
    ['base64 SPKI', key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
    ['PEM', key.pem],
    ['JWK', jwk],
  ])('takes a public key as %s', (_, text) => {
    expect(reason(preset, discordCall(key.privateKey), [other.pem, text])).toBe('verified');
    expect(reason(preset, discordCall(other.privateKey), [text])).toBe('signature_mismatch');
  });

  test('says when it was signed and which interaction it is', () => {
    expect(verifyInbound(preset, discordCall(key.privateKey), [key.pem], NOW_SECONDS)).toEqual({
      ok: true,
      value: { signedAt: NOW_SECONDS * 1000, deliveryId: 'i1' },
    });
  });

  test('refuses another body, another time and old calls, with 401 as Discord wants it', () => {
    const request = discordCall(key.privateKey);
    const cases: readonly [InboundRequest, string][] = [
      [{ ...request, body: Buffer.from('{"type":1}') }, 'signature_mismatch'],
      [changed(request, { 'X-Signature-Timestamp': '1700000001' }), 'signature_mismatch'],
      [changed(request, { 'X-Signature-Ed25519': 'zz' }), 'malformed_header'],
      [changed(request, { 'X-Signature-Ed25519': [] }), 'missing_header'],
      [discordCall(key.privateKey, '{}', NOW_SECONDS - 301), 'timestamp_too_old'],
      [discordCall(key.privateKey, '{}', NOW_SECONDS + 301), 'timestamp_too_new'],
    ];
    for (const [bad, why] of cases) {
      const verdict = verifyInbound(preset, bad, [key.pem], NOW_SECONDS);
      if (verdict.ok) expect.fail('verified');
      expect(verdict.failure.reason).toBe(why);
      expect(rejectionAnswer(verdict.failure).status).toBe(401);
    }
  });

  test('never takes a private key or a key of another kind', () => {
    const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const privateJwk = JSON.stringify(key.privateKey.export({ format: 'jwk' }));
    for (const secret of [pkcs8, privateJwk, p256().pem, 'nonsense', '']) {
      expect(reason(preset, discordCall(key.privateKey), [secret])).toBe('no_secret');
    }
  });
});

describe('sendgrid', () => {
  const key = p256();
  const preset = { preset: 'sendgrid' };
  const spki = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

  test('takes its key as base64 and as PEM', () => {
    expect(reason(preset, sendgridCall(key.privateKey), [spki])).toBe('verified');
    expect(reason(preset, sendgridCall(key.privateKey), [p256().pem, key.pem])).toBe('verified');
  });

  test('needs the line end after the last event', () => {
    const request = sendgridCall(key.privateKey);
    const body = request.body.subarray(0, -2);
    expect(reason(preset, { ...request, body }, [spki])).toBe('signature_mismatch');
  });

  test('refuses keys on another curve, and calls without a key', () => {
    const foreign = p384();
    expect(reason(preset, sendgridCall(foreign.privateKey), [foreign.pem])).toBe('signature_mismatch');
    expect(reason(preset, sendgridCall(key.privateKey), ['nonsense'])).toBe('no_secret');
  });

  test('judges time only with a tolerance', () => {
    const old = sendgridCall(key.privateKey, '[]', NOW_SECONDS - 7200);
    expect(reason(preset, old, [spki])).toBe('verified');
    expect(reason({ ...preset, toleranceSeconds: 600 }, old, [spki])).toBe('timestamp_too_old');
  });
});

describe('aws-sns', () => {
  const preset = { preset: 'aws-sns', topicArns: [TOPIC] };
  const { privateKey, valid, expired } = CERTIFIED;
  const signed = (fields = {}) => snsCall(privateKey, { ...NOTIFICATION, ...fields });

  test('verifies by certificate or public key, with or without a subject', () => {
    expect(reason(preset, signed(), [valid])).toBe('verified');
    expect(reason(preset, signed({ Subject: undefined }), [valid])).toBe('verified');
    const key = rsa();
    expect(reason(preset, snsCall(key.privateKey), [key.pem])).toBe('verified');
  });

  test('verifies confirmations of both kinds', () => {
    for (const Type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation']) {
      expect(reason(preset, snsCall(privateKey, { ...CONFIRMATION, Type }), [valid])).toBe('verified');
    }
  });

  test('knows a delivery by its message id, and warns when every account is believed', () => {
    const { MessageId } = NOTIFICATION;
    const all = verifyInbound('aws-sns', signed(), [valid], NOW_SECONDS);
    expect(all).toEqual({ ok: true, value: { deliveryId: MessageId, warning: expect.any(String) } });
    const one = verifyInbound(preset, signed(), [valid], NOW_SECONDS);
    expect(one).toEqual({ ok: true, value: { deliveryId: MessageId } });
  });

  test('refuses topics that the source does not name', () => {
    expect(reason({ ...preset, topicArns: [`${TOPIC}2`] }, signed(), [valid])).toBe('wrong_identity');
  });

  test('refuses an expired certificate and one that is not valid yet', () => {
    expect(reason(preset, signed(), [expired])).toBe('expired');
    expect(reason(preset, signed(), [valid], Date.parse('2019-01-01'))).toBe('expired');
  });

  test('refuses SHA-1 unless the source allows it', () => {
    const old = snsCall(privateKey, { ...NOTIFICATION, SignatureVersion: '1' }, 'sha1');
    expect(reason(preset, old, [valid])).toBe('unsupported_algorithm');
    expect(reason({ ...preset, allowSha1: true }, old, [valid])).toBe('verified');
    expect(reason({ ...preset, allowSha1: true }, signed(), [valid])).toBe('verified');
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://s3.amazonaws.com/sns/a.pem',
    'https://sns.s3.amazonaws.com/a.pem',
    'https://sns.s3-us-west-2.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://evil.example\\@sns.eu-west-1.amazonaws.com/a.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem?x=.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem#b.pem',
    'https://sns.eu-west-1.amazonaws.com/a.crt',
    'https://xsns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.cn.evil.example/a.pem',
    'ftp://sns.eu-west-1.amazonaws.com/a.pem',
    'nonsense',
  ])('refuses a certificate at %s', (SigningCertURL) => {
    expect(reason(preset, signed({ SigningCertURL }), [valid])).toBe('untrusted_key_url');
  });

  test('knows the hosts of China and of the government’s regions', () => {
    for (const host of ['sns.cn-north-1.amazonaws.com.cn', 'sns.us-gov-west-1.amazonaws.com']) {
      expect(reason(preset, signed({ SigningCertURL: `https://${host}/a.pem` }), [valid])).toBe('verified');
    }
  });

  test('refuses a change in any signed field', () => {
    for (const name of ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn'] as const) {
      const body = JSON.parse(Buffer.from(signed().body).toString()) as Record<string, string>;
      const request = call({}, JSON.stringify({ ...body, [name]: `${body[name]}x` }));
      expect(reason({ preset: 'aws-sns' }, request, [valid])).toBe('signature_mismatch');
    }
  });

  test('refuses fields that could be cut another way, and keys that are there twice', () => {
    expect(reason(preset, signed({ MessageId: 'a\nSubject\nb' }), [valid])).toBe('malformed_body');
    const text = Buffer.from(signed().body).toString();
    const twice = text.replace('{', '{"Message":"forged",');
    const escaped = text.replace('{', '{"Mess\\u0061ge":"forged",');
    for (const body of [twice, escaped])
      expect(reason(preset, call({}, body), [valid])).toBe('malformed_body');
  });

  test('says why raw delivery can’t be verified', () => {
    const verdict = verifyInbound(
      preset,
      call({ 'x-amz-sns-rawdelivery': 'true' }, 'Hello'),
      [valid],
      NOW_SECONDS,
    );
    expect(verdict).toMatchObject({ ok: false, failure: { detail: expect.stringContaining('Raw message') } });
  });

  test('refuses another type in the header than in the body', () => {
    const request = changed(signed(), { 'x-amz-sns-message-type': 'SubscriptionConfirmation' });
    expect(reason(preset, request, [valid])).toBe('malformed_header');
  });
});

describe('paypal', () => {
  const webhookId = '1JE4291016473214C';
  const preset = { preset: 'paypal', webhookId };
  const { privateKey, valid, expired } = CERTIFIED;

  test('verifies by the certificate', () => {
    expect(verifyInbound(preset, paypalCall(privateKey, webhookId), [valid], NOW_SECONDS)).toEqual({
      ok: true,
      value: { deliveryId: 'b2384410-f8d2-11e4-8bf3-77339302725b', warning: expect.stringContaining('CRC') },
    });
  });

  test('refuses what was signed for another webhook, another body, or with another algorithm', () => {
    const request = paypalCall(privateKey, webhookId);
    expect(reason({ ...preset, webhookId: 'other' }, request, [valid])).toBe('signature_mismatch');
    expect(reason(preset, { ...request, body: Buffer.from('{}') }, [valid])).toBe('signature_mismatch');
    expect(reason(preset, changed(request, { 'PayPal-Auth-Algo': 'SHA1withRSA' }), [valid])).toBe(
      'unsupported_algorithm',
    );
    expect(reason(preset, changed(request, { 'PayPal-Transmission-Time': 'today' }), [valid])).toBe(
      'bad_timestamp',
    );
  });

  test('refuses an expired certificate', () => {
    expect(reason(preset, paypalCall(privateKey, webhookId), [expired])).toBe('expired');
  });

  test('judges time only with a tolerance', () => {
    const request = paypalCall(privateKey, webhookId);
    expect(reason(preset, request, [valid], NOW_SECONDS + 7200)).toBe('verified');
    const strict = { ...preset, toleranceSeconds: 600 };
    expect(reason(strict, request, [valid], NOW_SECONDS + 7200)).toBe('timestamp_too_old');
  });

  test.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://www.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../invoices/1',
    'https://api.paypal.com:444/v1/notifications/certs/CERT-1',
    `${PAYPAL_CERTIFICATE_URL}?x=1`,
  ])('refuses a certificate at %s', (url) => {
    const request = paypalCall(privateKey, webhookId, '{}', { 'PayPal-Cert-Url': url });
    expect(reason(preset, request, [valid])).toBe('untrusted_key_url');
  });

  test('knows the sandbox', () => {
    const url = PAYPAL_CERTIFICATE_URL.replace('api.', 'api.sandbox.');
    const request = paypalCall(privateKey, webhookId, '{}', { 'PayPal-Cert-Url': url });
    expect(reason(preset, request, [valid])).toBe('verified');
  });
});
