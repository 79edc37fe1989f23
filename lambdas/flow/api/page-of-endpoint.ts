/** One endpoint's deliveries from its own partition, and those still queued, which have no record there. */
import type { Delivery } from '../../domain/delivery/delivery.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { idTimeMs } from '../../domain/ids.ts';
import { LOOK_BUDGET, type LogPage } from '../../domain/listing.ts';
import type { DeliveryLister } from '../../ports/delivery-log.ts';
import type { KnownDelivery } from './delivery-view.ts';
import { type Walk, type WalkDeps, walkDeliveries } from './walk-deliveries.ts';

export interface PartitionDeps {
  readonly lister: DeliveryLister;
}

/** Queued ones are new: looking through this many of a page's newest events finds them, and costs little. */
const QUEUED_LOOK_BUDGET = 200;

export async function pageOfEndpoint(
  deps: WalkDeps & PartitionDeps,
  walk: Walk,
  endpoint: Endpoint,
): Promise<LogPage<KnownDelivery>> {
  // Before the records: one that is written in between is found there instead of nowhere.
  const recent = wantsQueued(walk) ? await walkRecent(deps, walk) : [];
  const page = await deps.lister.pageOfEndpoint({
    project: walk.project.id,
    endpoint: endpoint.id,
    window: walk.window,
    ...(walk.statuses !== undefined && { statuses: walk.statuses }),
    ...(walk.types !== undefined && { types: walk.types }),
    ...(walk.position !== undefined && { before: walk.position }),
    limit: walk.limit,
    budget: LOOK_BUDGET,
  });
  const merged = new Map(recent.map((known) => [known.of.event, known]));
  for (const record of page.items) merged.set(record.event, known(record));
  const items = [...merged.values()]
    .filter(({ of }) => page.next === undefined || of.event >= page.next)
    .sort((a, b) => (a.of.event < b.of.event ? 1 : -1));
  if (items.length <= walk.limit) return { ...page, items };
  const next = items[walk.limit - 1]!.of.event;
  return { items: items.slice(0, walk.limit), next, covered: { ...page.covered, from: idTimeMs(next) } };
}

function wantsQueued(walk: Walk): boolean {
  return walk.statuses === undefined || walk.statuses.includes('queued');
}

async function walkRecent(deps: WalkDeps, walk: Walk): Promise<readonly KnownDelivery[]> {
  return (await walkDeliveries(deps, { ...walk, budget: QUEUED_LOOK_BUDGET })).items;
}

function known(record: Delivery): KnownDelivery {
  return { of: record, record };
}
