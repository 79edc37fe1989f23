import { createHmac } from 'node:crypto';
import * as standardwebhooks from 'standardwebhooks';
import * as svix from 'svix';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Endpoint, rotateSecret } from '../../lambdas/domain/endpoint.ts';
import { deliveryHeaders } from '../../lambdas/domain/headers.ts';
import { formatSecret, isSecret, signV1 } from '../../lambdas/domain/sign.ts';
import { anEndpoint, anEventToSend, aSecret, NOW } from '../factories.ts';
import fc from '../properties.ts';

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(formatSecret);
const ids = fc.stringMatching(/^evt_[0-9A-Z]{28}$/);
const bodies = fc.json().map((text) => Buffer.from(text));

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a receiver does with the official library of the standard, and with the one most receivers have. */
const libraries: Record<
  string,
  (secret: string, body: Uint8Array, headers: Record<string, string>) => unknown
> = {
  standardwebhooks: (secret, body, headers) =>
    new standardwebhooks.Webhook(secret).verify(Buffer.from(body), headers),
  svix: (secret, body, headers) => new svix.Webhook(secret).verify(Buffer.from(body), headers),
};

test('the vector of the Standard Webhooks libraries', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: Buffer.from('{"test": 2432232314}'),
  };
  expect(signV1(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

describe.each(Object.entries(libraries))('the %s library', (_, verify) => {
  test('verifies every delivery', () => {
    fc.assert(
      fc.property(secrets, ids, bodies, (secret, id, body) => {
        const headers = deliveryHeaders(
          anEventToSend({ id, body }),
          anEndpoint({ secrets: [{ key: secret }] }),
          NOW,
        );
        expect(verify(secret, body, headers)).toEqual(JSON.parse(body.toString()));
      }),
    );
  });

  test('verifies with the old secret and with the new one while both sign', () => {
    fc.assert(
      fc.property(secrets, secrets, bodies, (before, after, body) => {
        fc.pre(before !== after);
        const endpoint = rotateSecret(
          anEndpoint({ secrets: [{ key: before }] }),
          after,
          NOW - 3_600_000,
          86_400,
        );
        const headers = deliveryHeaders(anEventToSend({ body }), endpoint, NOW);
        expect(verify(before, body, headers)).toEqual(JSON.parse(body.toString()));
        expect(verify(after, body, headers)).toEqual(JSON.parse(body.toString()));
      }),
    );
  });

  test('refuses the old secret once the overlap ended', () => {
    const old = anEndpoint({ secrets: [{ key: aSecret('old') }] });
    const endpoint = rotateSecret(old, aSecret('new'), NOW - 86_400_000, 86_400);
    const event = anEventToSend();
    const headers = deliveryHeaders(event, endpoint, NOW);
    expect(() => verify(aSecret('old'), event.body, headers)).toThrow(/signature/i);
    expect(verify(aSecret('new'), event.body, headers)).toBeDefined();
  });

  test('refuses another body, id, time or secret', () => {
    const event = anEventToSend();
    const headers = deliveryHeaders(event, anEndpoint(), NOW);
    const later = String(NOW / 1000 + 1);
    expect(() => verify(aSecret(), Buffer.from('{}'), headers)).toThrow(/signature/i);
    expect(() => verify(aSecret(), event.body, { ...headers, 'webhook-id': 'evt_other' })).toThrow(
      /signature/i,
    );
    expect(() => verify(aSecret(), event.body, { ...headers, 'webhook-timestamp': later })).toThrow(
      /signature/i,
    );
    expect(() => verify(aSecret('other'), event.body, headers)).toThrow(/signature/i);
  });

  test('refuses a delivery captured ten minutes ago, and takes the retry signed now', () => {
    const event = anEventToSend();
    const captured = deliveryHeaders(event, anEndpoint(), NOW - 600_000);
    expect(() => verify(aSecret(), event.body, captured)).toThrow(/timestamp/i);
    expect(verify(aSecret(), event.body, deliveryHeaders(event, anEndpoint(), NOW))).toBeDefined();
  });
});

test('any bytes are signed as they are, text or not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      fc.uint8Array({ maxLength: 500 }),
      (key, body) => {
        const message = Buffer.concat([Buffer.from('evt_1.1700000000.'), body]);
        const expected = createHmac('sha256', key).update(message).digest('base64');
        expect(signV1({ id: 'evt_1', timestamp: 1_700_000_000, body }, [formatSecret(key)])).toBe(
          `v1,${expected}`,
        );
      },
    ),
  );
});

test('several secrets sign side by side, newest first, one space between', () => {
  const message = { id: 'evt_1', timestamp: 1, body: Buffer.from('x') };
  const [a, b] = [aSecret('a'), aSecret('b')];
  expect(signV1(message, [a, b])).toBe(`${signV1(message, [a])} ${signV1(message, [b])}`);
});

describe('a secret', () => {
  test('in its shown form is accepted back', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(isSecret(secret)).toBe(true);
      }),
    );
  });

  test.each([23, 65, 0])('is not made of %d bytes', (length) => {
    expect(() => formatSecret(new Uint8Array(length))).toThrow(RangeError);
    expect(isSecret(`whsec_${Buffer.alloc(length).toString('base64')}`)).toBe(false);
  });

  const good = aSecret();
  test.each([
    ['no prefix', good.slice(6)],
    ['another prefix', good.replace('whsec_', 'whpk_')],
    ['no padding', good.replace('=', '')],
    ['base64url', `whsec_${'-_'.repeat(16)}`],
    ['a space', `${good} `],
    ['a line end', `${good}\n`],
    ['bits that no byte has', `whsec_${'A'.repeat(42)}B=`],
    ['nothing behind the prefix', 'whsec_'],
    ['letters that are not base64', `whsec_${'ä'.repeat(44)}`],
  ])('with %s is refused', (_, secret) => expect(isSecret(secret)).toBe(false));

  test('that is accepted can be read by receivers’ libraries', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 28, maxLength: 96 }), fc.nat(3), (encoded, cut) => {
        const secret = `whsec_${encoded.slice(0, encoded.length - cut)}`;
        fc.pre(isSecret(secret));
        const endpoint: Endpoint = anEndpoint({ secrets: [{ key: secret }] });
        const event = anEventToSend();
        for (const verify of Object.values(libraries)) {
          expect(verify(secret, event.body, deliveryHeaders(event, endpoint, NOW))).toBeDefined();
        }
      }),
    );
  });
});
