import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';

/** From svix-webhooks, server/svix-server/src/worker.rs, test_asymmetric_key_signing. */
const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const PRIVATE_KEY =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const V1A = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const AT = 1614265330;
const BODY = '{"test": 2432232314}';
/** From the libraries of standard-webhooks. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

function reasonOf(
  signature: string | string[],
  secrets: string[],
  about: { id?: string; at?: string; body?: string } = {},
) {
  const headers = {
    'webhook-id': about.id ?? ID,
    'webhook-timestamp': about.at ?? String(AT),
    'webhook-signature': signature,
  };
  const request = {
    method: 'POST',
    url: 'https://in.example.com/',
    headers,
    body: Buffer.from(about.body ?? BODY),
  };
  const verdict = verifyInbound('standard-webhooks', request, secrets, AT);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

function sign(key: string | Uint8Array, id: string, at: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${at}.${BODY}`).digest('base64')}`;
}

describe('Standard Webhooks', () => {
  test('verifies ed25519 by the public key, or the public half of the private one', () => {
    expect(reasonOf(V1A, [PUBLIC_KEY])).toBe('verified');
    expect(reasonOf(V1A, [PRIVATE_KEY])).toBe('verified');
    expect(reasonOf(V1A, [PUBLIC_KEY], { body: `${BODY} ` })).toBe('signature_mismatch');
  });

  test('says that there is no secret when all are broken, or of no use here', () => {
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const pem = foreign.export({ format: 'pem', type: 'spki' }).toString();
    for (const broken of [
      'whpk_',
      'whpk_AAAA',
      PRIVATE_KEY.slice(0, -8),
      '-----BEGIN PUBLIC KEY-----',
      '{}',
      pem,
    ]) {
      expect([broken, reasonOf(V1A, [broken])]).toEqual([broken, 'no_secret']);
      expect([broken, reasonOf(V1A, [broken, PUBLIC_KEY])]).toEqual([broken, 'verified']);
    }
  });

  test('takes either kind of signature when both kinds of key are there', () => {
    for (const list of [V1, V1A, `${V1} ${V1A}`, `${V1A} ${V1}`, `v1,AAAA ${V1A}`, `v1a,AAAA ${V1}`]) {
      expect([list, reasonOf(list, [SECRET, PUBLIC_KEY])]).toEqual([list, 'verified']);
    }
  });

  test('never takes a public key for a shared secret', () => {
    const forgeries = [PUBLIC_KEY, PUBLIC_KEY.slice(5), Buffer.from(PUBLIC_KEY.slice(5), 'base64')];
    for (const key of forgeries) {
      expect(reasonOf(sign(key, ID, String(AT)), [PUBLIC_KEY])).toBe('signature_mismatch');
    }
  });

  test('takes secrets without prefix and without padding', () => {
    const bytes = Buffer.alloc(25, 7);
    const signature = sign(bytes, ID, String(AT));
    for (const encoded of [bytes.toString('base64'), bytes.toString('base64').replaceAll('=', '')]) {
      expect(reasonOf(signature, [`whsec_${encoded}`])).toBe('verified');
      expect(reasonOf(signature, [encoded])).toBe('verified');
    }
  });

  test('skips elements that are broken or of versions to come, wherever they are', () => {
    for (const broken of ['v1', 'v1,', ',', 'v1,%%%', 'v1,AA==,BB==', 'v2,AAAA', 'v1a,AAAA', 'V1,AAAA']) {
      expect([broken, reasonOf(`${broken} ${V1}`, [SECRET])]).toEqual([broken, 'verified']);
      expect([broken, reasonOf([broken, V1], [SECRET])]).toEqual([broken, 'verified']);
    }
    for (const other of ['v2,AAAA', V1.replace('v1,', 'v1;'), V1.replace('v1,', 'v2,')]) {
      expect([other, reasonOf(other, [SECRET])]).toEqual([other, 'unsupported_algorithm']);
    }
  });

  test.each(['1614265330abc', ' ', '1614265330.0', '1.614265330e9', '+1614265330', '0000001614265330', '-1'])(
    'takes no time that is not digits: %j',
    (at) => {
      const reason = reasonOf(sign(Buffer.from(SECRET.slice(6), 'base64'), ID, at), [SECRET], { at });
      expect(reason).toBe(at === ' ' ? 'missing_header' : 'bad_timestamp');
    },
  );

  test.each(['a.b', 'a b', 'ä', 'a'.repeat(257)])(
    'takes no id that could pass one message for another: %s',
    (id) => {
      const reason = reasonOf(sign(Buffer.from(SECRET.slice(6), 'base64'), id, String(AT)), [SECRET], { id });
      expect(reason).toBe('malformed_header');
    },
  );
});

describe('GitLab', () => {
  const signed = { 'webhook-id': ID, 'webhook-timestamp': String(AT), 'webhook-signature': V1 };
  const verify = (headers: Record<string, string>, secrets: string[]) => {
    const request = { method: 'POST', url: 'https://in.example.com/', headers, body: Buffer.from(BODY) };
    const verdict = verifyInbound('gitlab', request, secrets, AT);
    return verdict.ok ? 'verified' : verdict.failure.reason;
  };

  test('is believed by its secret token when it does not sign', () => {
    expect(verify({ 'X-Gitlab-Token': 'tok' }, ['tok'])).toBe('verified');
    expect(verify({ 'X-Gitlab-Token': 'tok' }, ['tokk'])).toBe('wrong_credentials');
  });

  test('is not talked down from its signing token to a token in a header', () => {
    expect(verify({ 'X-Gitlab-Token': SECRET }, [SECRET])).toBe('missing_header');
    expect(verify({ ...signed, 'X-Gitlab-Token': 'tok', 'webhook-id': 'msg_2' }, [SECRET, 'tok'])).toBe(
      'signature_mismatch',
    );
  });

  test('may use both while a source moves from one to the other', () => {
    expect(verify(signed, [SECRET, 'tok'])).toBe('verified');
    expect(verify({ 'X-Gitlab-Token': 'tok' }, [SECRET, 'tok'])).toBe('verified');
  });
});
