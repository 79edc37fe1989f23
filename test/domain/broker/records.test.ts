import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBatch } from '../../../lambdas/domain/broker/batch.ts';
import type { Broker, BrokerKind } from '../../../lambdas/domain/broker/broker.ts';
import { aBroker } from '../../factories.ts';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'));
}

/** A broker that reads the place each documented example comes from. */
const PLACES: Readonly<Record<BrokerKind, Partial<Broker>>> = {
  sqs: { at: 'arn:aws:sqs:us-east-2:123456789012:my-queue' },
  sns: { at: 'arn:aws:sns:us-east-1:123456789012:sns-lambda' },
  eventbridge: { at: 'instances' },
  kinesis: { at: 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream' },
  dynamodb: {
    at: 'arn:aws:dynamodb:us-east-2:123456789012:table/my-table/stream/2024-06-10T19:26:16.525',
  },
  msk: {
    at: 'arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-d7975eb44dd7-2',
    channel: 'mytopic',
  },
  kafka: {
    at: 'b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092',
    channel: 'mytopic',
  },
  rabbitmq: {
    at: 'arn:aws:mq:us-west-2:111122223333:broker:pizzaBroker:b-9bcfa592-423a-4942-879d-eb284b418fc8',
    channel: 'pizzaQueue::/',
  },
  activemq: {
    at: 'arn:aws:mq:us-west-2:111122223333:broker:test:b-9bcfa592-423a-4942-879d-eb284b418fc8',
    channel: 'testQueue',
  },
};

function read(kind: BrokerKind, over: Partial<Broker> = {}, event = fixture(kind)) {
  const broker = aBroker({ kind, ...PLACES[kind], ...over });
  return readBatch([aBroker({ name: 'other', at: 'elsewhere' }), broker], event).map((record) => {
    expect(record.broker).toBe(broker);
    const { message, item } = record;
    return { ...message, body: message && Buffer.from(message.body).toString(), item };
  });
}

describe('the documented example of', () => {
  test('a queue: the body, message attributes, and the id to return alone', () => {
    expect(read('sqs')).toEqual([
      {
        id: '059f36b4-87a3-44ab-83d2-661975830a7d',
        sentAt: 1545082649183,
        attributes: { myattribute: 'myValue' },
        body: 'Test message.',
        item: '059f36b4-87a3-44ab-83d2-661975830a7d',
      },
      expect.objectContaining({ item: '2e1424d4-f796-459a-8184-9c92662be6da', attributes: {} }),
    ]);
  });

  test('a topic: the message, its subject and its attributes', () => {
    expect(read('sns')).toEqual([
      {
        id: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        sentAt: Date.UTC(2019, 0, 2, 12, 45, 7),
        attributes: { subject: 'TestInvoke', test: 'TestString', testbinary: 'TestBinary' },
        body: 'Hello from SNS!',
      },
    ]);
  });

  test('a bus: the detail, and what stands around it as attributes', () => {
    expect(read('eventbridge')).toEqual([
      {
        id: '7bf73129-1428-4cd3-a780-95db273d1602',
        attributes: {
          source: 'aws.ec2',
          'detail-type': 'EC2 Instance State-change Notification',
          account: '123456789012',
          region: 'us-east-1',
          time: '2015-11-11T21:29:54Z',
        },
        body: '{"instance-id":"i-0123456789","state":"RUNNING"}',
        contentType: 'application/json',
      },
    ]);
    const [whole] = read('eventbridge', { whole: true });
    expect(JSON.parse(whole?.body ?? '')).toEqual((fixture('eventbridge') as { event: object }).event);
  });

  test('a Kinesis stream: the data, with shard and sequence number for an id', () => {
    const sequence = '49590338271490256608559692538361571095921575989136588898';
    expect(read('kinesis')).toEqual([
      {
        id: `shardId-000000000006:${sequence}`,
        sentAt: 1545084650987,
        attributes: { 'partition-key': '1' },
        body: 'Hello, this is a test.',
        item: sequence,
      },
    ]);
  });

  test('a DynamoDB stream: the change as plain JSON', () => {
    const [inserted, modified] = read('dynamodb');
    expect(inserted).toMatchObject({
      id: '1',
      item: '111',
      sentAt: 1479499740000,
      attributes: { operation: 'INSERT', table: 'my-table' },
      contentType: 'application/json',
      body: JSON.stringify({
        operation: 'INSERT',
        keys: { Id: 101 },
        new: { Message: 'New item!', Id: 101 },
      }),
    });
    expect(JSON.parse(modified?.body ?? '')).toEqual({
      operation: 'MODIFY',
      keys: { Id: 101 },
      new: { Message: 'This item has changed', Id: 101 },
      old: { Message: 'New item!', Id: 101 },
    });
  });

  test.each(['msk', 'kafka'] as const)('%s: the value, key and headers, and its place for an id', (kind) => {
    const [record] = read(kind);
    expect(record).toMatchObject({
      id: 'mytopic-0-15-1545084650987',
      body: 'Hello, this is a test.',
      attributes: { 'kafka-topic': 'mytopic', headerkey: 'headerValue' },
    });
    // Whoever produced it says when, so nothing rests on it.
    expect(record).not.toHaveProperty('sentAt');
    expect(record?.item).toBeUndefined();
  });

  test('RabbitMQ: the data and its headers, without an id where the sender gave none', () => {
    expect(read('rabbitmq')).toEqual([
      {
        attributes: { header1: 'value1', header2: 'value2', numberinheader: '10' },
        body: '{"timeout":0,"data":"CZrmf0Gw8Ov4bqLQxD4E"}',
        contentType: 'text/plain',
      },
    ]);
  });

  test('ActiveMQ: the data and its properties', () => {
    const messages = read('activemq');
    expect(messages).toHaveLength(2);
    expect(messages[0]).toEqual({
      id: 'ID:b-9bcfa592-423a-4942-879d-eb284b418fc8-1.mq.us-west-2.amazonaws.com-37557-1234520418293-4:1:1:1:1',
      attributes: {
        'correlation-id': 'myJMSCoID',
        index: '1',
        doalarm: 'false',
        mycustomproperty: 'value',
      },
      body: 'ABC:AAAA',
    });
  });
});

describe('a queue that a topic feeds', () => {
  const notification = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
    Subject: 'My First Message',
    Message: '{"order":1}',
    // Half a second before SQS has it.
    Timestamp: '2018-12-17T21:37:28.655Z',
    MessageAttributes: { kind: { Type: 'String', Value: 'paid' } },
  };
  const holding = (body: string) => ({
    Records: (fixture('sqs') as { Records: object[] }).Records.map((record) => ({ ...record, body })),
  });

  test('gives what is in the notification, under the id and the time of SNS', () => {
    const [message] = read('sqs', { unwrap: 'sns' }, holding(JSON.stringify(notification)));
    expect(message).toEqual({
      id: notification.MessageId,
      sentAt: Date.parse(notification.Timestamp),
      attributes: { myattribute: 'myValue', subject: 'My First Message', kind: 'paid' },
      body: '{"order":1}',
      // What SQS is told of is still its own message.
      item: '059f36b4-87a3-44ab-83d2-661975830a7d',
    });
  });

  test.each([
    ['long ago', '1970-01-01T00:00:00.000Z', 1545082649183],
    ['to come', '9998-12-31T00:00:00.000Z', 1545082649183],
    ['that is none', 'soon', 1545082649183],
    ['of when SNS began to try, weeks ago', '2018-11-25T00:00:00.000Z', Date.UTC(2018, 10, 25)],
  ])('has the time of SQS where its own can not be: one %s', (_, Timestamp, sentAt) => {
    const envelope = JSON.stringify({ ...notification, Timestamp });
    expect(read('sqs', { unwrap: 'sns' }, holding(envelope))[0]).toMatchObject({ sentAt });
  });

  test('is taken as it is where the topic delivers raw, or when nobody asked', () => {
    expect(read('sqs', { unwrap: 'sns' }, holding('{"order":1}'))[0]?.body).toBe('{"order":1}');
    const text = JSON.stringify(notification);
    expect(read('sqs', {}, holding(text))[0]?.body).toBe(text);
  });
});

