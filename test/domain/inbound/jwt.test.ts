import { createHmac, createPrivateKey, type KeyObject } from 'node:crypto';
import { OAuth2Client } from 'google-auth-library';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { call, NOW_SECONDS } from './key-signed-calls.ts';
import { CERTIFIED, ed25519, p256, p384, rsa, type TestKey } from './test-keys.ts';

const PRESET = { preset: 'jwt', issuer: 'https://id.example.com', audience: 'posthorn' };
const CLAIMS = { iss: PRESET.issuer, aud: PRESET.audience, exp: NOW_SECONDS + 600, iat: NOW_SECONDS };
const RSA = rsa();

type Header = Readonly<Record<string, unknown>>;

function token(key: KeyObject, alg: string, claims: object = CLAIMS, header: Header = {}): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, ...header }).sign(key);
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function reason(bearer: string, secrets: readonly string[], preset: { preset: string } = PRESET): string {
  const verdict = verifyInbound(
    preset,
    call({ authorization: `Bearer ${bearer}` }, '{}'),
    secrets,
    NOW_SECONDS,
  );
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

const jwk = (key: TestKey, more: Header = {}) => ({ ...key.publicKey.export({ format: 'jwk' }), ...more });

describe('jwt', () => {
  const KEYS: Readonly<Record<string, TestKey>> = {
    RS: RSA,
    PS: RSA,
    ES256: p256(),
    ES384: p384(),
    EdDSA: ed25519(),
  };
  const keyOf = (alg: string) => KEYS[alg] ?? KEYS[alg.slice(0, 2)]!;
  const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'];

  test.each(ALGORITHMS)('verifies %s by PEM, JWK and JWKS, and not by another key', async (alg) => {
    const key = keyOf(alg);
    const bearer = await token(key.privateKey, alg);
    for (const secret of [
      key.pem,
      JSON.stringify(jwk(key)),
      JSON.stringify({ keys: [jwk(ed25519()), jwk(key)] }),
    ]) {
      expect(reason(bearer, [secret])).toBe('verified');
    }
    const others = [rsa(), p256(), p384(), ed25519()].map(({ pem }) => pem);
    expect(reason(bearer, others)).toBe('signature_mismatch');
  });

  test('knows EdDSA by its newer name, in the token and in the key', async () => {
    const key = ed25519();
    const named = [jwk(key), jwk(key, { alg: 'EdDSA' }), jwk(key, { alg: 'Ed25519' })];
    for (const alg of ['EdDSA', 'Ed25519']) {
      const bearer = await token(key.privateKey, alg);
      for (const one of named) expect(reason(bearer, [JSON.stringify(one)])).toBe('verified');
    }
    const otherwise = await token(RSA.privateKey, 'RS256');
    expect(reason(otherwise, [JSON.stringify(jwk(key, { alg: 'Ed25519' }))])).toBe('unsupported_algorithm');
  });

  test('verifies by a certificate, and says that the body is not signed', async () => {
    const bearer = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'RS256' })
      .sign(createPrivateKey(CERTIFIED.privateKey));
    const verdict = verifyInbound(
      PRESET,
      call({ Authorization: `Bearer ${bearer}` }, ''),
      [CERTIFIED.valid],
      NOW_SECONDS,
    );
    expect(verdict).toEqual({ ok: true, value: { warning: expect.stringContaining('not signed') } });
  });

  test.each([
    ['another issuer', { iss: 'https://evil.example' }, 'wrong_issuer'],
    ['no issuer', { iss: undefined }, 'wrong_issuer'],
    ['another audience', { aud: 'other' }, 'wrong_audience'],
    ['no audience', { aud: undefined }, 'wrong_audience'],
    ['one of several audiences', { aud: ['other', 'posthorn'] }, 'verified'],
    ['no end', { exp: undefined }, 'bad_timestamp'],
    ['an end that is no number', { exp: '9999999999' }, 'bad_timestamp'],
    ['its end passed within the skew', { exp: NOW_SECONDS - 299 }, 'verified'],
    ['its end passed', { exp: NOW_SECONDS - 300 }, 'expired'],
    ['its start in the future', { nbf: NOW_SECONDS + 301 }, 'timestamp_too_new'],
    ['its issue in the future', { iat: NOW_SECONDS + 301 }, 'timestamp_too_new'],
    ['a start that is no number', { nbf: 'now' }, 'bad_timestamp'],
    ['a start within the skew and no issue', { nbf: NOW_SECONDS + 300, iat: undefined }, 'verified'],
  ])('judges a token with %s', async (_, claims, expected) => {
    expect(reason(await token(RSA.privateKey, 'RS256', { ...CLAIMS, ...claims }), [RSA.pem])).toBe(expected);
  });
});

