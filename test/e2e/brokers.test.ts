/**
 * Messages of a queue and of a topic become events and are delivered, in the local mode, through AWS's own clients; those
 * of Google Pub/Sub are pushed by HTTP.
 */
import { generateKeyPairSync } from 'node:crypto';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

const folder = scratch();
const PATIENCE = { timeout: 15_000, interval: 100 };
let local: LocalMode;

beforeAll(async () => {
  local = await startLocalMode(folder.path);
}, 60_000);

afterAll(async () => {
  await local.end('SIGTERM');
  folder.remove();
});

function client<T>(make: new (config: object) => T, endpoint: string): T {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new make({ endpoint, credentials, region: 'us-east-1' });
}

async function delivered(type: string) {
  return vi.waitFor(async () => {
    const found = (await local.received()).find((each) => each.type === type && each.path === '/ok');
    if (found === undefined) throw new Error(`nothing of ${type} yet`);
    return found;
  }, PATIENCE);
}

/** As the API shows it. */
async function eventOf(id: string) {
  return (await local.call('GET', `/events/${id}`)).body;
}

test('a message of a queue is delivered with its bytes, typed by an attribute', async () => {
  const sqs = client(SQSClient, local.file.aws_endpoints.sqs);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'sender' }));
  const url = new URL(QueueUrl ?? '');
  const { MessageId } = await sqs.send(
    new SendMessageCommand({
      QueueUrl: `${local.file.aws_endpoints.sqs}${url.pathname}`,
      MessageBody: '{ "order" : 1 }',
      MessageAttributes: { type: { DataType: 'String', StringValue: 'order.paid' } },
    }),
  );
  sqs.destroy();
  const receipt = await delivered('order.paid');
  expect(await eventOf(receipt.id)).toMatchObject({
    source: 'broker',
    broker: 'local-sqs',
    broker_message: { id: MessageId, attributes: { type: 'order.paid' } },
    content_type: 'application/json',
    data: { order: 1 },
    size_bytes: 15,
  });
}, 30_000);

test('so is a message of a topic', async () => {
  const sns = client(SNSClient, local.file.aws_endpoints.sns);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'sender' }));
  const { MessageId } = await sns.send(
    new PublishCommand({
      TopicArn,
      Message: 'hello',
      MessageAttributes: { type: { DataType: 'String', StringValue: 'greeting.said' } },
    }),
  );
  sns.destroy();
  const receipt = await delivered('greeting.said');
  expect(await eventOf(receipt.id)).toMatchObject({
    broker: 'local-sns',
    broker_message: { id: MessageId },
    content_type: 'text/plain; charset=utf-8',
    body_base64: Buffer.from('hello').toString('base64'),
  });
}, 30_000);

test('so is one that Pub/Sub pushes, for the token of its service account and for no other', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [audience, email] = ['https://hooks.example.com/in', 'push@shop.iam.gserviceaccount.com'];
  const source = await local.call('POST', '/sources', {
    name: 'orders',
    verification: { preset: 'google-pubsub', audience, email },
    // In place of Google's, which are fetched.
    secrets: [publicKey.export({ type: 'spki', format: 'pem' })],
    event_type: { header: 'pubsub-attribute-kind' },
  });
  expect(source).toMatchObject({ status: 201 });
  const push = async (claims: object) => {
    const token = await new SignJWT({ iss: 'https://accounts.google.com', aud: audience, email, ...claims })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    const data = Buffer.from('{"order":2}').toString('base64');
    const message = {
      messageId: '1',
      publishTime: '2026-11-24T00:00:00Z',
      attributes: { kind: 'order.paid2' },
      data,
    };
    const { status } = await fetch(source.body.url as string, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message, subscription: 'projects/shop/subscriptions/orders' }),
    });
    return status;
  };
  // Refused, or to come again where Google's own keys can't be asked for.
  expect(await push({ email_verified: true, email: 'another@shop.iam.gserviceaccount.com' })).not.toBe(200);
  expect(await push({ email_verified: true })).toBe(200);
  const receipt = await delivered('order.paid2');
  expect(await eventOf(receipt.id)).toMatchObject({ source: 'inbound', data: { order: 2 } });
}, 30_000);
