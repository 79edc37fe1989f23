import { describe, expect, test } from 'vitest';
import { MAX_RECEIVES } from '../../lambdas/contract/functions.ts';
import { QUEUE_IDS, resource, resources, templateOf } from './gateway.ts';

const QUEUE = 'AWS::SQS::Queue';
const template = templateOf();

describe.each(Object.entries(QUEUE_IDS))('the %s queue', (_, ids) => {
  const queue = resource(template, QUEUE, ids.queue);
  const deadLetters = resource(template, QUEUE, ids.deadLetters);
  const consumer = resource(template, 'AWS::Lambda::Function', ids.consumer);
  const mapping = resources(template, 'AWS::Lambda::EventSourceMapping').find(
    ({ Properties }) => JSON.stringify(Properties.FunctionName) === JSON.stringify({ Ref: consumer.id }),
  );

  test('puts aside what failed too often', () => {
    expect(queue.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
      maxReceiveCount: MAX_RECEIVES,
    });
  });

  test('hides a message for six times as long as its function may take', () => {
    expect(Number(queue.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(
      6 * Number(consumer.Properties.Timeout),
    );
  });

  test('takes messages of a mebibyte and keeps them for two weeks', () => {
    for (const { Properties } of [queue, deadLetters]) {
      expect(Properties).toMatchObject({
        MaximumMessageSize: 1_048_576,
        MessageRetentionPeriod: 14 * 86_400,
      });
    }
  });

  test('is encrypted at rest and in transit', () => {
    for (const { id, Properties } of [queue, deadLetters]) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      const policy = resources(template, 'AWS::SQS::QueuePolicy').find(
        (each) => JSON.stringify(each.Properties.Queues) === JSON.stringify([{ Ref: id }]),
      );
      expect(JSON.stringify(policy?.Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
    }
  });

  test('feeds its function ten at a time, and takes back only what failed', () => {
    expect(mapping?.Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('never takes all the concurrency of the account', () => {
    const scaling = mapping?.Properties.ScalingConfig as { MaximumConcurrency: number } | undefined;
    expect(scaling?.MaximumConcurrency).toBeLessThanOrEqual(100);
  });
});

test('nothing else consumes a queue', () => {
  expect(resources(template, 'AWS::Lambda::EventSourceMapping')).toHaveLength(Object.keys(QUEUE_IDS).length);
});

test('deliveries run as parallel as the setting says', () => {
  const mapping = resource(
    templateOf({ deliverConcurrency: 7 }),
    'AWS::Lambda::EventSourceMapping',
    /^DeliveryLaneDeliver/,
  );
  expect(mapping.Properties.ScalingConfig).toEqual({ MaximumConcurrency: 7 });
});