describe('the types of DynamoDB', () => {
  const held = (value: object) => {
    const [record] = (fixture('dynamodb') as { Records: { dynamodb: object }[] }).Records;
    const change = { ...record?.dynamodb, NewImage: { value } };
    const [message] = read('dynamodb', {}, { Records: [{ ...record, dynamodb: change }] });
    return JSON.parse(message?.body ?? '').new.value;
  };

  test.each([
    [{ S: 'text' }, 'text'],
    [{ N: '1.50' }, 1.5],
    [{ N: '-120' }, -120],
    [{ N: '12345678901234567890' }, '12345678901234567890'],
    [{ N: '0' }, 0],
    [{ N: '1E+30' }, 1e30],
    [{ BOOL: false }, false],
    [{ NULL: true }, null],
    [{ B: 'AAEC' }, 'AAEC'],
    [{ SS: ['a', 'b'] }, ['a', 'b']],
    [{ NS: ['1', '2'] }, [1, 2]],
    [{ L: [{ S: 'a' }, { M: { n: { N: '1' } } }] }, ['a', { n: 1 }]],
    [{ M: {} }, {}],
  ])('%j becomes %j', (stored, plain) => {
    expect(held(stored)).toEqual(plain);
  });
});

test('a Kafka record without a value is an empty message', () => {
  const event = fixture('msk') as { records: Record<string, object[]> };
  const records = { 'mytopic-0': [{ ...event.records['mytopic-0']?.[0], value: undefined, key: undefined }] };
  expect(read('msk', {}, { ...event, records })[0]).toMatchObject({
    body: '',
    attributes: { headerkey: 'headerValue' },
  });
});

