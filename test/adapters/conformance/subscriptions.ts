import { describe, expect, it } from 'vitest';
import { routingPosition, type Subscription } from '../../../lambdas/domain/subscription.ts';
import type { EndpointStore, SubscriptionStore } from '../../../lambdas/ports/config.ts';
import { anEndpoint, aSubscription } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function subscriptionsConform(make: () => SubscriptionStore & EndpointStore): void {
  const one = (over: Partial<Subscription> = {}): Subscription =>
    aSubscription({ id: freshId('sub'), project: freshId('prj'), endpoint: freshId('ep'), ...over });
  const byPosition = (a: Subscription, b: Subscription): number =>
    routingPosition(a) < routingPosition(b) ? -1 : 1;

  describe('subscriptions', () => {
    it('finds one by its id, in its project only', async () => {
      const store = make();
      const subscription = one({ owner: 'acme', eventTypes: ['invoice.*', 'user.made'] });
      await store.putSubscription(subscription);
      expect(await store.subscription(subscription.project, subscription.id)).toEqual(subscription);
      expect(await store.subscription(freshId('prj'), subscription.id)).toBeUndefined();
    });

    it('gives a filter back as it was written, whatever its keys and numbers are', async () => {
      const store = make();
      const filter = '{"body":{"z":1e300,"a":{"__proto__":{"$exist":false}},"":[{}]},"$or":[{"path":""}]}';
      const subscription = one({ filter });
      await store.putSubscription(subscription);
      expect(await store.subscription(subscription.project, subscription.id)).toEqual(subscription);
      expect(await store.subscriptionsOf(subscription.project, undefined, 10)).toEqual({
        subscriptions: [subscription],
      });
    });

    it('keeps the owners of a project apart, and those without an owner', async () => {
      const store = make();
      const project = freshId('prj');
      const owners = [undefined, '-', '', '@', '#', 'a', 'a#b', 'sub', 'ü/%23', '*'];
      const made = owners.map((owner) => one({ project, ...(owner !== undefined && { owner }) }));
      for (const subscription of made) await store.putSubscription(subscription);
      for (const [i, owner] of owners.entries()) {
        expect(await store.subscriptionsOf(project, owner, 10), JSON.stringify(owner)).toEqual({
          subscriptions: [made[i]],
        });
      }
    });

    it('pages by endpoint and subscription', async () => {
      const store = make();
      const project = freshId('prj');
      const [first, second] = [freshId('ep'), freshId('ep')];
      const made = [first, second, first, second, first].map((endpoint) => one({ project, endpoint }));
      for (const subscription of made) await store.putSubscription(subscription);
      const read: Subscription[] = [];
      const sizes: number[] = [];
      let after: string | undefined;
      do {
        const page = await store.subscriptionsOf(project, undefined, 2, after);
        read.push(...page.subscriptions);
        sizes.push(page.subscriptions.length);
        after = page.next;
      } while (after !== undefined);
      expect(read).toEqual(made.toSorted(byPosition));
      expect(sizes).toEqual([2, 2, 1]);
    });

    it('continues after a subscription that is gone', async () => {
      const store = make();
      const project = freshId('prj');
      const made = [1, 2, 3].map(() => one({ project })).toSorted(byPosition);
      for (const subscription of made) await store.putSubscription(subscription);
      const { next } = await store.subscriptionsOf(project, undefined, 2);
      await store.deleteSubscription(made[1]!);
      const rest = await store.subscriptionsOf(project, undefined, 2, next);
      expect(rest).toEqual({ subscriptions: [made[2]] });
    });

    it('raises the routing version with every change, in that project only', async () => {
      const store = make();
      const subscription = one();
      const { project } = subscription;
      const versions = [await store.routingVersion(project)];
      await store.putSubscription(subscription);
      versions.push(await store.routingVersion(project));
      await store.putSubscription({ ...subscription, eventTypes: ['a'] });
      versions.push(await store.routingVersion(project));
      await store.deleteSubscription(subscription);
      versions.push(await store.routingVersion(project));
      expect(versions).toEqual([0, 1, 2, 3]);
      expect(await store.routingVersion(freshId('prj'))).toBe(0);
    });

    it('replaces in place, even when it moves to another endpoint', async () => {
      const store = make();
      const before = one();
      await store.putSubscription(before);
      const now = { ...before, endpoint: freshId('ep'), eventTypes: ['moved'] };
      await store.putSubscription(now);
      expect(await store.subscriptionsOf(before.project, undefined, 10)).toEqual({ subscriptions: [now] });
      expect(await store.subscription(now.project, now.id)).toEqual(now);
    });

    it('routes and finds nothing of a deleted one; deleting again is harmless', async () => {
      const store = make();
      const subscription = one({ owner: 'acme' });
      const { project, id } = subscription;
      await store.putSubscription(subscription);
      await store.deleteSubscription(subscription);
      await store.deleteSubscription(subscription);
      expect(await store.subscription(project, id)).toBeUndefined();
      expect(await store.subscriptionsOf(project, 'acme', 10)).toEqual({ subscriptions: [] });
      expect(await store.listSubscriptions({ project, limit: 10 })).toEqual({ items: [], more: false });
    });

    it('lists newest first, by owner and by endpoint, a page at a time', async () => {
      const store = make();
      const project = freshId('prj');
      const wide = anEndpoint({ project, id: freshId('ep') });
      const owned = anEndpoint({ project, id: freshId('ep'), owner: 'acme' });
      for (const endpoint of [wide, owned]) await store.createEndpoint(endpoint);
      const ofWide = [1, 2, 3].map(() => one({ project, endpoint: wide.id })).reverse();
      const ofOwned = [1, 2].map(() => one({ project, endpoint: owned.id, owner: 'acme' })).reverse();
      for (const subscription of [...ofWide, ...ofOwned]) await store.putSubscription(subscription);
      const all = [...ofWide, ...ofOwned].sort((a, b) => (a.id < b.id ? 1 : -1));

      const first = await store.listSubscriptions({ project, limit: 3 });
      expect(first).toEqual({ items: all.slice(0, 3), more: true });
      const rest = await store.listSubscriptions({ project, limit: 3, after: first.items[2]!.id });
      expect(rest).toEqual({ items: all.slice(3), more: false });
      const ofEndpoint = { project, endpoint: wide.id, limit: 2 };
      expect(await store.listSubscriptions(ofEndpoint)).toEqual({ items: ofWide.slice(0, 2), more: true });
      expect(await store.listSubscriptions({ ...ofEndpoint, after: ofWide[1]!.id })).toEqual({
        items: ofWide.slice(2),
        more: false,
      });
      expect(await store.listSubscriptions({ project, owner: 'acme', limit: 2 })).toEqual({
        items: ofOwned,
        more: false,
      });
      expect(await store.listSubscriptions({ ...ofEndpoint, owner: 'acme' })).toEqual({
        items: [],
        more: false,
      });
      expect(await store.subscriptionsOfEndpoint(wide)).toEqual(ofWide.toReversed());
    });
  });
}
