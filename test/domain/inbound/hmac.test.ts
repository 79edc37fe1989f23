import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkPreset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { Verdict } from '../../../lambdas/domain/inbound/verdict.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';

const NOW_SECONDS = 1_700_000_000;
const BODY = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
const URL_SENT = 'https://in.example.com/in/src_1?a=%20b';

const mac = (
  hash: string,
  key: string | Uint8Array,
  parts: readonly (string | Uint8Array)[],
  encoding: BufferEncoding,
) =>
  createHmac(hash, key)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest(encoding as 'hex');

function verify(
  options: Readonly<Record<string, unknown>>,
  headers: Record<string, string>,
  secret = 'k',
): Verdict {
  const checked = checkPreset({ preset: 'hmac', ...options });
  if (!checked.ok) expect.fail(JSON.stringify(checked.failure));
  const request = { method: 'put', url: URL_SENT, headers, body: BODY };
  return verifyInbound(checked.value, request, [secret], NOW_SECONDS);
}

describe('a generic HMAC', () => {
  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('uses %s', (hash) => {
    expect(verify({ header: 'X-Sig', hash }, { 'x-sig': mac(hash, 'k', [BODY], 'hex') }).ok).toBe(true);
  });

  test.each(['hex', 'base64', 'base64url'] as const)('reads signatures in %s', (encoding) => {
    expect(verify({ header: 'X-Sig', encoding }, { 'x-sig': mac('sha256', 'k', [BODY], encoding) }).ok).toBe(
      true,
    );
  });

  test.each(['hex', 'base64'] as const)('reads secrets in %s', (secretEncoding) => {
    const key = Buffer.from('a key of bytes');
    const headers = { 'x-sig': mac('sha256', key, [BODY], 'hex') };
    expect(verify({ header: 'X-Sig', secretEncoding }, headers, key.toString(secretEncoding)).ok).toBe(true);
    expect(verify({ header: 'X-Sig', secretEncoding }, headers, '%%')).toMatchObject({
      failure: { reason: 'no_secret' },
    });
  });

  test('signs what the template says, the body as bytes', () => {
    const options = {
      header: 'X-Sig',
      template: '{method}\n{url}\n{path}\n{header:X-Tenant}\n{id}:{timestamp}:{body}{}',
      idHeader: 'X-Id',
      timestampHeader: 'X-Time',
      timestampFormat: 'rfc3339',
    };
    const time = new Date(NOW_SECONDS * 1000).toISOString();
    const parts = ['PUT\n', URL_SENT, '\n/in/src_1?a=%20b\nacme\nid-1:', time, ':', BODY, '{}'];
    const headers = {
      'X-Tenant': 'acme',
      'X-Id': 'id-1',
      'X-Time': time,
      'X-Sig': mac('sha256', 'k', parts, 'hex'),
    };
    expect(verify(options, headers)).toEqual({
      ok: true,
      value: { signedAt: NOW_SECONDS * 1000, deliveryId: 'id-1' },
    });
    expect(verify(options, { ...headers, 'X-Tenant': 'other' })).toMatchObject({
      failure: { reason: 'signature_mismatch' },
    });
    const { 'X-Tenant': _, ...less } = headers;
    expect(verify(options, less)).toMatchObject({ failure: { reason: 'missing_header' } });
  });

  test('finds signature and time by their keys in one header', () => {
    const options = {
      header: 'X-Sig',
      key: 'v1',
      timestampKey: 't',
      separator: ';',
      template: '{timestamp}.{body}',
    };
    const signature = mac('sha256', 'k', [`${NOW_SECONDS}.`, BODY], 'hex');
    expect(verify(options, { 'X-Sig': `t=${NOW_SECONDS}; v1=00;v1=${signature}` }).ok).toBe(true);
    expect(verify(options, { 'X-Sig': `v1=${signature}` })).toMatchObject({
      failure: { reason: 'malformed_header' },
    });
    expect(verify(options, { 'X-Sig': `t=${NOW_SECONDS};v0=${signature}` })).toMatchObject({
      failure: { reason: 'malformed_header' },
    });
  });

  test('takes no header with two times', () => {
    const options = { header: 'X-Sig', key: 'v1', timestampKey: 't', template: '{timestamp}.{body}' };
    const signature = mac('sha256', 'k', [`${NOW_SECONDS}.`, BODY], 'hex');
    expect(verify(options, { 'X-Sig': `t=${NOW_SECONDS},t=1,v1=${signature}` })).toMatchObject({
      failure: { reason: 'malformed_header' },
    });
  });

  test('takes any element of a list that has the prefix', () => {
    const options = { header: 'X-Sig', prefix: 'v1,', separator: ' ', encoding: 'base64' };
    const signature = mac('sha256', 'k', [BODY], 'base64');
    expect(verify(options, { 'X-Sig': `v2,AAAA v1,AAAA v1,${signature}` }).ok).toBe(true);
    expect(verify(options, { 'X-Sig': signature })).toMatchObject({
      failure: { reason: 'malformed_header' },
    });
  });

  test('warns of what is not signed', () => {
    const bodyOnly = verify({ header: 'X-Sig' }, { 'X-Sig': mac('sha256', 'k', [BODY], 'hex') });
    expect(bodyOnly).toMatchObject({ ok: true, value: { warning: expect.stringContaining('time') } });
    const pathOnly = verify(
      { header: 'X-Sig', template: '{url}' },
      { 'X-Sig': mac('sha256', 'k', [URL_SENT], 'hex') },
    );
    expect(pathOnly).toMatchObject({ ok: true, value: { warning: expect.stringContaining('body') } });
  });
});

