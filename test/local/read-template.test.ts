import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Template } from '../../local/template/names.ts';
import { readStack } from '../../local/template/read.ts';
import { rateMs } from '../../local/template/read-schedules.ts';

const directory = join(import.meta.dirname, 'fixtures');
const template = JSON.parse(readFileSync(join(directory, 'template.json'), 'utf8')) as Template;
const addresses = { sqs: 'http://127.0.0.1:9', api: 'http://127.0.0.1:8' };
const stack = readStack({ template, directory }, addresses);

test('reads tables with their keys and indexes', () => {
  expect(stack.tables).toHaveLength(1);
  expect(stack.tables[0]).toMatchObject({ name: 'Log71D2C972', indexes: [{ IndexName: 'backlog' }] });
  expect(stack.tables[0]?.keys.map((key) => key.AttributeName)).toEqual(['pk', 'sk']);
});

test('reads queues with visibility and redrive, as CreateQueue takes them', () => {
  expect(stack.queues).toContainEqual({
    name: 'Work22222222',
    attributes: {
      VisibilityTimeout: '360',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:DeadLetters11111111',
        maxReceiveCount: 12,
      }),
    },
  });
});

test('reads functions with their environment resolved, and where their bundle lies', () => {
  expect(stack.functions).toEqual([
    {
      name: 'EchoFunction55555555',
      title: 'Echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:EchoFunction55555555',
      file: join(directory, 'echo/index'),
      handler: 'handler',
      environment: {
        LOG_TABLE: 'Log71D2C972',
        QUEUE_URL: 'http://127.0.0.1:9/000000000000/Work22222222',
        WAKE_GROUP: 'wakes',
        STAGE: 'prod-us-east-1',
      },
      timeoutSeconds: 30,
      memoryMb: 512,
      logLevel: 'WARN',
    },
  ]);
});

test('reads what feeds a function: queues, routes and schedules', () => {
  const functionName = 'EchoFunction55555555';
  expect(stack.mappings).toEqual([
    {
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:Work22222222',
      functionName,
      batchSize: 10,
      maxConcurrency: 20,
      reportsItemFailures: true,
    },
  ]);
  expect(stack.routes).toEqual([{ method: 'POST', path: '/v1/events', functionName, timeoutMs: 30_000 }]);
  expect(stack.schedules).toEqual([
    { name: 'EveryMinuteAAAAAAAA', everyMs: 60_000, functionName, input: undefined },
  ]);
  expect(stack.scheduleGroups).toEqual(['wakes']);
});

test('reads topics that call functions, and leaves alone what nothing here plays: streams, Kafka, mailing lists', () => {
  const FunctionName = { Ref: 'EchoFunction55555555' };
  const mapping = (Properties: Readonly<Record<string, unknown>>) => ({
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties,
  });
  const topic = (Properties: Readonly<Record<string, unknown>>) => ({
    Type: 'AWS::SNS::Subscription',
    Properties,
  });
  const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:orders';
  const Endpoint = { 'Fn::GetAtt': ['EchoFunction55555555', 'Arn'] };
  const Resources = {
    ...template.Resources,
    Queue: mapping({ FunctionName, EventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:orders' }),
    Stream: mapping({ FunctionName, EventSourceArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' }),
    Kafka: mapping({ FunctionName, Topics: ['orders'] }),
    Topic: topic({ Protocol: 'lambda', TopicArn, Endpoint }),
    Mail: topic({ Protocol: 'email', TopicArn, Endpoint: 'ops@example.com' }),
  };
  const read = readStack({ template: { ...template, Resources }, directory }, addresses);
  expect(read.mappings.map(({ queueArn }) => queueArn)).toEqual([
    'arn:aws:sqs:us-east-1:000000000000:Work22222222',
    'arn:aws:sqs:eu-west-1:123456789012:orders',
  ]);
  expect(read.subscriptions).toEqual([{ topicArn: TopicArn, functionName: 'EchoFunction55555555' }]);
});

test('gives buckets names S3 takes', () => {
  expect(stack.buckets).toEqual(['bodies33333333']);
});

test('resolves an output when it is asked for, so that one without a local meaning harms nobody', () => {
  expect(stack.output('QueueUrl')).toBe('http://127.0.0.1:9/000000000000/Work22222222');
  expect(() => stack.output('Topic')).toThrow('nothing is called NobodyKnows');
});

test('refuses a schedule it would run at the wrong time', () => {
  expect(rateMs('rate(5 minutes)')).toBe(300_000);
  expect(() => rateMs('cron(0 8 * * ? *)')).toThrow("can't run locally");
});
