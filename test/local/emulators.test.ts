import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { callAws } from '../../local/aws-json.ts';
import { provision } from '../../local/emulators/provision.ts';
import { type Emulators, startEmulators } from '../../local/emulators/start.ts';
import { queueUrl } from '../../local/template/names.ts';
import type { LocalStack } from '../../local/template/stack.ts';

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
