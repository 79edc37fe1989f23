import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verifyContentDigest } from '../../../lambdas/domain/inbound/schemes/content-digest.ts';
import { verifyHttpSignature } from '../../../lambdas/domain/inbound/schemes/http-signature.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { readVectors, requestOf, type Vector } from './vector.ts';

/** `status` makes it a response, which no source ever gets, but the standard has examples of. */
type KeyVector = Vector & { readonly options?: object; readonly status?: number };

const ANY_TIME_SECONDS = 1_700_000_000;
const VECTORS = readVectors('public-keys.json') as readonly KeyVector[];
const NAMED = (vectors: readonly KeyVector[]) => vectors.map((vector) => [vector.id, vector] as const);

describe('published examples of calls signed with a private key', () => {
  test.each(NAMED(VECTORS.filter(({ status }) => status === undefined)))('%s', (_, vector) => {
    const preset = { preset: vector.preset, ...vector.options };
    const now = vector.nowSeconds ?? ANY_TIME_SECONDS;
    const verdict = verifyInbound(preset, requestOf(vector), vector.secrets, now);
    expect({ verified: verdict.ok, reason: verdict.ok ? undefined : verdict.failure.reason }).toEqual({
      verified: vector.verified,
      reason: vector.reason,
    });
  });

  test.each(NAMED(VECTORS.filter(({ status }) => status !== undefined)))('%s', (_, vector) => {
    const request = { ...requestOf(vector), status: vector.status! };
    const nowSeconds = vector.nowSeconds ?? ANY_TIME_SECONDS;
    expect(verifyHttpSignature({ request, secrets: vector.secrets, options: {}, nowSeconds }).ok).toBe(true);
  });

  test('say where each is from', () => {
    expect(VECTORS.length).toBeGreaterThan(15);
    expect(VECTORS.filter(({ source }) => source === '')).toEqual([]);
  });
});

describe('published examples of digests', () => {
  const file = new URL('./vectors/content-digests.json', import.meta.url);
  const digests = JSON.parse(readFileSync(file, 'utf8')) as readonly KeyVector[];

  const longer = (body: Uint8Array) => Buffer.concat([body, Buffer.from(' ')]);

  test.each(NAMED(digests))('%s', (_, vector) => {
    const { headers, body } = requestOf(vector);
    expect(verifyContentDigest(headers, body).ok).toBe(true);
    expect(verifyContentDigest(headers, longer(body))).toMatchObject({
      ok: false,
      failure: { reason: 'digest_mismatch' },
    });
  });

  test.each(NAMED(digests))('%s is believed by its preset, with a warning', (_, vector) => {
    const request = requestOf(vector);
    expect(verifyInbound('content-digest', request, [], ANY_TIME_SECONDS)).toEqual({
      ok: true,
      value: { warning: expect.stringContaining('whoever knows the URL can send') },
    });
    const changed = { ...request, body: longer(request.body) };
    expect(verifyInbound('content-digest', changed, [], ANY_TIME_SECONDS)).toMatchObject({
      ok: false,
      failure: { reason: 'digest_mismatch' },
    });
  });
});
