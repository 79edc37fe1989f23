import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Delivery } from '../../domain/delivery/delivery.ts';
import { DELIVERY_SHARDS } from '../../domain/ids.ts';
import type { DeliveryPage, DeliveryQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import { typeMatches } from '../../domain/type-matches.ts';
import type { DeliveryLister, DeliveryReader, DeliveryWriter } from '../../ports/delivery-log.ts';
import { stillAtVersion } from './conditions.ts';
import { type DeliveryItem, fromDeliveryItem, toDeliveryItem } from './items/delivery-item.ts';
import { deliveryKey, deliveryPartition, partitionsOfDay } from './items/log-keys.ts';
import { newestFirst } from './newest-first.ts';
import type { DynamoClient } from './operations.ts';
import { getItems, putOurs, type Sleep, type Table } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** Deliveries in the log table. */
export function dynamoDeliveries(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly sleep?: Sleep;
}): DeliveryReader & DeliveryLister {
  const sleep = args.sleep ?? sleepFor;
  return {
    async getMany(keys) {
      const items = await getItems(args, keys.map(deliveryKey), sleep);
      return items.map((item) => item && fromDeliveryItem(item as unknown as DeliveryItem));
    },
    pageOfEndpoint: (query) => pageOfEndpoint(args, query),
  };
}

/** `retentionDays`: how long a delivery's record is kept after it was first written. */
export function dynamoDeliveryWriter(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly retentionDays: number;
  readonly token?: WriteToken;
}): DeliveryWriter {
  const token = args.token ?? writeToken;
  return {
    async save(delivery) {
      const item = toDeliveryItem(delivery, token(), args.retentionDays);
      const { written } = await putOurs(args, { ...item }, stillAtVersion(delivery.version - 1));
      return written ? 'saved' : 'conflict';
    },
  };
}

async function pageOfEndpoint(table: Table, query: DeliveryQuery): Promise<DeliveryPage> {
  const partitions = partitionsOfDay(DELIVERY_SHARDS, (day, shard) =>
    deliveryPartition(query.endpoint, day, shard),
  );
  const deliveries = decoded(newestFirst(table, { ...query, prefix: 'evt', partitions }));
  return cutPage(deliveries, {
    ...query,
    id: (delivery) => delivery.event,
    wanted: (delivery) => isWanted(delivery, query),
  });
}

async function* decoded(items: AsyncIterable<unknown>): AsyncGenerator<Delivery> {
  for await (const item of items) yield fromDeliveryItem(item as DeliveryItem);
}

function isWanted(delivery: Delivery, query: DeliveryQuery): boolean {
  if (delivery.project !== query.project) return false;
  if (query.statuses !== undefined && !query.statuses.includes(delivery.state.status)) return false;
  return query.types === undefined || query.types.some((pattern) => typeMatches(pattern, delivery.type));
}
