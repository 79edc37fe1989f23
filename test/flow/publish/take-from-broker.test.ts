import { describe, expect, test } from 'vitest';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryIdempotency } from '../../../lambdas/adapters/memory/idempotency.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRequests } from '../../../lambdas/adapters/memory/requests.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import type { BrokerRecord } from '../../../lambdas/domain/broker/batch.ts';
import type { Broker, BrokerMessage } from '../../../lambdas/domain/broker/broker.ts';
import { MAX_ATTRIBUTES_BYTES } from '../../../lambdas/domain/broker/broker-command.ts';
import { MAX_BODY_BYTES } from '../../../lambdas/domain/event.ts';
import { UNASSIGNED_PROJECT } from '../../../lambdas/domain/project.ts';
import { createMatcher } from '../../../lambdas/flow/publish/match.ts';
import { type TakeFromBrokerDeps, takeFromBroker } from '../../../lambdas/flow/publish/take-from-broker.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import { batchAnswer } from '../../../lambdas/handlers/batch-answer.ts';
import { aBroker, anId, aProject, aSubscription, EVENT_ID, HOME, NOW, PROJECT_ID } from '../../factories.ts';

/** A project that takes everything in; `faults` replace parts of what the flow stands on. */
async function aGateway(faults: Partial<TakeFromBrokerDeps> = {}) {
  const clock = memoryClock(NOW);
  const config = memoryConfig();
  const events = memoryEvents();
  const queues = memoryQueues();
  const requests = memoryRequests();
  const log = memoryLog();
  await config.createProject(aProject());
  await config.putSubscription(aSubscription({ eventTypes: ['*'] }));
  const deps: TakeFromBrokerDeps = {
    clock,
    log,
    random: seededRandom(1),
    region: HOME.region,
    projects: config,
    requests,
    matcher: createMatcher(config, clock, log),
    events,
    bodies: memoryBodies(),
    deliveries: memoryDeliveries(),
    wakes: createWakeArmer({ clock, log, ledger: memoryWakeLedger(), timer: memoryWakeTimer() }),
    idempotency: memoryIdempotency(),
    deliveryQueue: queues,
    fanoutQueue: queues,
    ...faults,
  };
  const window = { from: 0, to: NOW + 86_400_000 };
  const page = { ...HOME, window, limit: 100, budget: 1000 };
  return {
    clock,
    config,
    queues,
    log,
    take: (...records: BrokerRecord[]) => takeFromBroker(deps, records),
    stored: async () => (await events.page({ project: PROJECT_ID, ...page })).items,
    rejected: async (project = PROJECT_ID) => (await requests.requests({ project, ...page })).items,
  };
}

let made = 0;
function aRecord(
  message: Partial<BrokerMessage> | undefined = {},
  broker: Partial<Broker> = {},
): BrokerRecord {
  made += 1;
  const whole = {
    id: `m${made}`,
    sentAt: NOW - 1000,
    attributes: {},
    body: Buffer.from('{"a":1}'),
    ...message,
  };
  return { broker: aBroker(broker), raw: { raw: made }, message: message && whole, item: `i${made}` };
}

