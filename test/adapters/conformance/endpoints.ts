import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../lambdas/domain/endpoint.ts';
import type { ConfigPage, EndpointStore } from '../../../lambdas/ports/config.ts';
import { anEndpoint, aSecret, NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function endpointsConform(make: () => EndpointStore): void {
  const one = (over: Partial<Endpoint> = {}): Endpoint =>
    anEndpoint({ id: freshId('ep'), project: freshId('prj'), ...over });

  describe('endpoints', () => {
    it('gives back every field as it was', async () => {
      const store = make();
      const endpoint = one({
        owner: 'acme',
        disabledReason: 'gone',
        status: 'disabled',
        headers: { 'X-Team': 'billing' },
        secrets: [{ key: aSecret('new') }, { key: aSecret('old'), expiresAt: NOW }],
      });
      expect(await store.createEndpoint(endpoint)).toBe('created');
      expect(await store.endpoints(endpoint.project, [endpoint.id])).toEqual([endpoint]);
    });

    it('answers in the order asked for, with gaps, and twice when asked twice', async () => {
      const store = make();
      const project = freshId('prj');
      const [a, b, foreign] = [one({ project }), one({ project }), one()];
      for (const endpoint of [a, b, foreign]) await store.createEndpoint(endpoint);
      const ids = [b.id, freshId('ep'), foreign.id, a.id, b.id];
      expect(await store.endpoints(project, ids)).toEqual([b, undefined, undefined, a, b]);
      expect(await store.endpoints(project, [])).toEqual([]);
    });

    it('creates one endpoint once', async () => {
      const store = make();
      const endpoint = one();
      await store.createEndpoint(endpoint);
      expect(await store.createEndpoint({ ...endpoint, url: 'https://other.example' })).toBe('exists');
      expect(await store.endpoints(endpoint.project, [endpoint.id])).toEqual([endpoint]);
    });

    it('lets exactly one of two replacements of the same version win', async () => {
      const store = make();
      const endpoint = one();
      await store.createEndpoint(endpoint);
      const changes = ['paused', 'disabled'] as const;
      const answers = await Promise.all(
        changes.map((status) => store.replaceEndpoint({ ...endpoint, status, version: 2 })),
      );
      expect(answers.toSorted()).toEqual(['conflict', 'replaced']);
      const [stored] = await store.endpoints(endpoint.project, [endpoint.id]);
      expect(stored?.status).toBe(changes[answers.indexOf('replaced')]);
    });

    it('replaces nothing that is not there, and nothing newer', async () => {
      const store = make();
      const endpoint = one();
      expect(await store.replaceEndpoint({ ...endpoint, version: 2 })).toBe('conflict');
      await store.createEndpoint({ ...endpoint, version: 1 });
      await store.replaceEndpoint({ ...endpoint, version: 2 });
      expect(await store.replaceEndpoint({ ...endpoint, version: 2 })).toBe('conflict');
      expect(await store.replaceEndpoint({ ...endpoint, version: 4 })).toBe('conflict');
    });

    it('deletes in its project only', async () => {
      const store = make();
      const endpoint = one({ owner: 'acme' });
      await store.createEndpoint(endpoint);
      expect(await store.deleteEndpoint(freshId('prj'), endpoint.id)).toBe('absent');
      expect(await store.deleteEndpoint(endpoint.project, endpoint.id)).toBe('deleted');
      expect(await store.deleteEndpoint(endpoint.project, endpoint.id)).toBe('absent');
      const listed = await store.listEndpoints({ project: endpoint.project, owner: 'acme', limit: 10 });
      expect(listed).toEqual({ items: [], more: false });
    });

    it.each([undefined, 'acme', '-', 'a#b%2F/é'])('pages newest first with owner %j', async (owner) => {
      const store = make();
      const project = freshId('prj');
      const mine: Endpoint[] = [];
      for (let i = 0; i < 5; i++) {
        const endpoint = one({ project, ...(owner !== undefined && { owner }) });
        await store.createEndpoint(endpoint);
        mine.unshift(endpoint);
      }
      if (owner !== undefined) await store.createEndpoint(one({ project, owner: `${owner}x` }));
      await store.createEndpoint(one(owner === undefined ? {} : { owner }));
      const listed: Endpoint[] = [];
      let page: ConfigPage<Endpoint> = { items: [], more: true };
      const sizes: number[] = [];
      while (page.more) {
        const after = listed.at(-1)?.id;
        page = await store.listEndpoints({
          project,
          limit: 2,
          ...(owner !== undefined && { owner }),
          ...(after !== undefined && { after }),
        });
        listed.push(...page.items);
        sizes.push(page.items.length);
      }
      expect(listed).toEqual(mine);
      expect(sizes).toEqual([2, 2, 1]);
    });

    it('says there is no more when a page is exactly full', async () => {
      const store = make();
      const endpoint = one();
      await store.createEndpoint(endpoint);
      const page = await store.listEndpoints({ project: endpoint.project, limit: 1 });
      expect(page).toEqual({ items: [endpoint], more: false });
    });
  });
}
