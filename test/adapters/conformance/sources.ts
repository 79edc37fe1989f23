import { describe, expect, it } from 'vitest';
import type { Source } from '../../../lambdas/domain/source.ts';
import type { SourceStore } from '../../../lambdas/ports/config.ts';
import { aSource, NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function sourcesConform(make: () => SourceStore): void {
  const one = (over: Partial<Source> = {}): Source =>
    aSource({ id: freshId('src'), project: freshId('prj'), ...over });

  describe('sources', () => {
    it('gives back every field as it was, by its id alone too', async () => {
      const store = make();
      const source = one({
        status: 'disabled',
        verification: { preset: 'slack', toleranceSeconds: 60 },
        secrets: [{ key: 'new' }, { key: 'old', expiresAt: NOW }],
        owner: { from: 'body', path: 'account.id' },
        deduplication: { by: 'fields', fields: ['body.id'], windowSeconds: 60 },
        answer: { status: 202, contentType: 'application/json', body: '{}' },
        publicUrl: 'https://hooks.example.com/github',
      });
      expect(await store.createSource(source)).toBe('created');
      expect(await store.source(source.project, source.id)).toEqual(source);
      expect(await store.sourceById(source.id)).toEqual(source);
      expect(await store.source(freshId('prj'), source.id)).toBeUndefined();
      expect(await store.sourceById(freshId('src'))).toBeUndefined();
    });

    it('creates one source once', async () => {
      const store = make();
      const source = one();
      await store.createSource(source);
      expect(await store.createSource({ ...source, name: 'other' })).toBe('exists');
      expect(await store.sourceById(source.id)).toEqual(source);
    });

    it('lets exactly one of two replacements of the same version win', async () => {
      const store = make();
      const source = one();
      await store.createSource(source);
      const answers = await Promise.all(
        ['a', 'b'].map((name) => store.replaceSource({ ...source, name, version: 2 })),
      );
      expect(answers.toSorted()).toEqual(['conflict', 'replaced']);
      expect(await store.replaceSource({ ...one(), version: 2 })).toBe('conflict');
    });

    it('deletes it for good', async () => {
      const store = make();
      const source = one();
      await store.createSource(source);
      await store.deleteSource(source);
      expect(await store.sourceById(source.id)).toBeUndefined();
      expect(await store.listSources({ project: source.project, limit: 10 })).toEqual({
        items: [],
        more: false,
      });
    });

    it('pages newest first, within a project', async () => {
      const store = make();
      const project = freshId('prj');
      const mine = [one({ project }), one({ project }), one({ project })];
      for (const source of [...mine, one()]) await store.createSource(source);
      const newest = mine
        .map(({ id }) => id)
        .toSorted()
        .toReversed();
      const first = await store.listSources({ project, limit: 2 });
      const second = await store.listSources({ project, limit: 2, after: first.items.at(-1)!.id });
      expect([first.more, second.more]).toEqual([true, false]);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newest);
    });
  });
}
