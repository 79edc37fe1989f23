import { describe, expect, it } from 'vitest';
import type { IdempotencyClaim } from '../../../lambdas/domain/idempotency.ts';
import type { IdempotencyStore } from '../../../lambdas/ports/idempotency.ts';
import { NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function idempotencyConforms(make: () => IdempotencyStore): void {
  const claim = (over: Partial<IdempotencyClaim> = {}): IdempotencyClaim => ({
    project: freshId('prj'),
    key: 'POST /v1/events#order-1',
    fingerprint: 'body',
    value: 'evt_1',
    expiresAt: NOW + 1000,
    ...over,
  });

  describe('idempotency claims', () => {
    it('answers a repeat with what the first claim made', async () => {
      const store = make();
      const first = claim();
      expect(await store.claim(first, NOW)).toEqual({ kind: 'fresh' });
      const repeat = { ...first, value: 'evt_2' };
      expect(await store.claim(repeat, NOW)).toEqual({ kind: 'repeat', value: 'evt_1' });
    });

    it('refuses the same key with another body', async () => {
      const store = make();
      const first = claim();
      await store.claim(first, NOW);
      expect(await store.claim({ ...first, fingerprint: 'other' }, NOW)).toEqual({ kind: 'conflict' });
    });

    it('lets exactly one of many claims at once be the first', async () => {
      const store = make();
      const first = claim();
      const values = ['evt_1', 'evt_2', 'evt_3', 'evt_4'];
      const answers = await Promise.all(values.map((value) => store.claim({ ...first, value }, NOW)));
      const won = answers.findIndex((answer) => answer.kind === 'fresh');
      const others = answers.filter((_, i) => i !== won);
      expect(others).toEqual(others.map(() => ({ kind: 'repeat', value: values[won] })));
    });

    it('forgets a claim when its time is over, not before', async () => {
      const store = make();
      const first = claim();
      await store.claim(first, NOW);
      const later = { ...first, fingerprint: 'other', value: 'evt_2', expiresAt: NOW + 5000 };
      expect(await store.claim(later, NOW + 999)).toEqual({ kind: 'conflict' });
      expect(await store.claim(later, NOW + 1000)).toEqual({ kind: 'fresh' });
      expect(await store.claim(first, NOW + 1000)).toEqual({ kind: 'conflict' });
    });

    it('keeps projects and keys apart', async () => {
      const store = make();
      const first = claim({ key: `${'k'.repeat(300)}#é` });
      await store.claim(first, NOW);
      expect(await store.claim({ ...first, project: freshId('prj') }, NOW)).toEqual({ kind: 'fresh' });
      expect(await store.claim({ ...first, key: `${first.key}2` }, NOW)).toEqual({ kind: 'fresh' });
    });
  });
}
