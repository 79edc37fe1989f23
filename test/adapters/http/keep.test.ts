import { describe, expect, it } from 'vitest';
import { keepBody, keepHeaders } from '../../../lambdas/adapters/http/keep.ts';
import {
  MAX_KEPT_RESPONSE_BYTES,
  MAX_READ_RESPONSE_BYTES,
} from '../../../lambdas/domain/delivery/attempt.ts';

describe('kept headers', () => {
  it('are at most a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x-${index}`, 'v']));
    expect(Object.keys(keepHeaders(many))).toHaveLength(100);
  });

  it('are at most 8 KiB in all', () => {
    const large = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`x-${index}`, 'v'.repeat(1000)]),
    );
    expect(JSON.stringify(keepHeaders(large)).length).toBeLessThan(8 * 1024 + 1000);
  });

  it('always include the ones that decide what happens next', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`x-${index}`, 'v'.repeat(100)]),
    );
    const kept = keepHeaders({
      ...many,
      'retry-after': '60',
      location: '/there',
      'webhook-delivery': 'disable',
    });
    expect(kept).toMatchObject({ 'retry-after': '60', location: '/there', 'webhook-delivery': 'disable' });
  });
});

describe('a kept body', () => {
  it('has the first bytes in order, over chunks', () => {
    const keeper = keepBody();
    keeper.add(Uint8Array.of(1, 2));
    keeper.add(Uint8Array.of(3));
    expect(keeper.body()).toEqual(Uint8Array.of(1, 2, 3));
    expect(keeper.cut()).toBe(false);
  });

  it('stops at 16 KiB and knows it was cut', () => {
    const keeper = keepBody();
    keeper.add(new Uint8Array(MAX_KEPT_RESPONSE_BYTES));
    expect(keeper.cut()).toBe(false);
    keeper.add(Uint8Array.of(1));
    expect(keeper.body()).toHaveLength(MAX_KEPT_RESPONSE_BYTES);
    expect(keeper.cut()).toBe(true);
  });

  it('has had enough above 64 KiB', () => {
    const keeper = keepBody();
    expect(keeper.add(new Uint8Array(MAX_READ_RESPONSE_BYTES))).toBe(false);
    expect(keeper.add(Uint8Array.of(1))).toBe(true);
  });

  it('has had enough of a thousand pieces, however small, and is marked as cut', () => {
    const keeper = keepBody();
    const enough = Array.from({ length: 1000 }, () => keeper.add(Uint8Array.of(1)));
    expect(enough.indexOf(true)).toBe(999);
    expect(keeper.body()).toHaveLength(1000);
    expect(keeper.cut()).toBe(true);
  });
});
