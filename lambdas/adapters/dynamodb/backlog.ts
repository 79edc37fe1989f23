import { LOG_INDEXES } from '../../contract/schema.ts';
import {
  DUE_FLOOR,
  dueCeiling,
  HELD_CEILING,
  HELD_FLOOR,
  unsendableRange,
} from '../../domain/delivery/backlog.ts';
import type { Backlog, BacklogEntry, BacklogPage } from '../../ports/delivery-log.ts';
import type { DeliveryItem } from './items/delivery-item.ts';
import { type Item, query, type Table } from './table.ts';

const index = LOG_INDEXES.backlog;
/** A sort key within the index never reaches this far below another, so a bound moved by it excludes just itself. */
const JUST_ABOVE = '!';

/** The sparse index of deliveries that wait. Eventually consistent: what was put there a moment ago may be missing. */
export function dynamoBacklog(table: Table): Backlog {
  const between = async (endpoint: string, from: string, to: string, limit: number): Promise<BacklogPage> => {
    if (from > to) return { entries: [] };
    const items = await query(table, { pk: endpoint, from, to, index }, limit + 1);
    const taken = items.slice(0, limit);
    const last = taken.at(-1)?.[index.sort] as string | undefined;
    return {
      entries: taken.map(toEntry),
      ...(last !== undefined && { last }),
      ...(last !== undefined && items.length > limit && { next: last }),
    };
  };
  return {
    due: (endpoint, until, limit, after) =>
      between(endpoint, beyond(after, DUE_FLOOR), dueCeiling(until), limit),
    held: (endpoint, limit, after) => between(endpoint, beyond(after, HELD_FLOOR), HELD_CEILING, limit),
    unsendable(endpoint, via, limit, after) {
      const [floor, ceiling] = unsendableRange(via);
      return between(endpoint, beyond(after, floor), ceiling, limit);
    },
  };
}

/**
 * The position after an entry, as a bound. Not an `ExclusiveStartKey`: that would have to name the entry's own key in
 * the table, and a mark outlives the entry it was taken from.
 */
function beyond(after: string | undefined, floor: string): string {
  return after === undefined ? floor : `${after}${JUST_ABOVE}`;
}

function toEntry(item: Item): BacklogEntry {
  const { pk, sk, prj, owner, type } = item as unknown as DeliveryItem;
  const endpoint = pk.slice(0, pk.indexOf('#'));
  return { project: prj, event: sk, endpoint, type, ...(owner !== undefined && { owner }) };
}