describe('a message', () => {
  test('becomes an event with its bytes, its attributes and its broker, and is delivered', async () => {
    const gateway = await aGateway();
    const record = aRecord({ attributes: { kind: 'paid' }, body: Buffer.from('{ "a" : 1 }') });
    expect(await gateway.take(record)).toEqual([]);
    const [event] = await gateway.stored();
    expect(event).toMatchObject({
      type: 'order.changed',
      source: 'broker',
      contentType: 'application/json',
      headers: {},
      body: { at: 'inline', bytes: Buffer.from('{ "a" : 1 }') },
      broker: { name: 'orders', message: record.message?.id, attributes: { kind: 'paid' } },
      createdAt: NOW - 1000,
    });
    expect(gateway.queues.deliveries).toHaveLength(1);
  });

  test('has the type and the owner that its attributes and its body name', async () => {
    const gateway = await aGateway();
    const picks = {
      eventType: { from: 'header', path: 'Kind', prefix: 'order' },
      owner: { from: 'body', path: 'account.id' },
    } as const;
    await gateway.take(
      aRecord({ attributes: { kind: 'paid' }, body: Buffer.from('{"account":{"id":7}}') }, picks),
    );
    expect(await gateway.stored()).toMatchObject([{ type: 'order.paid', owner: '7' }]);
  });

  test('that does not say what it is becomes an event all the same', async () => {
    const gateway = await aGateway();
    await gateway.take(
      aRecord({ body: Buffer.from('no JSON') }, { eventType: { from: 'body', path: 'type' } }),
    );
    expect(await gateway.stored()).toMatchObject([{ type: 'message.received' }]);
  });

  test('whose owner is none is an event of the project', async () => {
    const gateway = await aGateway();
    await gateway.take(
      aRecord({ attributes: { owner: 'a\nb' } }, { owner: { from: 'header', path: 'owner' } }),
    );
    const [event] = await gateway.stored();
    expect(event).toBeDefined();
    expect(event).not.toHaveProperty('owner');
  });

  test('can not pass for an event about the gateway itself', async () => {
    const gateway = await aGateway();
    await gateway.take(aRecord({}, { eventType: { from: 'constant', value: 'posthorn.circuit.opened' } }));
    expect(await gateway.stored()).toMatchObject([{ type: 'inbound.posthorn.circuit.opened' }]);
  });

  test('is routed by its attributes', async () => {
    const gateway = await aGateway();
    await gateway.config.deleteSubscription(aSubscription());
    await gateway.config.putSubscription(aSubscription({ filter: '{"headers":{"region":"eu"}}' }));
    await gateway.take(aRecord({ attributes: { region: 'us' } }), aRecord({ attributes: { region: 'eu' } }));
    expect(gateway.queues.deliveries).toHaveLength(1);
  });

  test.each([
    ['its own', { contentType: 'application/xml' }, {}, 'application/xml'],
    ['that of its attributes', { attributes: { 'content-type': 'text/csv' } }, {}, 'text/csv'],
    ['what the settings say', { contentType: 'text/plain' }, { contentType: 'text/csv' }, 'text/csv'],
    ['of JSON', {}, {}, 'application/json'],
    ['of text', { body: Buffer.from('hello') }, {}, 'text/plain; charset=utf-8'],
    ['of bytes', { body: Buffer.from([0xff, 0]) }, {}, 'application/octet-stream'],
    ['of nothing', { body: Buffer.alloc(0) }, {}, 'application/octet-stream'],
    ['as it looks, for what is no type', { contentType: 'a\r\nb: c' }, {}, 'application/json'],
  ])('has a content type: %s', async (_, message, broker, contentType) => {
    const gateway = await aGateway();
    await gateway.take(aRecord(message, broker));
    expect(await gateway.stored()).toMatchObject([{ contentType }]);
  });
});

describe('the same message again', () => {
  test('is the same event, by its id, where AWS says when it came', async () => {
    const gateway = await aGateway();
    const record = aRecord();
    await gateway.take(record);
    gateway.clock.advance(3600_000);
    expect(await gateway.take(record)).toEqual([]);
    expect(await gateway.stored()).toHaveLength(1);
  });

  test('is the same event, remembered, where only the sender says when it came', async () => {
    const gateway = await aGateway();
    const { broker, message, raw } = aRecord();
    const { sentAt: _, ...untimed } = message!;
    const record = { broker, raw, message: untimed };
    await gateway.take(record);
    gateway.clock.advance(71 * 3600_000);
    await gateway.take(record);
    const stored = await gateway.stored();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.createdAt).toBe(NOW);
  });

  test('is another event where it has no id', async () => {
    const gateway = await aGateway();
    const record = { broker: aBroker(), raw: {}, message: { attributes: {}, body: Buffer.from('{}') } };
    await gateway.take(record);
    await gateway.take(record);
    expect(await gateway.stored()).toHaveLength(2);
  });

  test('of another broker is another event', async () => {
    const gateway = await aGateway();
    const record = aRecord();
    const other = { ...record, broker: aBroker({ name: 'other', at: 'elsewhere' }) };
    await gateway.take(record, other);
    expect(await gateway.stored()).toHaveLength(2);
  });
});

