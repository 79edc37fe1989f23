import { describe, expect, test } from 'vitest';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import { readVectors, requestOf } from './vector.ts';

const ANY_TIME_SECONDS = 1_700_000_000;
const VECTORS = readVectors('shared-secrets.json');

describe('published examples of calls signed with a shared secret', () => {
  test.each(VECTORS.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const now = vector.nowSeconds ?? ANY_TIME_SECONDS;
    const verdict = verifyInbound(vector.preset, requestOf(vector), vector.secrets, now);
    expect({ verified: verdict.ok, reason: verdict.ok ? undefined : verdict.failure.reason }).toEqual({
      verified: vector.verified,
      reason: vector.reason,
    });
  });

  test('Adyen’s and Convoy’s also verify when one preset serves both their ways', () => {
    for (const vector of VECTORS.filter(({ preset }) => /^(adyen|convoy)-/.test(preset))) {
      const either = vector.preset.replace(/-.*/, '');
      const now = vector.nowSeconds ?? ANY_TIME_SECONDS;
      const verdict = verifyInbound(either, requestOf(vector), vector.secrets, now);
      expect([vector.id, verdict.ok]).toEqual([vector.id, vector.verified]);
    }
  });

  test('say where each is from', () => {
    expect(VECTORS.length).toBeGreaterThan(70);
    expect(VECTORS.filter(({ source }) => source === '')).toEqual([]);
  });
});
