import type { Endpoint } from '../../domain/endpoint.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { ConfigPage, ConfigQuery } from '../../ports/config.ts';
import { docOf, LAST, type PointerItem, pointedAt, routingPartition } from './items/config-item.ts';
import { getItem, getItems, query, type Sleep, type Table } from './table.ts';

type SubscriptionQuery = ConfigQuery & { readonly endpoint?: string };
const MAX_KEYS_AT_ONCE = 100;

/**
 * Newest first. Of one endpoint or one owner there are few, and they stand together: read and sort them. Without
 * either, walk the pointers.
 */
export async function listSubscriptions(
  table: Table,
  wanted: SubscriptionQuery,
  sleep: Sleep,
): Promise<ConfigPage<Subscription>> {
  if (wanted.endpoint === undefined && wanted.owner === undefined) return walkPointers(table, wanted, sleep);
  const { after, limit } = wanted;
  const matching = (await standingTogether(table, wanted))
    .filter((subscription) => after === undefined || subscription.id < after)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return { items: matching.slice(0, limit), more: matching.length > limit };
}

async function standingTogether(table: Table, wanted: SubscriptionQuery): Promise<readonly Subscription[]> {
  const { project, owner, endpoint } = wanted;
  if (endpoint === undefined) return allIn(table, routingPartition(project, owner), 'ep_');
  const found = docOf<Endpoint>(await getItem(table, { pk: project, sk: endpoint }));
  if (found === undefined || (owner !== undefined && owner !== found.owner)) return [];
  return ofEndpoint(table, found);
}

export function ofEndpoint(table: Table, endpoint: Endpoint): Promise<readonly Subscription[]> {
  return allIn(table, routingPartition(endpoint.project, endpoint.owner), `${endpoint.id}#`);
}

async function allIn(table: Table, pk: string, from: string): Promise<readonly Subscription[]> {
  const items = await query(table, { pk, from, to: `${from}${LAST}` });
  return items.map((item) => docOf<Subscription>(item)!);
}

/** Pointers whose subscription is not there were left by a change that was interrupted, and count as nothing. */
async function walkPointers(
  table: Table,
  { project, limit, after }: SubscriptionQuery,
  sleep: Sleep,
): Promise<ConfigPage<Subscription>> {
  const range = { pk: project, from: 'sub_', to: `sub_${LAST}`, newestFirst: true };
  const items: Subscription[] = [];
  let last = after;
  while (items.length <= limit) {
    const from = last === undefined ? range : { ...range, after: { pk: project, sk: last } };
    const pointers = await query(table, from, Math.min(limit + 1, MAX_KEYS_AT_ONCE));
    if (pointers.length === 0) break;
    last = pointers.at(-1)!.sk;
    const keys = pointers.map((pointer) => pointedAt(project, pointer as unknown as PointerItem));
    for (const item of await getItems(table, keys, sleep)) {
      if (item !== undefined) items.push(docOf<Subscription>(item)!);
    }
  }
  return { items: items.slice(0, limit), more: items.length > limit };
}
