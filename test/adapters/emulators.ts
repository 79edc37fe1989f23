/** The AWS services adapters are tried against: in this process, on ports of their own, with nothing kept. */
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { jsonDynamoClient } from '../../lambdas/adapters/dynamodb/json-client.ts';
import type { DynamoClient } from '../../lambdas/adapters/dynamodb/operations.ts';
import { DYNAMODB, jsonClient } from '../../lambdas/aws/json-client.ts';
import { CONFIG_INDEXES, LOG_INDEXES, TABLE_KEYS } from '../../lambdas/contract/schema.ts';

export const AWS = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;
export const TABLES = { config: 'config', log: 'log', state: 'state' } as const;

export const LIMITS = { connectMs: 1_000, requestMs: 5_000 } as const;

/** DynamoDB as our functions reach it. */
export function ownDynamoClient(endpoint: string): DynamoClient {
  return jsonDynamoClient(jsonClient(DYNAMODB, { ...AWS, ...LIMITS, endpoint }));
}

export interface LocalDynamo {
  readonly client: DynamoDBClient;
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

export async function startDynamo(): Promise<LocalDynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ ...AWS, endpoint });
  await createTable(client, TABLES.config, [CONFIG_INDEXES.byOwner]);
  await createTable(client, TABLES.log, [LOG_INDEXES.backlog]);
  await createTable(client, TABLES.state, []);
  return {
    client,
    endpoint,
    stop: async () => {
      client.destroy();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Index {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
  readonly carries?: readonly string[];
}

async function createTable(client: DynamoDBClient, name: string, indexes: readonly Index[]): Promise<void> {
  const keys = [TABLE_KEYS, ...indexes].flatMap((index) => [index.partition, index.sort]);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...new Set(keys)].map((key) => ({ AttributeName: key, AttributeType: 'S' })),
      KeySchema: keySchema(TABLE_KEYS),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
          Projection:
            index.carries === undefined
              ? { ProjectionType: 'ALL' as const }
              : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.carries] },
        })),
      }),
    }),
  );
}

function keySchema(keys: { readonly partition: string; readonly sort: string }) {
  return [
    { AttributeName: keys.partition, KeyType: 'HASH' as const },
    { AttributeName: keys.sort, KeyType: 'RANGE' as const },
  ];
}
