import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqsOperationalEvents } from '../../lambdas/adapters/sqs/alerts.ts';
import { jsonSqsClient, type SqsOperations } from '../../lambdas/adapters/sqs/operations.ts';
import { sqsDeliveryQueue, sqsFanoutQueue, sqsWakeQueue } from '../../lambdas/adapters/sqs/queues.ts';
import { sqsSource } from '../../lambdas/adapters/sqs/source.ts';
import { sqsVisibility } from '../../lambdas/adapters/sqs/visibility.ts';
import { jsonClient, SQS } from '../../lambdas/aws/json-client.ts';
import { aDeliveryTask, anId, ENDPOINT_ID, EVENT_ID, PROJECT_ID } from '../factories.ts';
import { AWS, LIMITS } from './emulators.ts';

describe('SQS', () => {
  let server: FauxqsServer;
  let client: SqsOperations;
  let queueUrl: string;
  let queues = 0;
  /** Batches as they were sent: an emulator forgets the groups of a standard queue. */
  let sent: SendMessageBatchRequestEntry[][] = [];
  /** Entries that the next answers call failed. */
  let refused: { ids: string[]; senderFault: boolean }[] = [];

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    const endpoint = `http://127.0.0.1:${server.port}`;
    const sqs = jsonSqsClient(jsonClient(SQS, { ...AWS, ...LIMITS, endpoint }));
    client = {
      ...sqs,
      async sendBatch(input) {
        const Entries = input.Entries ?? [];
        sent.push(Entries);
        const refusal = refused.shift();
        if (refusal === undefined) return sqs.sendBatch(input);
        const taken = Entries.filter((entry) => !refusal.ids.includes(entry.Id!));
        if (taken.length > 0) await sqs.sendBatch({ ...input, Entries: taken });
        const { ids, senderFault: SenderFault } = refusal;
        return { Failed: ids.map((Id) => ({ Id, SenderFault, Code: 'InternalError' })) };
      },
    };
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    queueUrl = server.createQueue(`queue-${++queues}`).queueUrl;
    sent = [];
    refused = [];
  });

  const sizes = (): number[] => sent.map((batch) => batch.length);
  const waiting = () => server.inspectQueue(`queue-${queues}`)!.messages.ready;
  const bodies = (): unknown[] => waiting().map((message) => JSON.parse(message.body));
  const tasks = (count: number) =>
    Array.from({ length: count }, (_, i) => aDeliveryTask({ endpoint: anId('ep', `${i}`) }));

  it('sends tens, grouped by endpoint', async () => {
    const all = tasks(23);
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(all);
    expect(sizes()).toEqual([10, 10, 3]);
    expect(bodies()).toEqual(expect.arrayContaining(all));
    for (const { MessageBody, MessageGroupId } of sent.flat()) {
      expect(MessageGroupId).toBe(JSON.parse(MessageBody!).endpoint);
    }
  });

  it('sends nothing for nothing', async () => {
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries([]);
    expect(sent).toEqual([]);
  });

  it('sends fan-outs and wakes without a group', async () => {
    const fanout = {
      v: 1,
      kind: 'fanout',
      project: PROJECT_ID,
      event: EVENT_ID,
      type: 'a',
      index: 0,
    } as const;
    const wake = { v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 1 } as const;
    await sqsFanoutQueue({ client, queueUrl }).sendFanouts([fanout]);
    await sqsWakeQueue({ client, queueUrl }).sendWakes([wake]);
    expect(bodies()).toEqual([fanout, wake]);
    expect(sent.flat().map((entry) => entry.MessageGroupId)).toEqual([undefined, undefined]);
  });

  it('takes a digest of events about the gateway ten at a time', async () => {
    const events = Array.from({ length: 12 }, (_, i) => ({
      project: PROJECT_ID,
      type: 'posthorn.delivery.exhausted',
      key: `key-${i}`,
      data: {},
    }));
    await sqsOperationalEvents({ client, queueUrl }).publishOwn(events);
    expect(sizes()).toEqual([10, 2]);
    expect(bodies()).toHaveLength(12);
  });

  it('carries an owner of characters that SQS refuses', async () => {
    const task = aDeliveryTask({ owner: 'a\uffff\ufffe\u0000\ud800é' });
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries([task]);
    for (const refusedBySqs of ['\uffff', '\ufffe', '\u0000', '\ud800']) {
      expect(waiting()[0]!.body).not.toContain(refusedBySqs);
    }
    expect(bodies()).toEqual([task]);
  });

  it('sends what was not taken once more', async () => {
    refused = [{ ids: ['1', '2'], senderFault: false }];
    const all = tasks(4);
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(all);
    expect(sizes()).toEqual([4, 2]);
    expect(bodies()).toHaveLength(4);
    expect(bodies()).toEqual(expect.arrayContaining(all));
  });

  it('fails when it is not taken again, after the other batches are through', async () => {
    refused = [
      { ids: ['0'], senderFault: false },
      { ids: [], senderFault: false },
      { ids: ['0'], senderFault: false },
    ];
    const send = sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(tasks(11));
    await expect(send).rejects.toThrow('1 of 1 messages were not taken: InternalError');
    // As a refused call is named: the API answers it with 503, not with a fault of ours.
    await expect(send).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(bodies()).toHaveLength(10);
  });

  it('does not repeat what SQS calls our mistake', async () => {
    refused = [{ ids: ['0'], senderFault: true }];
    await expect(sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(tasks(2))).rejects.toMatchObject({
      name: 'Error',
    });
    expect(sizes()).toEqual([2]);
  });

  it('hides received messages for as long as asked, and says when some could not be', async () => {
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(tasks(2));
    const { Messages = [] } = await client.receive({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 1,
    });
    const hidden = Messages.map(({ ReceiptHandle }, i) => ({
      receiptHandle: ReceiptHandle!,
      seconds: i * 40.2,
    }));
    await sqsVisibility({ client, queueUrl }).hide(hidden);
    expect(waiting()).toHaveLength(1);
    const [later] = server.inspectQueue(`queue-${queues}`)!.messages.inflight;
    expect(later!.visibilityDeadline - Date.now()).toBeGreaterThan(39_000);
    const stale = [{ receiptHandle: 'none of ours', seconds: 1 }];
    await expect(sqsVisibility({ client, queueUrl }).hide(stale)).rejects.toThrow('1 of 1 messages');
  });

  it('receives what waits, as the event source hands it out, and removes what is done', async () => {
    const source = sqsSource({ client, queueUrl });
    expect(await source.receive()).toEqual([]);
    const all = tasks(2);
    await sqsDeliveryQueue({ client, queueUrl }).sendDeliveries(all);
    const received = await source.receive();
    expect(received.map(({ body }) => JSON.parse(body))).toEqual(expect.arrayContaining(all));
    for (const { attributes } of received) {
      expect(attributes.ApproximateReceiveCount).toBe('1');
      expect(Number(attributes.ApproximateFirstReceiveTimestamp)).toBeGreaterThan(Date.now() - 60_000);
      expect(Number(attributes.SentTimestamp)).toBeGreaterThan(Date.now() - 60_000);
    }
    await source.remove(received);
    expect(server.inspectQueue(`queue-${queues}`)!.messages).toMatchObject({ ready: [], inflight: [] });
  });
});
