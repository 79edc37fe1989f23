/** Clients repeat requests whose answer they did not get. These tests take the first answer away. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../../lambdas/adapters/dynamodb/deliveries.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../../lambdas/adapters/dynamodb/idempotency.ts';
import type { DynamoClient } from '../../lambdas/adapters/dynamodb/operations.ts';
import { advance } from '../../lambdas/domain/delivery/delivery.ts';
import { aDelivery, anEndpoint, anEvent, anId, NOW, PROJECT_ID } from '../factories.ts';
import { AWS, type LocalDynamo, ownDynamoClient, startDynamo, TABLES } from './emulators.ts';

describe.each([
  { by: 'our own client', clientAt: ownDynamoClient },
  { by: 'the SDK', clientAt: (endpoint: string) => documentClient(new DynamoDBClient({ ...AWS, endpoint })) },
])('writes by $by whose answer is lost', ({ clientAt }) => {
  let dynamo: LocalDynamo;
  let door: Server;
  let client: DynamoClient;
  let losses = 0;
  beforeAll(async () => {
    dynamo = await startDynamo();
    door = losingDoor(dynamo.endpoint, () => losses-- > 0).listen(0, '127.0.0.1');
    await once(door, 'listening');
    client = clientAt(`http://127.0.0.1:${(door.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    door.close();
    door.closeAllConnections();
    await dynamo.stop();
  });

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
  let client: DynamoClient;
  let unfinished = 0;
  beforeAll(async () => {
    dynamo = await startDynamo();
    const whole = ownDynamoClient(dynamo.endpoint);
    client = {
      ...whole,
      batchGet: async (input) =>
        unfinished-- > 0 ? { UnprocessedKeys: input.RequestItems ?? {} } : whole.batchGet(input),
    };
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

/** Lets a write through and then breaks the connection. */
function losingDoor(target: string, isLost: () => boolean): Server {
  return createServer(async (request, response) => {
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(target, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: await text(request),
    });
    const body = await answer.text();
    const isWrite = /\.(Put|Update)Item$/.test(String(headers['x-amz-target']));
    if (isWrite && isLost()) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
}
