import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Endpoint } from '../../domain/endpoint.ts';
import { routingPosition, type Subscription } from '../../domain/subscription.ts';
import type { SubscriptionStore } from '../../ports/config.ts';
import { docOf, type PointerItem, pointedAt, routingPartition } from './items/config-item.ts';
import type { DynamoClient } from './operations.ts';
import { dynamoRouting, ROUTING } from './routing.ts';
import { listSubscriptions, ofEndpoint } from './subscription-list.ts';
import { deleteItem, getItem, type ItemKey, putItem, type Sleep, type Table } from './table.ts';

/**
 * Subscriptions in the config table: each is a routing item, found by publishing, and a pointer to it, found by id. The
 * pointer is written first and removed last, so that an interrupted change leaves nothing that routes and can't be found.
 */
export function dynamoSubscriptions(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly sleep?: Sleep;
}): SubscriptionStore {
  const sleep = args.sleep ?? sleepFor;
  return {
    ...dynamoRouting(args),
    async putSubscription(subscription) {
      const before = await putPointer(args, subscription);
      await putItem(args, { ...keyOf(subscription), v: 1, doc: subscription });
      if (before !== undefined && moved(before, subscription)) {
        await deleteItem(args, pointedAt(subscription.project, before));
      }
      await raiseVersion(args, subscription.project);
    },
    async deleteSubscription(subscription) {
      await deleteItem(args, keyOf(subscription));
      await deleteItem(args, { pk: subscription.project, sk: subscription.id });
      await raiseVersion(args, subscription.project);
    },
    async subscription(project, id) {
      const pointer = await getItem(args, { pk: project, sk: id });
      if (pointer === undefined) return undefined;
      return docOf<Subscription>(await getItem(args, pointedAt(project, pointer as unknown as PointerItem)));
    },
    listSubscriptions: (wanted) => listSubscriptions(args, wanted, sleep),
    subscriptionsOfEndpoint: (endpoint: Endpoint) => ofEndpoint(args, endpoint),
  };
}

function keyOf(subscription: Subscription): ItemKey {
  return {
    pk: routingPartition(subscription.project, subscription.owner),
    sk: routingPosition(subscription),
  };
}

function moved(before: PointerItem, now: Subscription): boolean {
  return before.owner !== now.owner || before.endpoint !== now.endpoint;
}

/** Gives back the pointer it replaced. */
async function putPointer(
  { client, table }: Table,
  { project, id, owner, endpoint }: Subscription,
): Promise<PointerItem | undefined> {
  const item: PointerItem = { pk: project, sk: id, v: 1, ...(owner !== undefined && { owner }), endpoint };
  const answer = await client.put({ TableName: table, Item: { ...item }, ReturnValues: 'ALL_OLD' });
  return answer.Attributes as PointerItem | undefined;
}

/** A repeat by the client raises it twice, which is harmless: it only has to grow. */
async function raiseVersion({ client, table }: Table, project: string): Promise<void> {
  await client.update({
    TableName: table,
    Key: { pk: project, sk: ROUTING },
    UpdateExpression: 'SET #v = :v ADD #n :one',
    ExpressionAttributeNames: { '#v': 'v', '#n': 'n' },
    ExpressionAttributeValues: { ':v': 1, ':one': 1 },
  });
}
