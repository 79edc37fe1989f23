/**
 * What lies in the tables, attribute by attribute. Rows live for weeks and are read by code deployed later, so a
 * change here is a change of a contract: add attributes, never rename or reuse one.
 */
import { describe, expect, it } from 'vitest';
import type { WireItem } from '../../bench/cost/item-size.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../../lambdas/adapters/dynamodb/deliveries.ts';
import { dynamoResponses } from '../../lambdas/adapters/dynamodb/responses.ts';
import {
  aDelivery,
  aKeptResponse,
  aLease,
  anAttempt,
  anEventId,
  anId,
  ENDPOINT_ID,
  EVENT_ID,
  NOW,
  PROJECT_ID,
} from '../factories.ts';
import { TABLES } from './emulators.ts';
import { EXPIRES, ownTables } from './stored.ts';

const DELIVERY_PARTITION = /^ep_[0-9A-Z]{26}#20261123#[0-3]$/;

describe('stored deliveries', () => {
  const { client, storedOfDelivery } = ownTables();
  const log = () => ({ client: client(), table: TABLES.log, retentionDays: 30, token: () => 'W1234567' });

  it('a delivery that waits stands in the backlog; one that ended does not', async () => {
    const writer = dynamoDeliveryWriter(log());
    const waiting = aDelivery({ owner: 'acme', attempts: [anAttempt()] });
    await writer.save(waiting);
    expect(await storedOfDelivery()).toEqual({
      pk: { S: expect.stringMatching(DELIVERY_PARTITION) },
      sk: { S: EVENT_ID },
      v: { N: '1' },
      prj: { S: PROJECT_ID },
      type: { S: 'invoice.paid' },
      owner: { S: 'acme' },
      st: { S: 'waiting' },
      due: { N: String(NOW + 300_000) },
      a: {
        L: [
          {
            L: [
              { S: 'first' },
              { S: 'failed' },
              { N: String(NOW) },
              { N: '80' },
              { S: 'https://receiver.example/hooks' },
              { N: '503' },
              { S: 'gateway_error' },
              { NULL: true },
              { S: '203.0.113.7' },
              { L: ['5', '10', '20', '1', '40', '4'].map((ms) => ({ N: ms })) },
              { L: [{ M: { 'content-type': { S: 'text/plain' } } }, { B: 'dHJ5IGxhdGVy' }] },
            ],
          },
        ],
      },
      c: { N: String(NOW) },
      u: { N: String(NOW) },
      n: { N: '1' },
      w: { S: 'W1234567' },
      expires: { N: String(EXPIRES) },
      backlog_pk: { S: ENDPOINT_ID },
      backlog_sk: { S: `d#00${NOW + 300_000}#${EVENT_ID}` },
    });
    await writer.save({ ...waiting, state: { status: 'failed', stopReason: 'exhausted' }, version: 2 });
    const ended = await storedOfDelivery();
    expect(ended).toMatchObject({ st: { S: 'failed' }, stop: { S: 'exhausted' }, n: { N: '2' } });
    expect(ended).not.toHaveProperty('backlog_pk');
    expect(ended).not.toHaveProperty('backlog_sk');
  });

  it('a response whose header is called like what every object has', async () => {
    const headers = { constructor: 'x', toString: 'z', hasOwnProperty: '1' };
    const event = anEventId('odd headers');
    const attempt = anAttempt({ response: aKeptResponse({ headers }) });
    await dynamoDeliveryWriter(log()).save(aDelivery({ event, attempts: [attempt] }));
    expect(JSON.stringify(await storedOfDelivery({ event }))).toContain('"constructor":{"S":"x"}');
  });

  it('a delivery that is sent by hand, hidden in the queue, or held', async () => {
    const writer = dynamoDeliveryWriter(log());
    const resend = { status: 'failed', stopReason: 'endpoint_gone' } as const;
    const states = [
      { status: 'sending', lease: aLease(), resend },
      { status: 'waiting', dueAt: NOW, where: 'queue', resend: { status: 'succeeded' } },
      { status: 'waiting', dueAt: NOW, where: 'queue', manual: true },
      { status: 'held', why: 'endpoint_paused' },
    ] as const;
    const event = anEventId('states');
    const packed: WireItem[] = [];
    for (const [i, state] of states.entries()) {
      await writer.save(aDelivery({ event, state, attempts: [], version: i + 1 }));
      const { st, lease, back, due, in: queue, by, held, backlog_sk } = await storedOfDelivery({ event });
      packed.push(
        Object.fromEntries(
          Object.entries({ st, lease, back, due, in: queue, by, held, backlog_sk }).filter(
            ([, value]) => value,
          ),
        ) as WireItem,
      );
    }
    expect(packed).toEqual([
      {
        st: { S: 'sending' },
        lease: {
          L: [
            { S: 'lease-of-another-worker' },
            { N: String(NOW + 25_000) },
            { N: String(NOW) },
            { S: 'retry' },
            { S: 'https://receiver.example/hooks' },
          ],
        },
        back: { L: [{ S: 'failed' }, { S: 'endpoint_gone' }] },
        backlog_sk: { S: `d#00${NOW + 25_000}#${event}` },
      },
      { st: { S: 'waiting' }, due: { N: String(NOW) }, in: { S: 'q' }, back: { L: [{ S: 'succeeded' }] } },
      { st: { S: 'waiting' }, due: { N: String(NOW) }, in: { S: 'q' }, by: { S: 'p' } },
      { st: { S: 'held' }, held: { S: 'endpoint_paused' }, backlog_sk: { S: `h#${event}` } },
    ]);
  });

  it('a delivery that came through a subscription that rewrites, held by it', async () => {
    const [event, via] = [anEventId('rewritten'), anId('sub')];
    const delivery = aDelivery({ event, via, state: { status: 'held', why: 'transformation_failed' } });
    await dynamoDeliveryWriter(log()).save(delivery);
    expect(await storedOfDelivery({ event })).toMatchObject({
      via: { S: via },
      held: { S: 'transformation_failed' },
      backlog_sk: { S: `t#${via}#${event}` },
    });
    const { state } = delivery;
    expect(await dynamoDeliveries(log()).getMany([delivery])).toMatchObject([{ via, state }]);
  });

  it('a response beside its delivery', async () => {
    const response = aKeptResponse({ body: Buffer.alloc(100, 'a'), truncated: true });
    await dynamoResponses(log()).putResponse({ event: EVENT_ID, endpoint: ENDPOINT_ID }, 3, response);
    expect(await storedOfDelivery({ suffix: '#r', sk: `${EVENT_ID}#0003` })).toEqual({
      pk: { S: expect.stringMatching(/#[0-3]#r$/) },
      sk: { S: `${EVENT_ID}#0003` },
      v: { N: '1' },
      h: { M: { 'content-type': { S: 'text/plain' } } },
      b: { B: 'S6QDAAA=' },
      enc: { S: '1' },
      cut: { BOOL: true },
      expires: { N: String(EXPIRES) },
    });
  });
});
