import type { Subscription } from '../../domain/subscription.ts';
import type { RoutingReader } from '../../ports/config.ts';
import { docOf, LAST, routingPartition } from './items/config-item.ts';
import { getItem, query, type Table } from './table.ts';

export const ROUTING = 'routing';
/** Endpoint and subscription ids have fixed lengths, so only the position itself lies below this end of it. */
const JUST_ABOVE = '!';

/** Subscriptions of the config table, as publishing reads them. */
export function dynamoRouting(table: Table): RoutingReader {
  return {
    async routingVersion(project) {
      const item = await getItem(table, { pk: project, sk: ROUTING });
      return (item?.n as number | undefined) ?? 0;
    },
    async subscriptionsOf(project, owner, limit, after) {
      const range = {
        pk: routingPartition(project, owner),
        from: after === undefined ? 'ep_' : `${after}${JUST_ABOVE}`,
        to: `ep_${LAST}`,
      };
      const items = await query(table, range, limit + 1);
      const taken = items.slice(0, limit);
      return {
        subscriptions: taken.map((item) => docOf<Subscription>(item)!),
        ...(items.length > limit && { next: taken.at(-1)!.sk }),
      };
    },
  };
}