describe('what can not be accepted is kept with its reason, and never comes again:', () => {
  test.each([
    ['too large', aRecord({ body: Buffer.alloc(MAX_BODY_BYTES + 1) }), /^body is too large: at most 1048576/],
    [
      'too many attributes',
      aRecord({ attributes: { a: 'x'.repeat(MAX_ATTRIBUTES_BYTES) } }),
      /^attributes is too/,
    ],
    [
      'gone round too often',
      aRecord({ attributes: { 'webhook-id': EVENT_ID, 'webhook-hops': '8' } }),
      /^webhook-hops: .* it goes round/,
    ],
  ])('%s', async (_, record, reason) => {
    const gateway = await aGateway();
    const good = aRecord();
    expect(await gateway.take(record, good)).toEqual([]);
    expect(await gateway.rejected()).toMatchObject([
      {
        source: 'broker',
        broker: 'orders',
        messageId: record.message?.id,
        verdict: 'rejected',
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(await gateway.stored()).toMatchObject([{ broker: { message: good.message?.id } }]);
  });

  test('a record of another form, as it was handed over', async () => {
    const gateway = await aGateway();
    const record = { broker: aBroker({ kind: 'kinesis' }), raw: { kinesis: {} }, message: undefined };
    expect(await gateway.take(record)).toEqual([]);
    const [kept] = await gateway.rejected();
    expect(kept).toMatchObject({ messageId: '', reason: expect.stringContaining('messages of kinesis') });
    expect(Buffer.from(kept!.body).toString()).toBe('{"kinesis":{}}');
  });

  test('a record of another form that can not be written as JSON, without it', async () => {
    const gateway = await aGateway();
    const raw: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(await gateway.take({ ...aRecord(), message: undefined, raw })).toEqual([]);
    expect(await gateway.rejected()).toMatchObject([{ verdict: 'rejected', body: Buffer.from('') }]);
  });

  test('of a project that is gone, for the operator to see', async () => {
    const gateway = await aGateway();
    const project = anId('prj', 'gone');
    expect(await gateway.take(aRecord({}, { project }))).toEqual([]);
    const [kept] = await gateway.rejected(UNASSIGNED_PROJECT);
    expect(kept?.reason).toBe(`There is no project ${project} here.`);
  });
});

describe('our own fault', () => {
  const broken = async () => {
    throw new Error('throttled');
  };

  test('returns the messages it touched, and no others', async () => {
    const { events } = { events: memoryEvents() };
    const gateway = await aGateway({ events: { ...events, put: broken } });
    const bad = aRecord({ body: Buffer.alloc(MAX_BODY_BYTES + 1) }, { name: 'large' });
    const touched = aRecord();
    const other = aRecord({}, { project: anId('prj', 'gone') });
    expect(await gateway.take(touched, other)).toEqual([touched]);
    expect(gateway.log.lines).toContainEqual(expect.objectContaining({ what: 'broker.fault' }));
    expect(await gateway.take(bad)).toEqual([]);
  });

  test('in keeping a refused message returns that message', async () => {
    const gateway = await aGateway({ requests: { putRequest: broken } });
    const bad = aRecord({ body: Buffer.alloc(MAX_BODY_BYTES + 1) });
    expect(await gateway.take(bad, aRecord())).toEqual([bad]);
  });

  test('is answered by the items that failed, or by an error where batches come again whole', () => {
    const one = aRecord({}, {});
    expect(batchAnswer([one, one]).batchItemFailures).toEqual([{ itemIdentifier: `i${made}` }]);
    expect(batchAnswer([])).toEqual({ batchItemFailures: [] });
    const { item: _, ...whole } = aRecord();
    expect(() => batchAnswer([whole])).toThrow('1 messages of orders could not be taken in');
  });
});
