/** What a list costs: how many round trips, and how much is read beyond what is shown. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoEvents, dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { DAY_MS } from '../../lambdas/domain/listing.ts';
import { anEvent, anEventId, anId, HOME, NOW } from '../factories.ts';
import { type LocalDynamo, startDynamo, TABLES } from './emulators.ts';

describe('reading a log backwards', () => {
  let dynamo: LocalDynamo;
  let cost = { rounds: 0, queries: 0, items: 0 };
  beforeAll(async () => {
    dynamo = await startDynamo();
    count(dynamo.client, () => cost);
  });
  afterAll(() => dynamo.stop());
  beforeEach(() => {
    cost = { rounds: 0, queries: 0, items: 0 };
  });

  const log = () => ({ client: documentClient(dynamo.client), table: TABLES.log, retentionDays: 30 });
  const asked = (project: string, days: number) => ({
    project,
    ...HOME,
    window: { from: NOW - days * DAY_MS, to: NOW + 1 },
    limit: 20,
    budget: 2000,
  });

  it('an empty month takes six round trips', async () => {
    await dynamoEvents(log()).page(asked(anId('prj', 'empty'), 30));
    expect(cost).toEqual({ rounds: 6, queries: 31 * HOME.shards, items: 0 });
  });

  it('an empty window takes none', async () => {
    const query = { ...asked(anId('prj', 'empty'), 1), window: { from: NOW, to: NOW } };
    await dynamoEvents(log()).page(query);
    expect(cost.queries).toBe(0);
  });

  it('a page of a busy day is one round trip, or two, and reads at most three times what it shows', async () => {
    const project = anId('prj', 'busy');
    const writes = Array.from({ length: 200 }, (_, i) =>
      dynamoEventWriter(log()).put(anEvent({ project, id: anEventId(`busy ${i}`, NOW - i) })),
    );
    await Promise.all(writes);
    const page = await dynamoEvents(log()).page(asked(project, 30));
    expect(page.items).toHaveLength(20);
    expect(cost.rounds).toBeLessThanOrEqual(2);
    expect(cost.items).toBeLessThanOrEqual(60);
  });
});

/** A round begins when a Query is sent and none is under way. */
function count(client: DynamoDBClient, cost: () => { rounds: number; queries: number; items: number }): void {
  let underWay = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'QueryCommand') return next(args);
      if (underWay++ === 0) cost().rounds++;
      cost().queries++;
      const answer = await next(args);
      cost().items += (answer.output as { Items?: unknown[] }).Items?.length ?? 0;
      underWay--;
      return answer;
    },
    { step: 'initialize', name: 'count' },
  );
}
