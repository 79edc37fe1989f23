/** Which endpoints an event goes to, from subscriptions cached under the project's routing version. */
import { MAX_DIRECT_MATCHES, type MatchedEndpoints } from '../../domain/event.ts';
import { type Filterable, subjectOf } from '../../domain/filter/subject.ts';
import { type FilterFault, listedMatches, matchSubscriptions, type Routable } from '../../domain/routing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RoutingReader, SubscriptionPage } from '../../ports/config.ts';
import type { Log } from '../../ports/log.ts';
import { isFresh } from '../is-fresh.ts';
import { shareNext } from '../share-next.ts';

/** Even under an unchanged version: a crash between a write and its version costs this much staleness, no more. */
const CACHE_MS = 5_000;
/** More subscriptions than this in one partition are paged through by a fan-out task instead. */
const PAGE = 500;
const MAX_CACHED_PARTITIONS = 1_000;

export type Match = ({ readonly kind: 'direct' } & MatchedEndpoints) | { readonly kind: 'fanout' };

export interface Matcher {
  /**
   * Reads the project's routing version (one read unit for a whole batch) and answers for its events:
   * an endpoint created before this call is always seen.
   */
  at(project: string): Promise<(event: Routable & Filterable) => Promise<Match>>;
}

interface Cached {
  readonly version: number;
  readonly at: number;
  readonly page: Promise<SubscriptionPage>;
}

export function createMatcher(routing: RoutingReader, clock: Clock, log: Log): Matcher {
  const cache = new Map<string, Cached>();
  const versions = new Map<string, () => Promise<number>>();

  function versionOf(project: string): Promise<number> {
    let read = versions.get(project);
    if (read === undefined) {
      read = shareNext(() => routing.routingVersion(project));
      versions.set(project, read);
      if (versions.size > MAX_CACHED_PARTITIONS) versions.delete(versions.keys().next().value!);
    }
    return read();
  }

  function partition(project: string, owner: string | undefined, version: number): Promise<SubscriptionPage> {
    const key = owner === undefined ? project : `${project} ${owner}`;
    const now = clock.now();
    const hit = cache.get(key);
    if (hit !== undefined && hit.version === version && isFresh(hit, now, CACHE_MS)) return hit.page;
    const page = routing.subscriptionsOf(project, owner, PAGE);
    cache.delete(key);
    cache.set(key, { version, at: now, page });
    // A failed read must not be answered from the cache again.
    page.catch(() => cache.delete(key));
    if (cache.size > MAX_CACHED_PARTITIONS) cache.delete(cache.keys().next().value!);
    return page;
  }

  return {
    async at(project) {
      const version = await versionOf(project);
      return async (event) => {
        const wanted = [partition(project, undefined, version)];
        if (event.owner !== undefined) wanted.push(partition(project, event.owner, version));
        const pages = await Promise.all(wanted);
        if (pages.some((page) => page.next !== undefined)) return { kind: 'fanout' };
        const subscriptions = pages.flatMap((page) => page.subscriptions);
        const subject = subjectOf(event);
        const matched = matchSubscriptions(subscriptions, event, subject, filterFaults(log, project));
        if (matched.size > MAX_DIRECT_MATCHES) return { kind: 'fanout' };
        return { kind: 'direct', ...listedMatches(matched, event) };
      };
    },
  };
}

/** What uses up the work of all filters together fails hundreds of them, at each event. */
const MAX_LOGGED_FAULTS = 10;

/**
 * A filter that can't be asked lets nothing through, so somebody has to be able to find out: the log has the first ones.
 * Make one for an event.
 */
export function filterFaults(log: Log, project: string): (fault: FilterFault) => void {
  let logged = 0;
  return ({ subscription, why }) => {
    if (logged++ < MAX_LOGGED_FAULTS) log.warn(`filter.${why}`, { project, subscription });
  };
}
