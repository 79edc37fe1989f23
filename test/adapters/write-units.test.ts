/** DynamoDB bills writes by the started kilobyte: these sizes are the budget. */
import { describe, expect, it } from 'vitest';
import { itemSize } from '../../bench/cost/item-size.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../../lambdas/adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { INLINE_RESPONSE_BYTES } from '../../lambdas/domain/delivery/attempt.ts';
import { aDelivery, aKeptResponse, anAttempt, anEvent, anId, EVENT_ID } from '../factories.ts';
import { TABLES } from './emulators.ts';
import { EVENT_SHARD, ownTables } from './stored.ts';

const UNIT = 1024;

describe('write units', () => {
  const { client, stored, storedOfDelivery } = ownTables();
  const log = () => ({ client: client(), table: TABLES.log, retentionDays: 30, token: () => 'W1234567' });

  it('an ordinary success with the largest inline response costs one write unit', async () => {
    const endpoint = anId('ep', 'success');
    const response = aKeptResponse({
      headers: { 'content-type': 'application/json', server: 'nginx/1.25.3', 'x-request-id': 'a'.repeat(36) },
      body: Buffer.alloc(INLINE_RESPONSE_BYTES - 96, 'x'),
    });
    const url = `https://receiver.example/${'hooks/'.repeat(12)}`;
    const attempt = anAttempt({ outcome: 'succeeded', statusCode: 200, response, url });
    const { error: _, ...succeeded } = attempt;
    const delivery = aDelivery({
      endpoint,
      owner: 'customer-0123456789-0123456789',
      type: 'billing.invoice.payment.succeeded',
      state: { status: 'succeeded' },
      attempts: [succeeded],
    });
    await dynamoDeliveryWriter(log()).save(delivery);
    const [read] = await dynamoDeliveries(log()).getMany([delivery]);
    expect(read?.state.status).toBe('succeeded');
    expect(itemSize(await storedOfDelivery({ endpoint }))).toBeLessThanOrEqual(UNIT);
  });

  it('a 2 KB JSON event costs at most two write units', async () => {
    const project = anId('prj', 'two KB');
    const body = { at: 'inline', bytes: jsonOf(2048) } as const;
    const event = anEvent({ project, owner: 'customer-0123456789', uid: 'order-0123456789', body });
    await dynamoEventWriter(log()).put(event);
    const item = await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID);
    expect(itemSize(item)).toBeLessThanOrEqual(2 * UNIT);
    const read = await dynamoEvents(log()).get(project, EVENT_ID);
    expect(read?.body).toMatchObject({ at: 'inline' });
  });
});

/** A body of that size which compresses as badly as JSON does: nothing in it but names and random-looking ids. */
function jsonOf(bytes: number): Uint8Array {
  const lines: { id: string; sku: string; amount: number }[] = [];
  for (let i = 0; JSON.stringify({ lines }).length < bytes; i++) {
    lines.push({ id: anId('sub', `line ${i}`), sku: anId('key', `sku ${i}`), amount: (i * 7919) % 10_007 });
  }
  return Buffer.from(JSON.stringify({ lines }).slice(0, bytes));
}
