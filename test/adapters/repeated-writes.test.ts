/** The SDK repeats requests whose answer it did not get. These tests take the first answer away. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../../lambdas/adapters/dynamodb/deliveries.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../../lambdas/adapters/dynamodb/idempotency.ts';
import { advance } from '../../lambdas/domain/delivery.ts';
import { aDelivery, anEndpoint, anEvent, anId, NOW, PROJECT_ID } from '../factories.ts';
import { type LocalDynamo, startDynamo, TABLES } from './emulators.ts';

describe('writes whose answer is lost', () => {
  let dynamo: LocalDynamo;
  let client: DynamoDBDocumentClient;
  let losses = 0;
  beforeAll(async () => {
    dynamo = await startDynamo();
    loseAnswers(dynamo.client, () => losses-- > 0);
    client = documentClient(dynamo.client);
  });
  afterAll(() => dynamo.stop());

  const log = () => ({ client, table: TABLES.log, retentionDays: 30 });
  const losing = async <T>(write: () => Promise<T>): Promise<T> => {
    losses = 1;
    const answer = await write();
    expect(losses, 'the answer was taken away and the write repeated').toBeLessThan(0);
    return answer;
  };

  it('saves a first and a later version of a delivery', async () => {
    const writer = dynamoDeliveryWriter(log());
    const delivery = aDelivery({ endpoint: anId('ep', 'lost'), attempts: [] });
    expect(await losing(() => writer.save(delivery))).toBe('saved');
    const next = advance(delivery, { status: 'succeeded' }, NOW);
    expect(await losing(() => writer.save(next))).toBe('saved');
    expect(await dynamoDeliveries(log()).getMany([delivery])).toEqual([next]);
  });

  it('still sees the conflict when another worker wrote that version', async () => {
    const writer = dynamoDeliveryWriter(log());
    const delivery = aDelivery({ endpoint: anId('ep', 'lost too'), attempts: [] });
    await writer.save(delivery);
    expect(await losing(() => writer.save(delivery))).toBe('conflict');
  });

  it('claims an idempotency key as the first', async () => {
    const store = dynamoIdempotency({ client, table: TABLES.state });
    const claim = { project: PROJECT_ID, key: 'k', fingerprint: 'f', value: 'v', expiresAt: NOW + 1 };
    expect(await losing(() => store.claim(claim, NOW))).toEqual({ kind: 'fresh' });
    expect(await losing(() => store.claim(claim, NOW))).toEqual({ kind: 'repeat', value: 'v' });
  });

  it('creates and replaces an endpoint', async () => {
    const store = dynamoEndpoints({ client, table: TABLES.config });
    const endpoint = anEndpoint();
    expect(await losing(() => store.createEndpoint(endpoint))).toBe('created');
    expect(await losing(() => store.replaceEndpoint({ ...endpoint, version: 2 }))).toBe('replaced');
  });

  it('calls an event that is there already one that exists: it is the same event', async () => {
    expect(await losing(() => dynamoEventWriter(log()).put(anEvent()))).toBe('exists');
  });
});

describe('a batch read that DynamoDB leaves unfinished', () => {
  let dynamo: LocalDynamo;
  let client: DynamoDBDocumentClient;
  let unfinished = 0;
  beforeAll(async () => {
    dynamo = await startDynamo();
    leaveReadsUnfinished(dynamo.client, () => unfinished-- > 0);
    client = documentClient(dynamo.client);
  });
  afterAll(() => dynamo.stop());

  it('is taken up again, waiting longer each time', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const log = { client, table: TABLES.log, retentionDays: 30, sleep };
    const delivery = aDelivery({ attempts: [] });
    await dynamoDeliveryWriter(log).save(delivery);
    unfinished = 3;
    expect(await dynamoDeliveries(log).getMany([delivery])).toEqual([delivery]);
    expect(waits).toEqual([25, 50, 100]);
  });

  it('fails in the end instead of saying that nothing is there', async () => {
    unfinished = 100;
    const reader = dynamoDeliveries({ client, table: TABLES.log, sleep: async () => {} });
    await expect(reader.getMany([aDelivery()])).rejects.toThrow('1 of 1 rows stay unread');
  });
});

/** Lets the request through and then acts as if the connection broke; below the SDK's own repeating. */
function loseAnswers(client: DynamoDBClient, isLost: () => boolean): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (!['PutItemCommand', 'UpdateItemCommand'].includes(context.commandName ?? '')) return answer;
      if (isLost()) throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'loseAnswers' },
  );
}

function leaveReadsUnfinished(client: DynamoDBClient, isUnfinished: () => boolean): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'BatchGetItemCommand' || !isUnfinished()) return next(args);
      const { RequestItems } = args.input as { RequestItems: never };
      return { response: {}, output: { $metadata: {}, Responses: {}, UnprocessedKeys: RequestItems } };
    },
    { step: 'initialize', name: 'leaveReadsUnfinished' },
  );
}
