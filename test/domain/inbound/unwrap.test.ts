import { describe, expect, test } from 'vitest';
import { unwrapCall } from '../../../lambdas/domain/inbound/unwrap.ts';

/** https://cloud.google.com/pubsub/docs/push#receive_push */
const PUSH = {
  message: {
    attributes: { key: 'value' },
    data: 'SGVsbG8gQ2xvdWQgUHViL1N1YiEgSGVyZSBpcyBteSBtZXNzYWdlIQ==',
    messageId: '2070443601311540',
    message_id: '2070443601311540',
    publishTime: '2021-02-26T19:13:55.749Z',
    publish_time: '2021-02-26T19:13:55.749Z',
  },
  subscription: 'projects/myproject/subscriptions/mysubscription',
};

/** https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
const NOTIFICATION = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
  Subject: 'My First Message',
  Message: 'Hello world!',
  Timestamp: '2012-05-02T00:54:06.655Z',
  SignatureVersion: '1',
  MessageAttributes: { Kind: { Type: 'String', Value: 'paid' } },
};

const unwrapped = (preset: Parameters<typeof unwrapCall>[0], value: unknown, headers = {}) => {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const call = unwrapCall(preset, { headers, body });
  return call && { ...call, body: Buffer.from(call.body).toString() };
};

test('a push of Pub/Sub carries its data, and its attributes become headers', () => {
  expect(unwrapped('google-pubsub', PUSH)).toEqual({
    body: 'Hello Cloud Pub/Sub! Here is my message!',
    headers: { 'pubsub-attribute-key': 'value', 'pubsub-message-id': '2070443601311540' },
  });
});

test('a message of Pub/Sub that has attributes alone is empty', () => {
  expect(unwrapped('google-pubsub', { message: { ...PUSH.message, data: undefined } })?.body).toBe('');
});

test('a notification of SNS carries its message, and subject and attributes become headers', () => {
  expect(unwrapped('aws-sns', NOTIFICATION)).toEqual({
    body: 'Hello world!',
    headers: {
      'sns-attribute-kind': 'paid',
      'sns-message-id': NOTIFICATION.MessageId,
      'sns-subject': 'My First Message',
    },
  });
});

describe('taken as it came is', () => {
  test.each([
    ['what SNS delivers raw', 'aws-sns', 'Hello world!'],
    ['an end of a subscription', 'aws-sns', { ...NOTIFICATION, Type: 'UnsubscribeConfirmation' }],
    ['what Pub/Sub delivers without its envelope', 'google-pubsub', { order: 1 }],
    ['a list', 'google-pubsub', [1]],
    ['a call of any other preset', 'github', PUSH],
  ] as const)('%s', (_, preset, value) => {
    expect(unwrapped(preset, value)).toBeUndefined();
  });
});

test('so is what Pub/Sub says it delivers without its envelope, though it looks like one', () => {
  const headers = { 'x-goog-pubsub-message-id': '2070443601311540' };
  expect(unwrapped('google-pubsub', PUSH, headers)).toBeUndefined();
});

test('attributes that no event has room for, which SNS does not sign, leave the call as it came', () => {
  const filled = (length: number) => ({
    ...NOTIFICATION,
    MessageAttributes: { a: { Type: 'String', Value: 'x'.repeat(length) } },
  });
  expect(unwrapped('aws-sns', filled(149_000))?.body).toBe('Hello world!');
  expect(unwrapped('aws-sns', filled(151_000))).toBeUndefined();
});
