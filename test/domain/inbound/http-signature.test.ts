import { createHmac } from 'node:crypto';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { digestOf, NOW_SECONDS, SOURCE_URL } from './key-signed-calls.ts';
import { ed25519, p256, p384, rsa, type TestKey } from './test-keys.ts';

const BODY = '{"hello": "world"}';
const PRESET = 'http-message-signatures';
const FIELDS = ['@method', '@target-uri', 'content-digest', 'content-type'];
const SECRET = 'a shared secret of theirs';

type Options = Readonly<Record<string, unknown>>;
type Parameters = Readonly<Record<string, Date | string | null>>;

interface Signing {
  readonly fields?: string[];
  readonly parameters?: Parameters;
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly url?: string;
}

async function signed(key: TestKey | string, alg: string, signing: Signing = {}): Promise<InboundRequest> {
  const headers = {
    'content-type': 'application/json',
    'content-digest': digestOf(BODY),
    ...signing.headers,
  };
  const message = { method: 'POST', url: signing.url ?? SOURCE_URL, headers };
  const created = new Date(NOW_SECONDS * 1000);
  const paramValues = { created, ...signing.parameters };
  const result = await httpbis.signMessage(
    {
      key: createSigner(typeof key === 'string' ? key : key.privateKey, alg, 'k1'),
      fields: signing.fields ?? FIELDS,
      name: signing.name ?? 'sig',
      params: ['created', 'keyid', 'alg', ...Object.keys(signing.parameters ?? {})],
      paramValues,
    },
    message,
  );
  return { method: 'POST', url: message.url, headers: result.headers, body: Buffer.from(BODY) };
}

