import type { Event } from '../../domain/event.ts';
import { parseHomedId } from '../../domain/ids.ts';
import type { EventPage, EventQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import { typeMatches } from '../../domain/type-matches.ts';
import type { EventLister, EventReader, EventWriter } from '../../ports/event-log.ts';
import { neverWritten } from './conditions.ts';
import { type EventItem, fromEventItem, toEventItem } from './items/event-item.ts';
import { eventKey, eventPartition, partitionsOfDay } from './items/log-keys.ts';
import { newestFirst } from './newest-first.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, putIf, type Table } from './table.ts';

/** Events in the log table. `retentionDays`: how long they are kept. */
export function dynamoEventWriter(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly retentionDays: number;
}): EventWriter {
  return {
    async put(event) {
      const written = await putIf(args, { ...toEventItem(event, args.retentionDays) }, neverWritten());
      return written ? 'stored' : 'exists';
    },
  };
}

export function dynamoEvents(table: Table): EventReader & EventLister {
  return {
    async get(project, id) {
      // Ids come from callers; one that is not an event's names no partition.
      if (parseHomedId('evt', id) === undefined) return undefined;
      const item = await getItem(table, eventKey(project, id));
      return item && fromEventItem(item as unknown as EventItem);
    },
    page: (query) => pageOfEvents(table, query),
  };
}

async function pageOfEvents(table: Table, query: EventQuery): Promise<EventPage> {
  const partitions = partitionsOfDay(query.shards, (day, shard) => eventPartition(query.project, day, shard));
  const events = decoded(newestFirst(table, { ...query, prefix: 'evt', partitions }));
  return cutPage(events, { ...query, id: (event) => event.id, wanted: (event) => isWanted(event, query) });
}

async function* decoded(items: AsyncIterable<unknown>): AsyncGenerator<Event> {
  for await (const item of items) yield fromEventItem(item as EventItem);
}

function isWanted(event: Event, query: EventQuery): boolean {
  if (query.owner !== undefined && event.owner !== query.owner) return false;
  return query.types === undefined || query.types.some((pattern) => typeMatches(pattern, event.type));
}