describe('checkPreset', () => {
  const errorsOf = (input: unknown) => {
    const checked = checkPreset(input);
    return checked.ok ? [] : checked.failure.map(({ field, code }) => `${field} ${code}`);
  };

  test('gives a preset its proper name and keeps its options', () => {
    expect(checkPreset('hubspot')).toEqual({ ok: true, value: { preset: 'hubspot-v3' } });
    expect(checkPreset({ preset: 'stripe', toleranceSeconds: 60 })).toEqual({
      ok: true,
      value: { preset: 'stripe', toleranceSeconds: 60 },
    });
  });

  test.each([
    [undefined, ['preset required']],
    [null, ['preset required']],
    [{ preset: 7 }, ['preset required']],
    ['strpe', ['preset unknown']],
    ['constructor', ['preset unknown']],
    [{ preset: 'github', toleranceSeconds: 60 }, ['toleranceSeconds unknown']],
    [{ preset: 'stripe', toleranceSeconds: 0 }, ['toleranceSeconds invalid']],
    [{ preset: 'stripe', toleranceSeconds: 86_401 }, ['toleranceSeconds invalid']],
    [{ preset: 'stripe', toleranceSeconds: '60' }, ['toleranceSeconds invalid']],
    [{ preset: 'hmac' }, ['header required']],
    [{ preset: 'hmac', header: 'X Sig' }, ['header invalid']],
    [{ preset: 'hmac', header: 'X-Sig', hash: 'md5', template: '{boddy}' }, ['hash invalid']],
    [{ preset: 'hmac', header: 'X-Sig', template: '{boddy}' }, ['template invalid']],
    [{ preset: 'hmac', header: 'X-Sig', template: '{header:}{body}' }, ['template invalid']],
    [{ preset: 'hmac', header: 'X-Sig', template: '{timestamp}{body}' }, ['template invalid']],
    [{ preset: 'hmac', header: 'X-Sig', template: '{id}{body}' }, ['template invalid']],
    [{ preset: 'hmac', header: 'X-Sig', timestampHeader: 'X-Time' }, ['timestampHeader invalid']],
    [{ preset: 'hmac', header: 'X-Sig', toleranceSeconds: 5 }, ['toleranceSeconds invalid']],
    [{ preset: 'hmac', header: 'X-Sig', prefix: 'a', key: 'b' }, ['prefix invalid']],
    [{ preset: 'api-key', header: 'X-Key', query: 'key' }, ['query invalid']],
    [{ preset: 'google-pubsub' }, ['audience required', 'email required']],
    [{ preset: 'stripe', toString: 1 }, ['toString unknown']],
  ])('refuses %j', (input, expected) => {
    expect(errorsOf(input)).toEqual(expected);
  });

  test('names what would be right', () => {
    const checked = checkPreset({ preset: 'hmac', header: 'X-Sig', hash: 'md5' });
    expect(checked).toMatchObject({ failure: [{ detail: 'must be one of sha1, sha256, sha384, sha512' }] });
  });
});
