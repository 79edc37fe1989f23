/** Deliveries that wait for an endpoint, as the gateway left them: their records in its backlog, and their events. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { toDeliveryItem } from '../../lambdas/adapters/dynamodb/items/delivery-item.ts';
import { toEventItem } from '../../lambdas/adapters/dynamodb/items/event-item.ts';
import { writeToken } from '../../lambdas/adapters/dynamodb/write-token.ts';
import { blankDelivery, newDelivery } from '../../lambdas/domain/delivery/delivery.ts';
import type { Event } from '../../lambdas/domain/event.ts';
import { newHomedId } from '../../lambdas/domain/ids.ts';
import { RETENTION_DAYS } from '../../lambdas/domain/listing.ts';
import { DEFAULT_EVENT_SHARDS } from '../../lambdas/domain/project.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';
import { REGION } from '../../local/template/intrinsics.ts';
import { EVENT_TYPE, eventBody } from './event-body.ts';

/** As many rows as one request takes. */
const BATCH = 25;
const AT_ONCE = 8;
/** Large numbers: none of them is published. */
const FIRST_NUMBER = 1_000_000;

/** @param withEvents so many of the oldest can be sent; the others only wait */
export async function seedWaiting(
  of: { readonly project: string; readonly endpoint: string; readonly now: number },
  count: number,
  withEvents: number,
): Promise<void> {
  const client = new DynamoDBClient({});
  const log = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const seedSome = async (from: number): Promise<void> => {
    const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => rowsOf(of, count, from + i));
    const some = rows.map(({ delivery }) => delivery);
    const events = from < withEvents ? rows.map(({ event }) => event) : [];
    for (const items of [some, events]) {
      if (items.length === 0) continue;
      const puts = items.map((Item) => ({ PutRequest: { Item } }));
      await log.send(new BatchWriteCommand({ RequestItems: { log: puts } }));
    }
  };
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => batch * BATCH);
  for (let at = 0; at < starts.length; at += AT_ONCE) {
    await Promise.all(starts.slice(at, at + AT_ONCE).map(seedSome));
  }
  client.destroy();
}

/** One came each millisecond, the last one now. */
function rowsOf(of: Parameters<typeof seedWaiting>[0], count: number, number: number) {
  const event = anEvent(of, number, of.now - count + number);
  const held = { status: 'held', why: 'circuit_open' } as const;
  const delivery = { ...blankDelivery(newDelivery(event, of.endpoint), held, of.now), version: 1 };
  return {
    event: { ...toEventItem(event, RETENTION_DAYS) },
    delivery: { ...toDeliveryItem(delivery, writeToken(), RETENTION_DAYS) },
  };
}

function anEvent(
  { project, endpoint }: { readonly project: string; readonly endpoint: string },
  number: number,
  at: number,
): Event {
  const home = { region: REGION, shards: DEFAULT_EVENT_SHARDS };
  return {
    id: newHomedId('evt', at, randomBytes(ULID_RANDOM_BYTES), home),
    project,
    owner: 'customer_0',
    type: EVENT_TYPE,
    source: 'api',
    contentType: 'application/json',
    headers: {},
    body: { at: 'inline', bytes: Buffer.from(JSON.stringify(eventBody(FIRST_NUMBER + number))) },
    matches: { kind: 'listed', endpoints: [endpoint] },
    createdAt: at,
  };
}
