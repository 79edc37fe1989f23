/**
 * What lies in the tables, attribute by attribute. Rows live for weeks and are read by code deployed later, so a
 * change here is a change of a contract: add attributes, never rename or reuse one.
 */
import { describe, expect, it } from 'vitest';
import { dynamoEvents, dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { dynamoMatchChunks } from '../../lambdas/adapters/dynamodb/match-chunks.ts';
import { dynamoRequestWriter } from '../../lambdas/adapters/dynamodb/requests.ts';
import { anEvent, anId, aRejectedRequest, ENDPOINT_ID, EVENT_ID, NOW, PROJECT_ID } from '../factories.ts';
import { TABLES } from './emulators.ts';
import { EVENT_PARTITION, EVENT_SHARD, EXPIRES, ownTables } from './stored.ts';

describe('stored events and requests', () => {
  const { client, stored } = ownTables();
  const log = () => ({ client: client(), table: TABLES.log, retentionDays: 30, token: () => 'W1234567' });

  it('an ordinary event', async () => {
    await dynamoEventWriter(log()).put(anEvent());
    expect(await stored(TABLES.log, EVENT_PARTITION, EVENT_ID)).toEqual({
      pk: { S: EVENT_PARTITION },
      sk: { S: EVENT_ID },
      v: { N: '1' },
      type: { S: 'invoice.paid' },
      b: { B: 'g6rJzCuLN0RKeSZGBga1AA==' },
      enc: { S: '1' },
      m: { S: ENDPOINT_ID.slice(3) },
      expires: { N: String(EXPIRES) },
    });
  });

  it('the subscriptions that rewrite stand in the order of the endpoints', async () => {
    const project = anId('prj', 'rewritten');
    const [a, b, c] = [anId('ep', 'a'), anId('ep', 'b'), anId('ep', 'c')];
    const [of, other] = [anId('sub', 'a'), anId('sub', 'c')];
    const matches = { kind: 'listed', endpoints: [a, b, c], via: { [a]: of, [c]: other } } as const;
    const event = anEvent({ project, matches });
    const store = { ...dynamoEventWriter(log()), ...dynamoEvents(log()) };
    await store.put(event);
    const item = await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID);
    expect(item.m).toEqual({ S: a.slice(3) + b.slice(3) + c.slice(3) });
    expect(item.via).toEqual({ S: `${of.slice(4)}-${other.slice(4)}` });
    expect(await store.get(project, EVENT_ID)).toEqual(event);
  });

  it('an event with a header called constructor', async () => {
    const project = anId('prj', 'constructor');
    await dynamoEventWriter(log()).put(anEvent({ project, headers: { constructor: 'x' } }));
    const item = await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID);
    expect(item.h).toEqual({ M: { constructor: { S: 'x' } } });
  });

  it('an event with everything, compressed', async () => {
    const project = anId('prj', 'everything');
    const body = { at: 'inline', bytes: Buffer.alloc(100, 'a') } as const;
    const headers = { 'X-Trace': '1' };
    const said = { owner: 'acme', uid: 'u1', source: 'queue', contentType: 'text/plain', headers } as const;
    await dynamoEventWriter(log()).put(anEvent({ project, ...said, body, matches: { kind: 'chunked' } }));
    const pk = `${project}#20261123#${EVENT_SHARD}`;
    expect(await stored(TABLES.log, pk, EVENT_ID)).toEqual({
      pk: { S: pk },
      sk: { S: EVENT_ID },
      v: { N: '1' },
      type: { S: 'invoice.paid' },
      owner: { S: 'acme' },
      src: { S: 'queue' },
      uid: { S: 'u1' },
      ct: { S: 'text/plain' },
      h: { M: { 'X-Trace': { S: '1' } } },
      b: { B: 'S6QDAAA=' },
      enc: { S: '1' },
      m: { S: '*' },
      expires: { N: String(EXPIRES) },
    });
  });

  it('an event whose body is in the bucket names its size', async () => {
    const project = anId('prj', 'bucket');
    await dynamoEventWriter(log()).put(anEvent({ project, body: { at: 'bucket', size: 300_000 } }));
    const item = await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID);
    expect(item).toMatchObject({ size: { N: '300000' } });
    expect(item).not.toHaveProperty('b');
    expect(item).not.toHaveProperty('digest');
  });

  it('and the digest of the body, when its object is named by that', async () => {
    const project = anId('prj', 'digest');
    const body = { at: 'bucket', size: 300_000, digest: 'Ab_-9' } as const;
    await dynamoEventWriter(log()).put(anEvent({ project, body }));
    const item = await stored(TABLES.log, `${project}#20261123#${EVENT_SHARD}`, EVENT_ID);
    expect(item).toMatchObject({ size: { N: '300000' }, digest: { S: 'Ab_-9' } });
  });

  it('a chunk of matches', async () => {
    const chunk = { project: PROJECT_ID, event: EVENT_ID, index: 7, endpoints: [ENDPOINT_ID], next: 'here' };
    await dynamoMatchChunks(log()).putChunk(chunk);
    expect(await stored(TABLES.log, `${EVENT_PARTITION}#m`, `${EVENT_ID}#00007`)).toEqual({
      pk: { S: `${EVENT_PARTITION}#m` },
      sk: { S: `${EVENT_ID}#00007` },
      v: { N: '1' },
      prj: { S: PROJECT_ID },
      i: { N: '7' },
      m: { S: ENDPOINT_ID.slice(3) },
      next: { S: 'here' },
      expires: { N: String(EXPIRES) },
    });
  });

  it('an event that is delivered later, and its chunks, outlive that time', async () => {
    const [project, deliverAt] = [anId('prj', 'later'), NOW + 365 * 86_400_000];
    const expires = { N: String(EXPIRES + 365 * 86_400) };
    await dynamoEventWriter(log()).put(anEvent({ project, deliverAt }));
    const partition = `${project}#20261123#${EVENT_SHARD}`;
    expect(await stored(TABLES.log, partition, EVENT_ID)).toMatchObject({
      at: { N: String(deliverAt) },
      expires,
    });
    const chunk = { project, event: EVENT_ID, index: 0, endpoints: [ENDPOINT_ID], deliverAt };
    await dynamoMatchChunks(log()).putChunk(chunk);
    expect(await stored(TABLES.log, `${partition}#m`, `${EVENT_ID}#00000`)).toMatchObject({ expires });
  });

  it('a rejected request', async () => {
    const request = aRejectedRequest();
    await dynamoRequestWriter(log()).putRequest(request);
    const pk = `${PROJECT_ID}#r#20261123#${request.id.at(-1)}`;
    expect(await stored(TABLES.log, pk, request.id)).toEqual({
      pk: { S: pk },
      sk: { S: request.id },
      v: { N: '1' },
      src: { S: 'queue' },
      mid: { S: request.messageId },
      verdict: { S: 'rejected' },
      reason: { S: 'invalid' },
      errors: {
        L: [{ M: { field: { S: 'type' }, code: { S: 'required' }, detail: { S: 'name the event type' } } }],
      },
      b: { B: 'e30=' },
      at: { N: String(NOW) },
      expires: { N: String(EXPIRES) },
    });
  });
});