describe('attacks on a jwt', () => {
  const genuine = () => token(RSA.privateKey, 'RS256');

  test.each(['none', 'None', 'nOnE', ''])('without a signature and with alg %j', (alg) => {
    const unsigned = `${encoded({ alg })}.${encoded(CLAIMS)}.`;
    expect(reason(unsigned, [RSA.pem])).toBe('unsupported_algorithm');
    expect(reason(`${unsigned}AAAA`, [RSA.pem])).toBe('unsupported_algorithm');
  });

  test('signed as HMAC with the public key as the secret', () => {
    const spelt = [RSA.pem, RSA.pem.trim(), JSON.stringify(jwk(RSA))];
    for (const secret of spelt) {
      const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(CLAIMS)}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(reason(`${signed}.${mac}`, [secret])).toBe('unsupported_algorithm');
    }
  });

  test('with a shared secret in the key set', () => {
    const secret = JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }] });
    const signed = `${encoded({ alg: 'HS256' })}.${encoded(CLAIMS)}`;
    const mac = createHmac('sha256', 'secret').update(signed).digest('base64url');
    expect(reason(`${signed}.${mac}`, [secret])).toBe('unsupported_algorithm');
  });

  test('that bring their own key along: jwk, jku, x5u, x5c', async () => {
    const own = rsa();
    const header = {
      jwk: jwk(own),
      jku: 'https://evil.example/jwks',
      x5u: 'https://evil.example/x',
      x5c: ['AAAA'],
    };
    expect(reason(await token(own.privateKey, 'RS256', CLAIMS, header), [RSA.pem])).toBe(
      'signature_mismatch',
    );
    expect(reason(await token(RSA.privateKey, 'RS256', CLAIMS, header), [RSA.pem])).toBe('verified');
  });

  test.each(["' OR 1=1 --", '../../dev/null', '__proto__', 'constructor', 'x'.repeat(1000)])(
    'with a kid of %s',
    async (kid) => {
      const set = JSON.stringify({ keys: [jwk(RSA, { kid: 'k1' })] });
      expect(reason(await token(RSA.privateKey, 'RS256', CLAIMS, { kid }), [set])).toBe('unknown_key');
    },
  );

  test('with the kid of another key of the set', async () => {
    const other = rsa();
    const set = JSON.stringify({ keys: [jwk(RSA, { kid: 'k1' }), jwk(other, { kid: 'k2' })] });
    expect(reason(await token(other.privateKey, 'RS256', CLAIMS, { kid: 'k1' }), [set])).toBe(
      'signature_mismatch',
    );
    expect(reason(await token(other.privateKey, 'RS256', CLAIMS, { kid: 'k2' }), [set])).toBe('verified');
    expect(reason(await token(other.privateKey, 'RS256', CLAIMS), [set])).toBe('verified');
  });

  test('with a key that is for another algorithm or use', async () => {
    for (const limit of [{ alg: 'PS256' }, { use: 'enc' }, { key_ops: ['encrypt'] }]) {
      const set = JSON.stringify({ keys: [jwk(RSA, limit)] });
      expect(reason(await genuine(), [set])).toMatch(/^(unsupported_algorithm|no_secret)$/);
    }
  });

  test('with an algorithm that is not the key’s', async () => {
    const [header, claims, signature] = (await token(RSA.privateKey, 'RS256')).split('.');
    for (const alg of ['ES256', 'EdDSA']) {
      expect(reason(`${encoded({ alg })}.${claims}.${signature}`, [RSA.pem])).toBe('unsupported_algorithm');
    }
    expect(reason(`${encoded({ alg: 'PS256' })}.${claims}.${signature}`, [RSA.pem])).toBe(
      'signature_mismatch',
    );
    expect(reason(`${header}.${encoded({ ...CLAIMS, sub: 'admin' })}.${signature}`, [RSA.pem])).toBe(
      'signature_mismatch',
    );
  });

  test('with keys that are there twice', () => {
    const twice = Buffer.from(
      `{"iss":"${PRESET.issuer}","aud":"posthorn","exp":1,"exp":9999999999}`,
    ).toString('base64url');
    const header = Buffer.from('{"alg":"none","alg":"RS256"}').toString('base64url');
    for (const text of [`${encoded({ alg: 'RS256' })}.${twice}.AAAA`, `${header}.${encoded(CLAIMS)}.AAAA`]) {
      expect(reason(text, [RSA.pem])).toBe('malformed_header');
    }
  });

  test('that demand an extension', async () => {
    const [, claims, signature] = (await genuine()).split('.');
    const header = encoded({ alg: 'RS256', crit: ['b64'], b64: false });
    expect(reason(`${header}.${claims}.${signature}`, [RSA.pem])).toBe('unsupported_algorithm');
  });

  test('with a key that is too short to be safe', async () => {
    const short = rsa(1024);
    const signed = `${encoded({ alg: 'RS256' })}.${encoded(CLAIMS)}`;
    expect(reason(`${signed}.AAAA`, [short.pem])).toBe('no_secret');
  });

  test('that are spelt in another way', async () => {
    const bearer = await genuine();
    for (const text of [
      `${bearer}=`,
      `${bearer}.`,
      bearer.replace('.', '..'),
      `${bearer}.AAAA`,
      bearer.slice(0, -1),
    ]) {
      expect(reason(text, [RSA.pem])).not.toBe('verified');
    }
    for (const authorization of ['', 'Basic YTpi', bearer, `Bearer ${bearer} x`]) {
      const verdict = verifyInbound(PRESET, call({ authorization }, ''), [RSA.pem], NOW_SECONDS);
      expect(verdict.ok).toBe(false);
    }
  });
});

