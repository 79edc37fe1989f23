import { describe, expect, test } from 'vitest';
import {
  type Endpoint,
  isSameReceiver,
  MAX_SECRETS,
  rotateSecret,
  signingKeys,
} from '../../lambdas/domain/endpoint.ts';
import { anEndpoint, aSecret, NOW } from '../factories.ts';
import fc from '../properties.ts';

const HOUR = 3_600_000;
const before = anEndpoint({ secrets: [{ key: aSecret('old') }] });

describe('rotating a secret', () => {
  test('puts the new one in front and lets the old one sign until the overlap ends', () => {
    const after = rotateSecret(before, aSecret('new'), NOW, 3600);
    expect(after.secrets).toEqual([{ key: aSecret('new') }, { key: aSecret('old'), expiresAt: NOW + HOUR }]);
    expect(signingKeys(after, NOW)).toEqual([aSecret('new'), aSecret('old')]);
    expect(signingKeys(after, NOW + HOUR - 1)).toEqual([aSecret('new'), aSecret('old')]);
    expect(signingKeys(after, NOW + HOUR)).toEqual([aSecret('new')]);
  });

  test('without an overlap ends the old one at once', () => {
    expect(rotateSecret(before, aSecret('new'), NOW, 0).secrets).toEqual([{ key: aSecret('new') }]);
  });

  test('again shortens what still signs to the newer overlap, and never lengthens it', () => {
    const once = rotateSecret(before, aSecret('b'), NOW, 7200);
    const shorter = rotateSecret(once, aSecret('c'), NOW, 3600);
    expect(shorter.secrets.map(({ expiresAt }) => expiresAt)).toEqual([undefined, NOW + HOUR, NOW + HOUR]);
    const longer = rotateSecret(once, aSecret('c'), NOW, 86_400);
    expect(longer.secrets.map(({ expiresAt }) => expiresAt)).toEqual([
      undefined,
      NOW + 24 * HOUR,
      NOW + 2 * HOUR,
    ]);
  });

  test('in an emergency, with no overlap, ends all earlier ones', () => {
    const once = rotateSecret(before, aSecret('b'), NOW, 86_400);
    expect(signingKeys(rotateSecret(once, aSecret('c'), NOW + 1, 0), NOW + 1)).toEqual([aSecret('c')]);
  });

  test('drops what no longer signs', () => {
    const once = rotateSecret(before, aSecret('b'), NOW, 60);
    const later = rotateSecret(once, aSecret('c'), NOW + HOUR, 60);
    expect(later.secrets.map(({ key }) => key)).toEqual([aSecret('c'), aSecret('b')]);
  });

  test('changes nothing else, and the endpoint it was given not at all', () => {
    const copy = structuredClone(before);
    const after = rotateSecret(before, aSecret('new'), NOW, 60);
    expect({ ...after, secrets: before.secrets, updatedAt: before.updatedAt }).toEqual(before);
    expect(before).toEqual(copy);
  });

  test('any number of times leaves exactly one current secret, in front, and never more than receivers parse', () => {
    const turns = fc.array(fc.record({ afterMs: fc.nat(HOUR), overlap: fc.nat(604_800) }), { maxLength: 30 });
    fc.assert(
      fc.property(turns, (rotations) => {
        let endpoint: Endpoint = before;
        let now = NOW;
        for (const [index, { afterMs, overlap }] of rotations.entries()) {
          now += afterMs;
          endpoint = rotateSecret(endpoint, aSecret(`turn ${index}`), now, overlap);
          expect(endpoint.secrets[0]).toEqual({ key: aSecret(`turn ${index}`) });
          expect(endpoint.secrets.slice(1).every(({ expiresAt }) => expiresAt! > now)).toBe(true);
          expect(endpoint.secrets.length).toBeLessThanOrEqual(MAX_SECRETS);
          expect(signingKeys(endpoint, now)[0]).toBe(aSecret(`turn ${index}`));
        }
      }),
    );
  });
});

describe('another receiver', () => {
  const arn = 'arn:aws:sqs:eu-west-1:123456789012:orders';
  const queue = anEndpoint({ url: arn, destination: { kind: 'sqs', arn, role: 'a' } });
  const called = (invocation: 'Event' | 'RequestResponse') =>
    anEndpoint({ url: arn, destination: { kind: 'lambda', arn, invocation } });

  test.each([
    ['a new URL', before, { ...before, url: `${before.url}/new` }],
    ['a queue in place of a URL', before, queue],
    ['another role', queue, { ...queue, destination: { ...queue.destination!, role: 'b' } }],
    ['another way to call a function', called('Event'), called('RequestResponse')],
  ])('is %s', (_, one, other) => {
    expect(isSameReceiver(one, other)).toBe(false);
    expect(isSameReceiver(other, one)).toBe(false);
  });

  test('is not the same one with other settings', () => {
    expect(isSameReceiver(before, { ...before, timeoutSeconds: 3, version: before.version + 1 })).toBe(true);
    expect(isSameReceiver(queue, { ...queue, destination: { role: 'a', arn, kind: 'sqs' } })).toBe(true);
  });
});
