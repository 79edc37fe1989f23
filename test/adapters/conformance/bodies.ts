import { describe, expect, it } from 'vitest';
import type { BodyStore } from '../../../lambdas/ports/body-store.ts';
import { freshEventId, freshId } from './fresh.ts';

export function bodiesConform(make: () => BodyStore): void {
  describe('large bodies', () => {
    it('gives back the very bytes, however often they were put', async () => {
      const store = make();
      const [project, event] = [freshId('prj'), freshEventId()];
      const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, i) => (i * 31) & 0xff);
      await store.put(project, event, bytes);
      await store.put(project, event, bytes);
      expect(Buffer.from(await store.get(project, event)).equals(bytes)).toBe(true);
    });

    it('keeps the bodies of events that are delivered later apart', async () => {
      const store = make();
      const [project, event] = [freshId('prj'), freshEventId()];
      await store.put(project, event, Buffer.from('x'), true);
      expect(Buffer.from(await store.get(project, event, true)).toString()).toBe('x');
      await expect(store.get(project, event)).rejects.toThrow();
    });

    it('throws when there is none, and in another project', async () => {
      const store = make();
      const [project, event] = [freshId('prj'), freshEventId()];
      await store.put(project, event, Buffer.from('x'));
      await expect(store.get(project, freshEventId())).rejects.toThrow();
      await expect(store.get(freshId('prj'), event)).rejects.toThrow();
    });
  });
}
