/** What the messages of brokers leave in the log table, attribute by attribute. */
import { describe, expect, it } from 'vitest';
import { dynamoEvents, dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { dynamoRequests, dynamoRequestWriter } from '../../lambdas/adapters/dynamodb/requests.ts';
import { anEvent, anId, aRejectedRequest, EVENT_ID } from '../factories.ts';
import { TABLES } from './emulators.ts';
import { EVENT_SHARD, ownTables } from './stored.ts';

describe('stored messages of brokers', () => {
  const { client, stored } = ownTables();
  const log = () => ({ client: client(), table: TABLES.log, retentionDays: 30, token: () => 'W1234567' });

  it('an event has its broker, the id of the message and its attributes', async () => {
    const project = anId('prj', 'broker');
    const broker = { name: 'orders', message: 'm1', attributes: { kind: 'paid' } };
    const event = anEvent({ project, source: 'broker', broker });
    await dynamoEventWriter(log()).put(event);
    expect(await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID)).toMatchObject({
      src: { S: 'broker' },
      br: { M: { name: { S: 'orders' }, message: { S: 'm1' }, attributes: { M: { kind: { S: 'paid' } } } } },
    });
    expect(await dynamoEvents(log()).get(project, EVENT_ID)).toEqual(event);
  });

  it('a refused message has its broker beside what all refused messages have', async () => {
    const project = anId('prj', 'refused');
    const request = aRejectedRequest({ project, source: 'broker', broker: 'orders', messageId: '' });
    await dynamoRequestWriter(log()).putRequest(request);
    const pk = `${project}#r#20261123#${request.id.at(-1)}`;
    expect(await stored(TABLES.log, pk, request.id)).toMatchObject({
      src: { S: 'broker' },
      br: { S: 'orders' },
      mid: { S: '' },
    });
    expect(await dynamoRequests(log()).request(project, request.id)).toEqual({
      ...request,
      body: new Uint8Array(request.body),
    });
  });
});