describe('bytes in attributes', () => {
  test.each([
    ['a text', [195, 169], 'é'],
    ['a text in the bytes of Java', [-61, -87], 'é'],
    ['an empty text', [], ''],
    ['no text, which stays base64', [0, 255], 'AP8='],
  ])('of Kafka and RabbitMQ: %s', (_, bytes, text) => {
    const kafka = fixture('msk') as { records: Record<string, object[]> };
    const record = { ...kafka.records['mytopic-0']?.[0], headers: [{ h: bytes }] };
    const key = Buffer.from(bytes).toString('base64');
    const [read1] = read('msk', {}, { ...kafka, records: { 'mytopic-0': [{ ...record, key }] } });
    expect(read1?.attributes).toMatchObject({ h: text, 'kafka-key': text });
    const rabbit = fixture('rabbitmq') as {
      rmqMessagesByQueue: Record<string, { basicProperties: object }[]>;
    };
    const [message] = rabbit.rmqMessagesByQueue['pizzaQueue::/']!;
    const basicProperties = { ...message?.basicProperties, headers: { h: { bytes } } };
    const rmqMessagesByQueue = { 'pizzaQueue::/': [{ ...message, basicProperties }] };
    expect(read('rabbitmq', {}, { ...rabbit, rmqMessagesByQueue })[0]?.attributes).toEqual({ h: text });
  });
});

test('servers of Kafka are the same in any order', () => {
  const event = fixture('kafka') as { bootstrapServers: string };
  const turned = event.bootstrapServers.split(',').reverse().join(', ');
  expect(read('kafka', {}, { ...event, bootstrapServers: turned })).toHaveLength(1);
});

test('a record that has not the form of its kind is known by its broker, and has no message', () => {
  const at = 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream';
  const record = { eventSource: 'aws:kinesis', eventSourceARN: at, kinesis: { sequenceNumber: '7' } };
  const [read] = readBatch([aBroker({ kind: 'kinesis', at })], { Records: [record] });
  expect(read).toMatchObject({ message: undefined, item: '7', raw: record });
});

test.each([
  ['another queue', fixture('sqs'), 'no broker of the settings is sqs arn:aws:sqs:us-east-2'],
  ['another topic of the cluster', fixture('msk'), /is msk arn.* mytopic/],
  ['something else', { Records: [{ eventSource: 'aws:s3' }] }, 'a record of a form no broker has'],
  ['nothing', {}, 'an event of a form no broker has'],
])('%s is a fault of ours, to be tried again after the next deployment', (_, event, message) => {
  const brokers = [
    aBroker({ at: 'x' }),
    aBroker({ kind: 'msk', at: PLACES.msk.at ?? '', channel: 'theirs' }),
  ];
  expect(() => readBatch(brokers, event)).toThrow(message);
});
