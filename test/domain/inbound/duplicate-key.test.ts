import { describe, expect, test } from 'vitest';
import { duplicateKey, type JudgedCall } from '../../../lambdas/domain/inbound/duplicate-key.ts';
import type { Preset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { Source } from '../../../lambdas/domain/source.ts';
import { aSource } from '../../factories.ts';

interface Told extends Partial<Omit<JudgedCall, 'bytes'>> {
  readonly bytes?: string;
}

function keyOf(verification: Preset, { bytes = '{"a":1}', ...call }: Told = {}, over: Partial<Source> = {}) {
  const eventType = { from: 'constant', value: 'a' } as const;
  return duplicateKey(aSource({ verification, eventType, ...over }), {
    method: 'POST',
    path: '',
    query: '',
    headers: {},
    body: undefined,
    verified: {},
    ...call,
    bytes: Buffer.from(bytes),
  })?.key;
}

const id = (deliveryId: string, signedAt?: number) => ({
  verified: { deliveryId, ...(signedAt !== undefined && { signedAt }) },
});

describe('where only bytes are signed', () => {
  const github: Preset = { preset: 'github' };

  test('an id that is not signed tells nothing apart, and the bytes do', () => {
    expect(keyOf(github, id('one'))).toBe(keyOf(github, id('two')));
    expect(keyOf(github, { bytes: '{"a":2}' })).not.toBe(keyOf(github));
  });

  test('one body under two types is two events: Shopify creates an order and has it paid in one moment', () => {
    const shopify: Preset = { preset: 'shopify' };
    const created = keyOf(shopify, { headers: { 'x-shopify-topic': 'orders/create' } });
    const paid = keyOf(shopify, { headers: { 'x-shopify-topic': 'orders/paid' } });
    expect(created).not.toBe(paid);
    const eventType = { from: 'header', path: 'X-Kind' } as const;
    const hmac: Preset = { preset: 'hmac', header: 'X-S' };
    const own = (kind: string) => keyOf(hmac, { headers: { 'x-kind': kind } }, { eventType });
    expect(own('a')).not.toBe(own('b'));
  });

  test('but not where a body is of one type alone: nobody can make up types to send old bytes under', () => {
    const named = (kind: string) => keyOf(github, { headers: { 'x-github-event': kind } });
    expect(named('push')).toBe(named('pushed'));
  });

  test('white space that Convoy does not sign makes no other call', () => {
    for (const preset of ['convoy', 'convoy-simple', 'convoy-advanced'] as const) {
      expect(keyOf({ preset }, { bytes: '{ "a": 1 }' })).toBe(keyOf({ preset }));
    }
  });
});

describe('where the address is signed', () => {
  const hmac = (template: string): Preset => ({ preset: 'hmac', header: 'X-S', template });

  test.each<Preset>([
    { preset: 'twilio' },
    hmac('{url}{body}'),
    hmac('{method}{body}'),
    hmac('{path}{body}'),
  ])('calls without a body are told apart by it: $preset $template', (verification) => {
    const get = (query: string) => keyOf(verification, { method: 'GET', query, bytes: '' });
    expect(get('CallSid=1')).not.toBe(get('CallSid=2'));
    expect(get('CallSid=1')).toBe(get('CallSid=1'));
  });

  test('elsewhere whoever has seen a call could write another one', () => {
    expect(keyOf({ preset: 'github' }, { path: '/x', query: 'y' })).toBe(keyOf({ preset: 'github' }));
    expect(keyOf(hmac('{body}'), { path: '/x' })).toBe(keyOf(hmac('{body}')));
  });
});

describe('where the id is signed', () => {
  test.each(['notion', 'aws-sns', 'adyen-standard', 'pagerduty', 'intercom', 'square'] as const)(
    'retries of %s are known by it, though their bytes differ',
    (preset) => {
      const first = keyOf({ preset }, { ...id('one'), bytes: '{"attempt_number":1}' });
      expect(keyOf({ preset }, { ...id('one'), bytes: '{"attempt_number":2}' })).toBe(first);
      expect(keyOf({ preset }, id('two'))).not.toBe(first);
    },
  );

  test('calls without one are known by their bytes', () => {
    expect(keyOf({ preset: 'intercom' })).toBeDefined();
    expect(keyOf({ preset: 'intercom' }, { bytes: '{}' })).not.toBe(keyOf({ preset: 'intercom' }));
  });
});

describe('where a time is signed', () => {
  test('a sender’s id counts, and its retries at another time are the same call', () => {
    expect(keyOf({ preset: 'stripe' }, id('one', 1))).toBe(keyOf({ preset: 'stripe' }, id('one', 2)));
  });

  test('without an id the same bytes of the same time are a replay, and of another time another call', () => {
    const zoom = (signedAt: number) => keyOf({ preset: 'zoom' }, { verified: { signedAt } });
    expect(zoom(1000)).toBe(zoom(1000));
    expect(zoom(1000)).not.toBe(zoom(2000));
  });
});

describe('where the body is not signed', () => {
  test('the sender’s id is all there is', () => {
    expect(keyOf({ preset: 'api-key' })).toBeUndefined();
    expect(keyOf({ preset: 'hmac', header: 'X-S', template: '{id}' })).toBeUndefined();
    expect(keyOf({ preset: 'gitlab' }, id('one'))).toBe(keyOf({ preset: 'gitlab' }, id('one')));
  });
});

test('two sources remember nothing of each other', () => {
  expect(keyOf({ preset: 'github' })).not.toBe(keyOf({ preset: 'github' }, {}, { id: 'src_other' }));
});

test('a field nested too deeply to be written down makes a call of its own, and no fault', () => {
  const deduplication = { by: 'fields', fields: ['body.id'], windowSeconds: 60 } as const;
  const body: unknown = JSON.parse(`{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  expect(keyOf({ preset: 'none' }, { body }, { deduplication })).toBeUndefined();
});