function reason(
  request: InboundRequest,
  secrets: readonly string[],
  options: Options = {},
  now = NOW_SECONDS,
): string {
  const verdict = verifyInbound({ preset: PRESET, ...options }, request, secrets, now);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

function withHeader(request: InboundRequest, name: string, value: string | string[]): InboundRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

/** A signature in our own hand, for what no library would make. */
function handMade(
  covered: string,
  lines: readonly string[],
  request: Partial<InboundRequest> = {},
): InboundRequest {
  const base = [...lines, `"@signature-params": ${covered}`].join('\n');
  const mac = createHmac('sha256', SECRET).update(base).digest('base64');
  const headers = { 'signature-input': `sig=${covered}`, signature: `sig=:${mac}:`, ...request.headers };
  return { method: 'POST', url: SOURCE_URL, body: new Uint8Array(), ...request, headers };
}

const CREATED = `created=${NOW_SECONDS}`;

describe('every algorithm of RFC 9421', () => {
  const RSA = rsa();
  const KEYS: readonly [string, TestKey][] = [
    ['ed25519', ed25519()],
    ['ecdsa-p256-sha256', p256()],
    ['ecdsa-p384-sha384', p384()],
    ['rsa-pss-sha512', RSA],
    ['rsa-v1_5-sha256', RSA],
  ];

  test.each(KEYS)('%s as another library signs it', async (alg, key) => {
    const request = await signed(key, alg);
    expect(reason(request, [key.pem])).toBe('verified');
    expect(reason(request, [key.pem], { algorithm: alg, components: FIELDS, keyId: 'k1' })).toBe('verified');
    expect(reason(request, [rsa().pem, ed25519().pem, p256().pem, p384().pem])).toBe('signature_mismatch');
    expect(reason({ ...request, method: 'PUT' }, [key.pem])).toBe('signature_mismatch');
    expect(reason({ ...request, url: `${SOURCE_URL}8` }, [key.pem])).toBe('signature_mismatch');
  });

  test.each(KEYS)('%s is not believed under the name of another', async (alg, key) => {
    const named = KEYS.find(([other]) => other !== alg)![0];
    const request = await signed(key, alg, { parameters: { alg: named } });
    expect(reason(request, [key.pem])).toBe('signature_mismatch');
    expect(reason(await signed(key, alg), [key.pem], { algorithm: named })).toBe('unsupported_algorithm');
  });

  test('ed25519 by a JWK as WebCrypto exports it, or as the older standard names it', async () => {
    const key = ed25519();
    const request = await signed(key, 'ed25519');
    for (const alg of ['Ed25519', 'EdDSA']) {
      const jwk = { ...key.publicKey.export({ format: 'jwk' }), key_ops: ['verify'], ext: true, alg };
      expect(reason(request, [JSON.stringify(jwk)])).toBe('verified');
    }
  });

  test('hmac-sha256 with a secret as text or as base64', async () => {
    const request = await signed(SECRET, 'hmac-sha256');
    expect(reason(request, [SECRET])).toBe('verified');
    expect(reason(request, [Buffer.from(SECRET).toString('base64')])).toBe('verified');
    expect(reason(request, ['another secret'])).toBe('signature_mismatch');
  });

  test('never hmac-sha256 with a public key as the secret', async () => {
    for (const key of [ed25519(), RSA]) {
      const der = key.publicKey.export({ type: 'spki', format: 'der' });
      const jwk = JSON.stringify(key.publicKey.export({ format: 'jwk' }));
      for (const text of [key.pem, der.toString('base64'), jwk]) {
        const request = await signed(text, 'hmac-sha256');
        expect(reason(request, [text])).toBe('no_secret');
        expect(reason(await signed(text, 'hmac-sha256', { parameters: { alg: null } }), [text])).not.toBe(
          'verified',
        );
      }
    }
  });

  test('a shared secret that reads like a public key counts when the source pins HMAC', async () => {
    const secret = 'ab'.repeat(32);
    const request = await signed(secret, 'hmac-sha256');
    expect(reason(request, [secret])).toBe('no_secret');
    expect(reason(request, [secret], { algorithm: 'hmac-sha256' })).toBe('verified');
  });

  test('is what another library verifies, too', async () => {
    const [alg, key] = KEYS[0]!;
    const request = await signed(key, alg);
    const config = { keyLookup: async () => ({ verify: createVerifier(key.pem, alg) }) };
    const message = {
      method: request.method,
      url: request.url,
      headers: { ...request.headers } as Record<string, string>,
    };
    expect(
      await httpbis.verifyMessage(
        { ...config, tolerance: 1e9, notAfter: new Date(NOW_SECONDS * 1000) },
        message,
      ),
    ).toBe(true);
  });
});

describe('time', () => {
  const key = ed25519();
  const at = (seconds: number) => new Date((NOW_SECONDS + seconds) * 1000);

  test.each([
    ['300 s ago', { created: at(-300) }, 'verified'],
    ['301 s ago', { created: at(-301) }, 'timestamp_too_old'],
    ['in 300 s', { created: at(300) }, 'verified'],
    ['in 301 s', { created: at(301) }, 'timestamp_too_new'],
    ['with an end to come', { expires: at(1) }, 'verified'],
    ['with an end now', { expires: at(0) }, 'verified'],
    ['with an end that passed', { expires: at(-1) }, 'expired'],
    ['without a time', { created: null }, 'verified'],
  ])('signed %s', async (_, parameters, expected) => {
    expect(reason(await signed(key, 'ed25519', { parameters }), [key.pem])).toBe(expected);
  });

  test('must be there when the source sets a tolerance', async () => {
    const request = await signed(key, 'ed25519', { parameters: { created: null } });
    expect(reason(request, [key.pem], { toleranceSeconds: 60 })).toBe('bad_timestamp');
  });

  test('that is no whole number is none', () => {
    for (const created of ['"1700000000"', '1700000000.0', '-1']) {
      expect(reason(handMade(`();created=${created}`, []), [SECRET])).toBe('bad_timestamp');
    }
    expect(reason(handMade(`();${CREATED};expires="never"`, []), [SECRET])).toBe('bad_timestamp');
  });
});

describe('what is said of a call', () => {
  const key = ed25519();

  test('is when it was signed, and its nonce to know replays by', async () => {
    const request = await signed(key, 'ed25519', { parameters: { nonce: 'n-1' } });
    expect(verifyInbound(PRESET, request, [key.pem], NOW_SECONDS)).toEqual({
      ok: true,
      value: { signedAt: NOW_SECONDS * 1000, deliveryId: 'n-1' },
    });
  });

  test('is that neither time nor body are signed, if so', () => {
    const request = handMade('()', [], { body: Buffer.from(BODY) });
    const warning = expect.stringMatching(/body is not signed.*time is not signed/s);
    expect(verifyInbound(PRESET, request, [SECRET], NOW_SECONDS)).toEqual({ ok: true, value: { warning } });
  });
});

describe('the body', () => {
  const key = ed25519();

  test('is compared with its digest, which the signature covers', async () => {
    const request = await signed(key, 'ed25519');
    expect(reason({ ...request, body: Buffer.from('{}') }, [key.pem])).toBe('digest_mismatch');
    const forged = withHeader({ ...request, body: Buffer.from('{}') }, 'content-digest', digestOf('{}'));
    expect(reason(forged, [key.pem])).toBe('signature_mismatch');
  });

  test('is compared with a digest that is not covered, too, but warned about', async () => {
    const request = await signed(key, 'ed25519', { fields: ['@method'] });
    expect(verifyInbound(PRESET, request, [key.pem], NOW_SECONDS)).toMatchObject({
      ok: true,
      value: { warning: expect.stringContaining('not signed') },
    });
    expect(reason({ ...request, body: Buffer.from('{}') }, [key.pem])).toBe('digest_mismatch');
  });

  test('is not protected by a digest of an unknown or insecure kind', async () => {
    for (const digest of ['md5=:AAAA:', 'unixsum=:AAAA:', 'id-sha-256=:AAAA:']) {
      const request = await signed(key, 'ed25519', { headers: { 'content-digest': digest } });
      expect(reason(request, [key.pem])).toBe('unsupported_algorithm');
    }
    const both = `md5=:AAAA:, ${digestOf(BODY)}`;
    expect(reason(await signed(key, 'ed25519', { headers: { 'content-digest': both } }), [key.pem])).toBe(
      'verified',
    );
    const wrong = `${digestOf(BODY)}, sha-512=:AAAA:`;
    expect(reason(await signed(key, 'ed25519', { headers: { 'content-digest': wrong } }), [key.pem])).toBe(
      'digest_mismatch',
    );
  });
});

describe('what must be covered', () => {
  const key = ed25519();

  test('is what the source asks for', async () => {
    const request = await signed(key, 'ed25519', { fields: ['@method'] });
    expect(reason(request, [key.pem], { components: ['@method'] })).toBe('verified');
    expect(reason(request, [key.pem], { components: ['@method', 'content-digest'] })).toBe(
      'signature_mismatch',
    );
    const empty = handMade(`("@method");${CREATED}`, ['"@method": POST']);
    expect(reason(empty, [SECRET], { components: ['@method', 'content-digest'] })).toBe('verified');
  });

  test('one member of a field is not the field', () => {
    const headers = { 'content-digest': digestOf(BODY) };
    const covered = `("content-digest";key="sha-256");${CREATED}`;
    const lines = [`"content-digest";key="sha-256": ${digestOf(BODY).slice('sha-256='.length)}`];
    const request = handMade(covered, lines, { headers, body: Buffer.from(BODY) });
    expect(reason(request, [SECRET])).toBe('verified');
    expect(reason(request, [SECRET], { components: ['content-digest'] })).toBe('signature_mismatch');
  });
});

describe('components', () => {
  const url = 'https://In.Example.com:443/a/b%20c?x=1&y=a+b%2Fc&z=1&z=2';

  test.each([
    ['"@method"', 'POST'],
    ['"@authority"', 'in.example.com'],
    ['"@scheme"', 'https'],
    ['"@target-uri"', url],
    ['"@path"', '/a/b%20c'],
    ['"@query"', '?x=1&y=a+b%2Fc&z=1&z=2'],
    ['"@request-target"', '/a/b%20c?x=1&y=a+b%2Fc&z=1&z=2'],
    ['"@query-param";name="x"', '1'],
    ['"@query-param";name="y"', 'a%20b%2Fc'],
    ['"x-list"', 'a, b'],
    ['"x-list";bs', ':YQ==:, :Yg==:'],
    ['"priority";sf', 'u=1, i'],
    ['"priority";key="u"', '1'],
  ])('%s', (component, value) => {
    const headers = { 'X-List': [' a ', 'b'], Priority: 'u=1,   i=?1' };
    const request = handMade(`(${component});${CREATED}`, [`${component}: ${value}`], { url, headers });
    expect(reason(request, [SECRET])).toBe('verified');
  });

  test.each([
    ['"@path"', '/'],
    ['"@query"', '?'],
    ['"@request-target"', '/'],
  ])('%s of a URL without any', (component, value) => {
    const request = handMade(`(${component});${CREATED}`, [`${component}: ${value}`], {
      url: 'https://a.example',
    });
    expect(reason(request, [SECRET])).toBe('verified');
  });

  test.each([
    '"@status"',
    '"@signature-params"',
    '"@unknown"',
    '"@method";req',
    '"x-a";tr',
    '"x-a";bs;sf',
    '"x-a";sf',
    '"x-a";key="a"',
    '"x-missing"',
    '"X-A"',
    '"x-a" "x-a"',
    '"@query-param"',
    '"@query-param";name="z"',
    '"@query-param";name="missing"',
    '"@method";name="x"',
    'x-a',
    '1',
  ])('%s can’t be covered', (component) => {
    const headers = { 'x-a': 'not a dictionary!' };
    const request = handMade(`(${component});${CREATED}`, [`${component}: `], { url, headers });
    expect(reason(request, [SECRET])).toBe('malformed_header');
  });

  test('a line end in a header is no new line of what is signed', () => {
    const lines = ['"x-a": 1', '"x-b": 2'];
    const honest = handMade(`("x-a" "x-b");${CREATED}`, lines, { headers: { 'x-a': '1', 'x-b': '2' } });
    expect(reason(honest, [SECRET])).toBe('verified');
    const smuggled = handMade(`("x-a");${CREATED}`, lines, { headers: { 'x-a': '1\n"x-b": 2' } });
    expect(reason(smuggled, [SECRET])).toBe('malformed_header');
  });
});

describe('several signatures', () => {
  const key = ed25519();

  async function both(first: string, second: string): Promise<InboundRequest> {
    const one = await signed(key, 'ed25519', { name: 'one' });
    const two = await signed(ed25519(), 'ed25519', { name: 'two' });
    const joined = (name: string) => [String(one.headers[name]), String(two.headers[name])];
    const pick = (name: string) => [first, second].map((label) => joined(name)[label === 'one' ? 0 : 1]!);
    return {
      ...one,
      headers: { ...one.headers, 'Signature-Input': pick('Signature-Input'), Signature: pick('Signature') },
    };
  }

  test('one that is valid suffices, wherever it stands', async () => {
    expect(reason(await both('one', 'two'), [key.pem])).toBe('verified');
    expect(reason(await both('two', 'one'), [key.pem])).toBe('verified');
    expect(reason(await both('two', 'two'), [key.pem])).toBe('signature_mismatch');
  });

  test('those that are no signatures are skipped', async () => {
    const request = await signed(key, 'ed25519');
    const input = String(request.headers['Signature-Input']);
    const signature = String(request.headers.Signature);
    const more = withHeader(
      request,
      'Signature-Input',
      `a=1, b=("@nothing"), c=("@method");alg="x", ${input}`,
    );
    const skipped = withHeader(more, 'Signature', `a=:AA==:, b=:AA==:, c=:AA==:, d=1, ${signature}`);
    expect(reason(skipped, [key.pem])).toBe('verified');
  });

  test('no more than eight are tried', async () => {
    const request = await signed(key, 'ed25519', { name: 'last' });
    const flood = (count: number) => {
      const labels = Array.from({ length: count }, (_, index) => `a${index}`);
      const inputs = labels.map((label) => `${label}=()`).join(', ');
      const signatures = labels.map((label) => `${label}=:AA==:`).join(', ');
      const more = withHeader(request, 'Signature-Input', `${inputs}, ${request.headers['Signature-Input']}`);
      return withHeader(more, 'Signature', `${signatures}, ${request.headers.Signature}`);
    };
    expect(reason(flood(7), [key.pem])).toBe('verified');
    expect(reason(flood(8), [key.pem])).toBe('signature_mismatch');
  });

  test('headers that are missing or malformed are named', async () => {
    const request = await signed(key, 'ed25519');
    for (const name of ['Signature', 'Signature-Input']) {
      expect(reason(withHeader(request, name, []), [key.pem])).toBe('missing_header');
      expect(reason(withHeader(request, name, '((('), [key.pem])).toBe('malformed_header');
      expect(reason(withHeader(request, name, 'other=("@method")'), [key.pem])).toBe('malformed_header');
    }
  });

  test('another keyid than the source’s, or than those of its key set, is unknown', async () => {
    const request = await signed(key, 'ed25519');
    const set = JSON.stringify({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k2' }] });
    expect(reason(request, [key.pem], { keyId: 'k2' })).toBe('unknown_key');
    expect(reason(request, [set])).toBe('unknown_key');
    expect(reason(request, [set.replace('k2', 'k1')])).toBe('verified');
  });
});
