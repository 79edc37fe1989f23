import { describe, expect, it } from 'vitest';
import type { MatchChunk, MatchChunks } from '../../../lambdas/ports/event-log.ts';
import { freshEventId, freshId } from './fresh.ts';

export function matchChunksConform(make: () => MatchChunks): void {
  const chunk = (over: Partial<MatchChunk> = {}): MatchChunk => ({
    project: freshId('prj'),
    event: freshEventId(),
    index: 0,
    endpoints: [freshId('ep'), freshId('ep')],
    ...over,
  });

  describe('match chunks', () => {
    it('keeps the first of two chunks with the same index', async () => {
      const store = make();
      const first = chunk({ next: 'ep_x#sub_y' });
      const second = { ...first, endpoints: [freshId('ep')], next: 'elsewhere' };
      expect(await store.putChunk(first)).toEqual(first);
      expect(await store.putChunk(second)).toEqual(first);
      expect(await store.chunks(first.project, first.event, -1, 10)).toEqual([first]);
    });

    it('gives both of two writers at once the same chunk', async () => {
      const store = make();
      const first = chunk();
      const answers = await Promise.all([
        store.putChunk(first),
        store.putChunk({ ...first, endpoints: [freshId('ep')] }),
      ]);
      expect(answers[0]).toEqual(answers[1]);
    });

    it('reads in order, after an index, of one event only', async () => {
      const store = make();
      const base = chunk();
      const chunks = [0, 1, 2, 9, 10, 11].map((index) => ({ ...base, index, endpoints: [freshId('ep')] }));
      for (const one of chunks.toReversed()) await store.putChunk(one);
      await store.putChunk({ ...base, event: freshEventId() });
      expect(await store.chunks(base.project, base.event, -1, 4)).toEqual(chunks.slice(0, 4));
      expect(await store.chunks(base.project, base.event, 9, 4)).toEqual(chunks.slice(4));
      expect(await store.chunks(base.project, base.event, 11, 4)).toEqual([]);
      expect(await store.chunks(freshId('prj'), base.event, -1, 4)).toEqual([]);
    });

    it('keeps the subscriptions that rewrite', async () => {
      const store = make();
      const [a, b] = [freshId('ep'), freshId('ep')];
      const rewritten = chunk({ endpoints: [a, b], via: { [b]: freshId('sub') } });
      await store.putChunk(rewritten);
      expect(await store.chunks(rewritten.project, rewritten.event, -1, 1)).toEqual([rewritten]);
    });

    it('holds an empty chunk', async () => {
      const store = make();
      const empty = chunk({ endpoints: [] });
      await store.putChunk(empty);
      expect(await store.chunks(empty.project, empty.event, -1, 1)).toEqual([empty]);
    });
  });
}
