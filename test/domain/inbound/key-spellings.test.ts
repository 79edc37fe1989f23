/** The ways in which people and vendors write one public key. */
import { createHmac, sign, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { publicKeysOf } from '../../../lambdas/domain/inbound/public-keys/public-key.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { NOW_SECONDS } from './key-signed-calls.ts';
import { CERTIFIED, ed25519, p256, rsa, type TestKey } from './test-keys.ts';

const KEYS = { ed25519: ed25519(), 'ECDSA P-256': p256(), RSA: rsa() };

function pemSpellings(pem: string): Record<string, string> {
  return {
    PEM: pem,
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'PEM without its last line end': pem.trim(),
    'PEM on one line, as a form field makes of it': pem.trim().replaceAll('\n', ' '),
    'PEM with its line ends escaped, as in a JSON file or an environment': pem.replaceAll('\n', '\\n'),
    'PEM among white space': `\n  ${pem}\n`,
  };
}

function spellings({ publicKey, pem }: TestKey): Record<string, string> {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    ...pemSpellings(pem),
    'base64 of its DER': der.toString('base64'),
    'base64 of its DER on several lines': der.toString('base64').replace(/.{40}/g, '$&\n'),
    'hex of its DER': der.toString('hex'),
    JWK: JSON.stringify(jwk),
    JWKS: JSON.stringify({ keys: [jwk] }),
  };
}

const rows = (texts: Record<string, string>) => Object.entries(texts);
const spki = (text: string) =>
  publicKeysOf(text).map(({ key }) => key.export({ type: 'spki', format: 'pem' }).toString());

describe.each(Object.entries(KEYS))('an %s key', (_, key) => {
  test.each(rows(spellings(key)))('is read from %s', (_, text) => {
    expect(spki(text)).toEqual([key.pem]);
  });
});

test.each(rows(pemSpellings(CERTIFIED.valid)))('a certificate is read from %s', (_, text) => {
  expect(publicKeysOf(text).map(({ certificate }) => certificate?.toString())).toEqual([CERTIFIED.valid]);
});

describe('a bare P-256 point', () => {
  const point = KEYS['ECDSA P-256'].publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);

  test.each([
    ['hex', point.toString('hex')],
    ['upper-case hex', point.toString('hex').toUpperCase()],
    ['base64', point.toString('base64')],
  ])('is a key in %s', (_, text) => {
    expect(spki(text)).toEqual([KEYS['ECDSA P-256'].pem]);
  });

  test('that is not on the curve is none', () => {
    const off = Buffer.from(point);
    off[64]! ^= 1;
    expect(publicKeysOf(off.toString('hex'))).toEqual([]);
  });
});

describe('a text that is no key', () => {
  test.each([
    ['half a PEM', KEYS.RSA.pem.slice(0, 200)],
    ['a PEM of something else', KEYS.RSA.pem.replaceAll('PUBLIC KEY', 'DH PARAMETERS')],
    ['a PEM with a broken middle', KEYS.RSA.pem.replace(/\n..../, '\n!!!!')],
    ['hex of another length', 'ab'.repeat(33)],
    ['odd hex', 'a'.repeat(63)],
  ])('is none: %s', (_, text) => {
    expect(publicKeysOf(text)).toEqual([]);
  });
});

describe('a Standard Webhooks source', () => {
  const { privateKey, publicKey, pem } = KEYS.ed25519;
  const body = Buffer.from('{"type":"a.b"}');
  const signed = Buffer.concat([Buffer.from(`msg_1.${NOW_SECONDS}.`), body]);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW_SECONDS),
    'webhook-signature': `v1a,${sign(null, signed, privateKey).toString('base64')}`,
  };
  const request = { method: 'POST', url: 'https://in.example.com/in/src_1', headers, body };
  const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));

  const der = publicKey.export({ type: 'spki', format: 'der' });
  const spkis = { 'base64 of its DER': der.toString('base64'), 'hex of its DER': der.toString('hex') };

  test.each(rows({ ...pemSpellings(pem), ...spkis, JWK: jwk }))('takes the key of v1a as %s', (_, secret) => {
    expect(verifyInbound('standard-webhooks', request, secret, NOW_SECONDS).ok).toBe(true);
  });
});

describe('what everybody may know is never a shared secret:', () => {
  const ders: Record<string, Buffer> = {
    'an ed25519 key': KEYS.ed25519.publicKey.export({ type: 'spki', format: 'der' }),
    'a P-256 key': KEYS['ECDSA P-256'].publicKey.export({ type: 'spki', format: 'der' }),
    'an RSA key': KEYS.RSA.publicKey.export({ type: 'spki', format: 'der' }),
    'an RSA key by itself (PKCS #1)': KEYS.RSA.publicKey.export({ type: 'pkcs1', format: 'der' }),
    'an RSA key too short to be used': rsa(1024).publicKey.export({ type: 'spki', format: 'der' }),
    'a certificate': new X509Certificate(CERTIFIED.valid).raw,
  };
  const texts = Object.entries(ders).flatMap(([what, der]) => [
    [`${what} in base64`, der.toString('base64')] as const,
    [`${what} in base64 without padding`, der.toString('base64').replaceAll('=', '')] as const,
    [`${what} in hex`, der.toString('hex')] as const,
  ]);
  const call = (headers: Record<string, string>) => ({
    method: 'POST',
    url: 'https://in.example.com/',
    headers,
  });
  const keys = (text: string) => [text, Buffer.from(text, 'base64'), Buffer.from(text, 'hex')];
  const mac = (key: string | Buffer, over: string) => createHmac('sha256', key).update(over).digest('base64');

  test.each(texts)('%s', (_, text) => {
    for (const key of keys(text)) {
      const standard = call({
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(NOW_SECONDS),
        'webhook-signature': `v1,${mac(key, `msg_1.${NOW_SECONDS}.`)}`,
      });
      expect(verifyInbound('standard-webhooks', standard, text, NOW_SECONDS).ok).toBe(false);

      const covered = `("@method");created=${NOW_SECONDS}`;
      const signature = mac(key, `"@method": POST\n"@signature-params": ${covered}`);
      const http = call({ 'signature-input': `s=${covered}`, signature: `s=:${signature}:` });
      expect(verifyInbound('http-message-signatures', http, text, NOW_SECONDS).ok).toBe(false);
      const pinned = { preset: 'http-message-signatures', algorithm: 'hmac-sha256' };
      expect(verifyInbound(pinned, http, text, NOW_SECONDS).ok).toBe(false);
    }
  });
});
