/** Rows as they lie in the tables, in DynamoDB's own words; binary in base64. */
import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import type { WireItem } from '../../bench/cost/item-size.ts';
import type { DynamoClient } from '../../lambdas/adapters/dynamodb/operations.ts';
import { DELIVERY_SHARDS } from '../../lambdas/domain/ids.ts';
import { ENDPOINT_ID, EVENT_ID, NOW, PROJECT_ID } from '../factories.ts';
import { type LocalDynamo, ownDynamoClient, startDynamo, TABLES } from './emulators.ts';

export const EVENT_SHARD = EVENT_ID.at(-1)!;
export const EVENT_PARTITION = `${PROJECT_ID}#20261123#${EVENT_SHARD}`;
/** In seconds: thirty days after the time inside the ids. */
export const EXPIRES = NOW / 1000 + 30 * 86_400;

export interface Tables {
  readonly client: () => DynamoClient;
  readonly stored: (table: string, pk: string, sk: string) => Promise<WireItem>;
  /** Looks in all shards of the day, since the shard follows from the event's id. */
  readonly storedOfDelivery: (of?: {
    readonly event?: string;
    readonly endpoint?: string;
    readonly suffix?: string;
    readonly sk?: string;
  }) => Promise<WireItem>;
}

/** Tables of a suite's own, for as long as it runs. */
export function ownTables(): Tables {
  let dynamo: LocalDynamo;
  let client: DynamoClient;
  beforeAll(async () => {
    dynamo = await startDynamo();
    client = ownDynamoClient(dynamo.endpoint);
  });
  afterAll(() => dynamo.stop());

  return {
    client: () => client,
    async stored(table, pk, sk) {
      const item = await read(dynamo.client, table, pk, sk);
      if (item === undefined) throw new Error(`nothing at ${pk} ${sk}`);
      return item;
    },
    async storedOfDelivery({ event = EVENT_ID, endpoint = ENDPOINT_ID, suffix = '', sk = event } = {}) {
      for (let shard = 0; shard < DELIVERY_SHARDS; shard++) {
        const item = await read(dynamo.client, TABLES.log, `${endpoint}#20261123#${shard}${suffix}`, sk);
        if (item !== undefined) return item;
      }
      throw new Error(`nothing of ${event} to ${endpoint}`);
    },
  };
}

async function read(client: DynamoDBClient, table: string, pk: string, sk: string) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }));
  return Item && Object.fromEntries(Object.entries(Item).map(([name, value]) => [name, onTheWire(value)]));
}

function onTheWire(value: AttributeValue): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(value, (name, inner) =>
      name === 'B' ? Buffer.from(Object.values(inner) as number[]).toString('base64') : inner,
    ),
  );
}
