import type { Holder } from '../../domain/limits/in-flight.ts';
import type { InFlightStore } from '../../ports/in-flight.ts';
import { stillAtVersion } from './conditions.ts';
import { getItem, type Item, type ItemKey, putIf, type Table } from './table.ts';

/** A record nobody wrote for a day is about places that were given back long ago. */
const KEPT_SECONDS = 86_400;

/**
 * Places in flight in the state table. A repeat of a write whose answer was lost is answered with a conflict: who
 * reads again finds itself among the holders. Each holder is one short text, so that forty of them are one write unit.
 */
export function dynamoInFlight(table: Table): InFlightStore {
  return {
    async get(endpoint) {
      const item = await getItem(table, keyOf(endpoint));
      return item && { endpoint, holders: holdersOf(item), version: item.n as number };
    },
    async save({ endpoint, holders, version }) {
      const latest = Math.max(0, ...holders.map(({ until }) => until));
      const item = {
        ...keyOf(endpoint),
        v: 1,
        n: version,
        held: holders.map(({ holder, places, until }) => `${places}:${until}:${holder}`),
        expires: Math.ceil(latest / 1000) + KEPT_SECONDS,
      };
      return (await putIf(table, item, stillAtVersion(version - 1))) ? 'saved' : 'conflict';
    },
  };
}

function keyOf(endpoint: string): ItemKey {
  return { pk: `inflight#${endpoint}`, sk: 'f' };
}

function holdersOf(item: Item): readonly Holder[] {
  return (item.held as readonly string[]).map((text) => {
    const [places, until, holder] = text.split(':') as [string, string, string];
    return { holder, places: Number(places), until: Number(until) };
  });
}
