/** Rewriting subscriptions as workers read them: a change is seen five seconds later at most. */
import type { Subscription } from '../../domain/subscription.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SubscriptionStore } from '../../ports/config.ts';
import { isFresh } from '../is-fresh.ts';

/** The fifth second is for what comes between reading one and sending. */
const CACHE_MS = 4_000;
const MAX_CACHED = 1_000;

export interface CachedSubscriptions {
  subscription(project: string, id: string): Promise<Subscription | undefined>;
}

export function createCachedSubscriptions(
  reader: Pick<SubscriptionStore, 'subscription'>,
  clock: Clock,
): CachedSubscriptions {
  const cache = new Map<
    string,
    { readonly at: number; readonly found: ReturnType<typeof reader.subscription> }
  >();
  return {
    subscription(project, id) {
      const key = `${project} ${id}`;
      const now = clock.now();
      const hit = cache.get(key);
      if (hit !== undefined && isFresh(hit, now, CACHE_MS)) return hit.found;
      const found = reader.subscription(project, id);
      cache.delete(key);
      cache.set(key, { at: now, found });
      // A read that failed must not be answered from the cache again.
      found.catch(() => cache.delete(key));
      if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
      return found;
    },
  };
}
