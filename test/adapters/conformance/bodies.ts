import { describe, expect, it } from 'vitest';
import type { BodyName, BodyStore } from '../../../lambdas/ports/body-store.ts';
import { freshEventId, freshId } from './fresh.ts';

export function bodiesConform(make: () => BodyStore): void {
  describe('large bodies', () => {
    it('gives back the very bytes, however often they were put', async () => {
      const store = make();
      const name = aName();
      const bytes = Uint8Array.from({ length: 1024 * 1024 }, (_, i) => (i * 31) & 0xff);
      await store.put(name, bytes);
      await store.put(name, bytes);
      expect(Buffer.from(await store.get(name)).equals(bytes)).toBe(true);
    });

    it('keeps the bodies of events that are delivered later apart', async () => {
      const store = make();
      const name = aName();
      await store.put({ ...name, later: true }, Buffer.from('x'));
      expect(Buffer.from(await store.get({ ...name, later: true })).toString()).toBe('x');
      await expect(store.get(name)).rejects.toThrow();
    });

    it('keeps bodies of one event apart that are named by their digest', async () => {
      const store = make();
      const [name, a, b] = [aName(), { digest: 'a_1' }, { digest: 'b-2' }];
      await store.put({ ...name, ...a }, Buffer.from('a'));
      await store.put({ ...name, ...b }, Buffer.from('b'));
      expect(Buffer.from(await store.get({ ...name, ...a })).toString()).toBe('a');
      await expect(store.get(name)).rejects.toThrow();
    });

    it('throws when there is none, and in another project', async () => {
      const store = make();
      const name = aName();
      await store.put(name, Buffer.from('x'));
      await expect(store.get({ ...name, event: freshEventId() })).rejects.toThrow();
      await expect(store.get({ ...name, project: freshId('prj') })).rejects.toThrow();
    });
  });
}

function aName(): BodyName {
  return { project: freshId('prj'), event: freshEventId(), later: false };
}