describe('google-pubsub', () => {
  const EMAIL = 'push@project.iam.gserviceaccount.com';
  const preset = { preset: 'google-pubsub', audience: 'https://in.example.com/in/src_1', email: EMAIL };
  const claims = {
    iss: 'https://accounts.google.com',
    aud: preset.audience,
    email: EMAIL,
    email_verified: true,
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 3600,
  };
  const set = JSON.stringify({ keys: [jwk(RSA, { kid: 'g1', alg: 'RS256', use: 'sig' })] });
  const bearerOf = (more: object = {}) =>
    token(RSA.privateKey, 'RS256', { ...claims, ...more }, { kid: 'g1' });
  const BODY =
    '{"message":{"data":"SGVsbG8=","messageId":"136969346945"},"subscription":"projects/p/subscriptions/s"}';

  test('knows a delivery by its message id, wrapped or not', async () => {
    const authorization = `Bearer ${await bearerOf()}`;
    const value = { deliveryId: '136969346945', warning: expect.stringContaining('not signed') };
    const wrapped = call({ authorization }, BODY);
    const bare = call({ authorization, 'X-Goog-Pubsub-Message-Id': '136969346945' }, 'Hello');
    for (const request of [wrapped, bare]) {
      expect(verifyInbound(preset, request, [set], NOW_SECONDS)).toEqual({ ok: true, value });
    }
  });

  test.each([
    ['the short issuer', { iss: 'accounts.google.com' }, 'verified'],
    ['another issuer', { iss: 'https://accounts.google.com.evil.example' }, 'wrong_issuer'],
    ['another audience', { aud: 'https://other.example.com' }, 'wrong_audience'],
    ['another account', { email: 'push@other.iam.gserviceaccount.com' }, 'wrong_identity'],
    ['no account', { email: undefined }, 'wrong_identity'],
    ['an unverified address', { email_verified: false }, 'wrong_identity'],
    ['a verification that is text', { email_verified: 'true' }, 'wrong_identity'],
  ])('judges a token with %s', async (_, more, expected) => {
    expect(reason(await bearerOf(more), [set], preset)).toBe(expected);
  });

  test('asks for another look at Google’s keys when it does not know the one', async () => {
    const old = JSON.stringify({ keys: [jwk(rsa(), { kid: 'g0' })] });
    expect(reason(await bearerOf(), [old], preset)).toBe('unknown_key');
  });

  test('agrees with Google’s own library', async () => {
    const now = Math.floor(Date.now() / 1000);
    const bearer = await bearerOf({ iat: now, exp: now + 600 });
    const ticket = await new OAuth2Client().verifySignedJwtWithCertsAsync(
      bearer,
      { g1: RSA.pem },
      preset.audience,
      [claims.iss],
    );
    expect(ticket.getPayload()?.email).toBe(EMAIL);
    expect(verifyInbound(preset, call({ authorization: `Bearer ${bearer}` }, BODY), [set], now).ok).toBe(
      true,
    );
  });
});
