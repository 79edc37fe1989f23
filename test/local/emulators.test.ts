import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, test } from 'vitest';
import { readBatch } from '../../lambdas/domain/broker/batch.ts';
import { callAws } from '../../local/aws-json.ts';
import { provision } from '../../local/emulators/provision.ts';
import { type Emulators, startEmulators } from '../../local/emulators/start.ts';
import { queueOfTopic, toSnsEvent } from '../../local/sns-events.ts';
import { queueUrl } from '../../local/template/names.ts';
import type { LocalStack } from '../../local/template/stack.ts';
import { aBroker } from '../factories.ts';

const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
let emulators: Emulators | undefined;

afterEach(async () => {
  await emulators?.close();
  emulators = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const stack = {
  tables: [
    {
      name: 'things',
      attributes: [{ AttributeName: 'pk', AttributeType: 'S' }],
      keys: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      indexes: [],
    },
  ],
  queues: [
    {
      name: 'work',
      attributes: {
        VisibilityTimeout: '360',
        RedrivePolicy:
          '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":2}',
      },
    },
    { name: 'dead', attributes: {} },
  ],
  buckets: ['bodies'],
  mappings: [{ queueArn: 'arn:aws:sqs:eu-west-1:123456789012:theirs' }],
  subscriptions: [{ topicArn: 'arn:aws:sns:eu-west-1:123456789012:theirs' }],
} as unknown as LocalStack;

const item = { pk: { S: 'a' }, text: { S: 'kept' } };

test('kept data is there after a restart, and repeating the set-up changes nothing', async () => {
  emulators = await startEmulators(directory);
  await provision(stack, emulators);
  const QueueUrl = queueUrl(emulators.sqs, 'work');
  await callAws(emulators.dynamodb, 'dynamodb', 'PutItem', { TableName: 'things', Item: item });
  await callAws(emulators.sqs, 'sqs', 'SendMessage', {
    QueueUrl,
    MessageBody: 'in flight',
    MessageGroupId: 'g',
  });
  await callAws(emulators.sqs, 'sqs', 'ReceiveMessage', { QueueUrl });
  await callAws(emulators.sqs, 'sqs', 'SendMessage', { QueueUrl, MessageBody: 'waiting' });
  await callAws(emulators.sqs, 'sqs', 'ReceiveMessage', { QueueUrl, VisibilityTimeout: 50 });
  await callAws(emulators.sqs, 'sqs', 'SendMessage', { QueueUrl, MessageBody: 'visible' });
  await fetch(`${emulators.sqs}/bodies/key`, { method: 'PUT', body: 'bytes' });
  await emulators.close();

  emulators = await startEmulators(directory);
  await provision(stack, emulators);
  const kept = { QueueUrl: queueUrl(emulators.sqs, 'work'), MaxNumberOfMessages: 10 };
  expect((await callAws(emulators.dynamodb, 'dynamodb', 'Scan', { TableName: 'things' })).Items).toEqual([
    item,
  ]);
  const { Messages } = await callAws(emulators.sqs, 'sqs', 'ReceiveMessage', kept);
  expect((Messages as { Body: string }[]).map((message) => message.Body)).toEqual(['in flight', 'visible']);
  expect(await (await fetch(`${emulators.sqs}/bodies/key`)).text()).toBe('bytes');
});

test('a message shown again at once comes again, with kept data too', async () => {
  emulators = await startEmulators(directory);
  await provision(stack, emulators);
  const QueueUrl = queueUrl(emulators.sqs, 'work');
  await callAws(emulators.sqs, 'sqs', 'SendMessage', { QueueUrl, MessageBody: 'again' });
  const receive = async () => {
    const attributes = { QueueUrl, MessageSystemAttributeNames: ['All'] };
    const { Messages } = await callAws(emulators!.sqs, 'sqs', 'ReceiveMessage', attributes);
    return (Messages as { ReceiptHandle: string; Attributes: Record<string, string> }[])[0]!;
  };
  const { ReceiptHandle } = await receive();
  await callAws(emulators.sqs, 'sqs', 'ChangeMessageVisibility', {
    QueueUrl,
    ReceiptHandle,
    VisibilityTimeout: 0,
  });
  expect((await receive()).Attributes.ApproximateReceiveCount).toBe('2');
});

test('says so when kept tables have other keys than the template', async () => {
  emulators = await startEmulators(directory);
  await provision(stack, emulators);
  const [table] = stack.tables;
  const other = { ...table, keys: [{ AttributeName: 'id', KeyType: 'HASH' }] };
  const changed = {
    ...stack,
    tables: [{ ...other, attributes: [{ AttributeName: 'id', AttributeType: 'S' }] }],
  };
  await expect(provision(changed as LocalStack, emulators)).rejects.toThrow(
    'start with an empty --data folder',
  );
});

test('nothing listens beyond this machine', async () => {
  emulators = await startEmulators(undefined);
  const addresses = [emulators.dynamodb, emulators.sqs, emulators.mail];
  expect(addresses.map((address) => new URL(address).hostname)).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1',
  ]);
  expect((await fetch(`${emulators.mail}/health-check`)).status).toBe(200);
});

test("somebody else's queue and topic exist too, and what a topic is sent waits for the function", async () => {
  emulators = await startEmulators(directory);
  await provision(stack, emulators);
  const send = { QueueUrl: queueUrl(emulators.sqs, 'theirs'), MessageBody: 'hello' };
  expect(await callAws(emulators.sqs, 'sqs', 'SendMessage', send)).toHaveProperty('MessageId');
  const sns = new SNSClient({
    endpoint: emulators.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:theirs';
  await sns.send(new PublishCommand({ TopicArn, Message: 'hello', Subject: 'greeting' }));
  sns.destroy();
  const receive = { QueueUrl: queueUrl(emulators.sqs, queueOfTopic('theirs')), WaitTimeSeconds: 5 };
  const { Messages } = await callAws(emulators.sqs, 'sqs', 'ReceiveMessage', receive);
  const [message] = Messages as readonly { readonly Body: string }[];
  const event = toSnsEvent(message!.Body, 'arn:aws:sns:eu-west-1:123456789012:theirs');
  const broker = aBroker({ kind: 'sns', at: 'arn:aws:sns:eu-west-1:123456789012:theirs' });
  const [record] = readBatch([broker], event);
  expect(record?.message).toMatchObject({ attributes: { subject: 'greeting' } });
  expect(Buffer.from(record!.message!.body).toString()).toBe('hello');
});
