import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FUNCTION_IDS, QUEUE_IDS, resource, resources, templateOf } from './gateway.ts';

const template = templateOf({ name: 'hooks' });
const alarms = resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const alarm = (name: string) => alarms.find((each) => each.AlarmName === `hooks-${name}`);
const dimension = (name: string) => (alarm(name)?.Dimensions as { Value: unknown }[] | undefined)?.[0]?.Value;

test('every alarm has a name, says what it means and where to read what to do, and tells somebody', () => {
  const topic = resource(template, 'AWS::SNS::Topic');
  for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
    expect(AlarmName).toMatch(/^hooks-[a-z0-9-]+$/);
    expect(AlarmDescription).toMatch(/\. What to do: docs\/operations\.md#alarm-[a-z0-9-]+$/);
    expect(AlarmActions).toEqual([{ Ref: topic.id }]);
  }
});

test('the runbook has a section for every alarm', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  for (const { AlarmDescription } of alarms) {
    const section = String(AlarmDescription).split('#').at(-1);
    expect(runbook).toMatch(new RegExp(`^#+ ${section}$`, 'm'));
  }
});

describe.each(Object.entries(QUEUE_IDS))('the %s queue', (name, ids) => {
  test('rings for the first message put aside', () => {
    const { id } = resource(template, 'AWS::SQS::Queue', ids.deadLetters);
    expect(alarm(`${name}-dead-letters`)).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'notBreaching',
    });
    expect(dimension(`${name}-dead-letters`)).toEqual({ 'Fn::GetAtt': [id, 'QueueName'] });
  });

  test('rings when nobody takes its messages', () => {
    const { id } = resource(template, 'AWS::SQS::Queue', ids.queue);
    expect(alarm(`${name}-queue-old`)).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 900,
    });
    expect(dimension(`${name}-queue-old`)).toEqual({ 'Fn::GetAtt': [id, 'QueueName'] });
  });
});

test.each(Object.entries(FUNCTION_IDS))('%s rings when it fails and when it is throttled', (name, id) => {
  const fn = { Ref: resource(template, 'AWS::Lambda::Function', id).id };
  expect(alarm(`${name}-errors`)).toMatchObject({ MetricName: 'Errors', Threshold: 0 });
  expect(dimension(`${name}-errors`)).toEqual(fn);
  expect(alarm(`${name}-throttles`)).toMatchObject({ MetricName: 'Throttles', Threshold: 0 });
  expect(dimension(`${name}-throttles`)).toEqual(fn);
});

test('the API rings for server errors, not for those of its callers', () => {
  expect(alarm('api-5xx')).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Threshold: 0 });
  expect(dimension('api-5xx')).toEqual({ Ref: resource(template, 'AWS::ApiGatewayV2::Api').id });
});

test('the door rings for what it logs as a fault of ours: it answers 503 to that, and does not fail', () => {
  const filter = resource(template, 'AWS::Logs::MetricFilter').Properties;
  const inbound = resource(template, 'AWS::Lambda::Function', FUNCTION_IDS.inbound).Properties;
  const { LogGroup } = inbound.LoggingConfig as { LogGroup: unknown };
  expect(filter).toMatchObject({ LogGroupName: LogGroup, FilterPattern: '{ $.message = "receive.fault" }' });
  const [counted] = filter.MetricTransformations as { MetricName: string; MetricNamespace: string }[];
  expect(alarm('inbound-faults')).toMatchObject({
    MetricName: counted?.MetricName,
    Namespace: counted?.MetricNamespace,
    Threshold: 0,
    TreatMissingData: 'notBreaching',
  });
});

test('a sweeper that does not run rings, silence included', () => {
  expect(alarm('sweeper-stopped')).toMatchObject({
    MetricName: 'Invocations',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  });
  expect(dimension('sweeper-stopped')).toEqual({
    Ref: resource(template, 'AWS::Lambda::Function', FUNCTION_IDS.sweep).id,
  });
});

describe('the topic', () => {
  test('mails whom the settings name', () => {
    const mailing = templateOf({ alarmEmail: 'oncall@example.com' });
    expect(resource(mailing, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
  });

  test('mails nobody by default, and is in the outputs to subscribe to', () => {
    expect(resources(template, 'AWS::SNS::Subscription')).toEqual([]);
    template.hasOutput('AlarmTopicArn', { Value: { Ref: resource(template, 'AWS::SNS::Topic').id } });
  });

  test("lets this account's alarms publish, which refusing plain http alone would not", () => {
    const { PolicyDocument } = resource(template, 'AWS::SNS::TopicPolicy').Properties;
    expect((PolicyDocument as { Statement: unknown[] }).Statement).toContainEqual({
      Sid: expect.any(String),
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: { Ref: resource(template, 'AWS::SNS::Topic').id },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });
});
