import { describe, expect, test } from 'vitest';
import { ENV } from '../../lambdas/contract/env.ts';
import { brokersIn } from '../../lambdas/domain/broker/broker.ts';
import { PROJECT_ID } from '../factories.ts';
import { ARNS, brokersOfAllKinds } from './broker-settings.ts';
import { resource, resources, templateOf } from './gateway.ts';
import { allowedTo, line, statements } from './statements.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const all = templateOf({ egress: 'none', brokers: brokersOfAllKinds() });
const FUNCTION = /^BrokersBrokerFunction/;
const DEAD_LETTERS = /^BrokersDeadLetters/;

type BrokerFields = Readonly<Record<string, unknown>>;

function of(...brokers: readonly BrokerFields[]) {
  const named = brokers.map((fields, index) => ({ name: `b${index}`, project_id: PROJECT_ID, ...fields }));
  return templateOf({ egress: 'none', brokers: named });
}

function mapping(fields: BrokerFields) {
  return resource(of(fields), MAPPING, /^BrokersReadb0/).Properties;
}

/** What the role may do beyond what every function that publishes may. */
function may(...brokers: readonly BrokerFields[]) {
  const publishing = new Set(allowedTo(templateOf({ egress: 'none' }), /^IntakeInboundRole/));
  return allowedTo(of(...brokers), /^BrokersBrokerRole/).filter((each) => !publishing.has(each));
}

const deadLettersArn = { 'Fn::GetAtt': [resource(all, 'AWS::SQS::Queue', DEAD_LETTERS).id, 'Arn'] };
const PUT_ASIDE = 'sqs:SendMessage on <BrokersDeadLetters.Arn>';

test('without brokers nothing is made for them', () => {
  const template = templateOf({ egress: 'none' });
  for (const [type, id] of [
    ['AWS::Lambda::Function', FUNCTION],
    ['AWS::SQS::Queue', DEAD_LETTERS],
    ['AWS::IAM::Role', /^Brokers/],
    [MAPPING, /^Brokers/],
  ] as const) {
    expect(resources(template, type, id)).toEqual([]);
  }
});

describe('the function', () => {
  const fn = resource(all, 'AWS::Lambda::Function', FUNCTION).Properties;

  test('gives up before a queue that hides messages for the usual 30 s shows them again', () => {
    expect(fn.Timeout).toBeLessThanOrEqual(30);
  });

  test('knows what it takes in, and what every function that publishes knows', () => {
    const { Variables } = fn.Environment as { Variables: Record<string, string> };
    const inbound = resource(all, 'AWS::Lambda::Function', /^IntakeInboundFunction/).Properties;
    const known = Object.keys((inbound.Environment as { Variables: object }).Variables);
    const expected = [...known.filter((name) => name !== ENV.inboundUrl), ENV.brokers].sort();
    expect(Object.keys(Variables).sort()).toEqual(expected);
    expect(brokersIn(Variables.BROKERS ?? '')).toHaveLength(9);
    expect(brokersIn(Variables.BROKERS ?? '')[0]).toEqual({
      name: 'queue',
      kind: 'sqs',
      at: ARNS.sqs,
      project: PROJECT_ID,
      eventType: { from: 'header', path: 'kind', prefix: 'order' },
      owner: { from: 'body', path: 'account.id' },
    });
  });

  test('may publish as the others do, and nothing that is not for its brokers', () => {
    const publishing = allowedTo(all, /^IntakeInboundRole/);
    expect(allowedTo(all, /^BrokersBrokerRole/)).toEqual(expect.arrayContaining([...publishing]));
    expect(may({ kind: 'sqs', arn: ARNS.sqs })).toEqual(
      ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
        (action) => `sqs:${action} on ${ARNS.sqs}`,
      ),
    );
  });

  test("has no wildcard but that of Lambda's pollers in a network, which its code is denied", () => {
    const wild = statements(all).filter(
      ({ policy, effect, resources }) =>
        /^Brokers/.test(policy) && effect === 'Allow' && resources.some((each) => each === '*'),
    );
    expect(wild).toHaveLength(1);
    expect(
      wild[0]?.actions.every((action) =>
        /^ec2:.*(NetworkInterface|Vpcs|Subnets|SecurityGroups)/.test(action),
      ),
    ).toBe(true);
    const denied = statements(all).find(
      ({ policy, effect }) => /^BrokersBrokerRole/.test(policy) && effect === 'Deny',
    );
    expect(denied?.actions).toEqual(wild[0]?.actions);
    expect(denied?.condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
  });
});

describe('a queue', () => {
  test('is read ten messages at a time, and gets back those that failed', () => {
    expect(mapping({ kind: 'sqs', arn: ARNS.sqs })).toMatchObject({
      EventSourceArn: ARNS.sqs,
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 10 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('that is encrypted with a key needs the key too', () => {
    expect(may({ kind: 'sqs', arn: ARNS.sqs, kms_key_arn: ARNS.kms })).toContain(
      `kms:Decrypt on ${ARNS.kms}`,
    );
  });
});

describe('a topic', () => {
  const template = of({ kind: 'sns', arn: ARNS.sns });

  test('calls the function, and what it can not hand over is put aside', () => {
    expect(resource(template, 'AWS::SNS::Subscription').Properties).toEqual({
      Protocol: 'lambda',
      TopicArn: ARNS.sns,
      Endpoint: { 'Fn::GetAtt': [resource(template, 'AWS::Lambda::Function', FUNCTION).id, 'Arn'] },
      RedrivePolicy: { deadLetterTargetArn: deadLettersArn },
    });
    expect(
      resource(template, 'AWS::Lambda::Permission', /^BrokersBrokerFunctionTopicb0/).Properties,
    ).toMatchObject({
      Principal: 'sns.amazonaws.com',
      SourceArn: ARNS.sns,
    });
    expect(senders(template)).toEqual([['sns.amazonaws.com', ARNS.sns]]);
  });

  test('has its failed calls put aside after two retries, with all they held', () => {
    expect(resource(template, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: deadLettersArn } },
    });
    expect(may({ kind: 'sns', arn: ARNS.sns })).toEqual([PUT_ASIDE]);
  });
});

describe('a bus', () => {
  const pattern = { source: ['orders'] };
  const template = of({ kind: 'eventbridge', pattern });

  test('has a rule that calls the function and says whose it is', () => {
    const rule = resource(template, 'AWS::Events::Rule', /^Brokers/);
    expect(rule.Properties).toMatchObject({ EventBusName: 'default', EventPattern: pattern });
    const [target] = rule.Properties.Targets as readonly Record<string, unknown>[];
    expect(target).toMatchObject({
      InputTransformer: { InputTemplate: '{"broker":"b0","event":<aws.events.event.json>}' },
      DeadLetterConfig: { Arn: deadLettersArn },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    });
    expect(
      resource(template, 'AWS::Lambda::Permission', /^BrokersBrokerFunctionRuleb0/).Properties,
    ).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [rule.id, 'Arn'] },
    });
    expect(senders(template)).toEqual([['events.amazonaws.com', '<BrokersRuleb0.Arn>']]);
  });

  test('of its own is named or given by its ARN', () => {
    for (const bus of ['orders', 'arn:aws:events:eu-west-1:123456789012:event-bus/orders']) {
      const rule = resource(of({ kind: 'eventbridge', bus, pattern }), 'AWS::Events::Rule', /^Brokers/);
      expect(rule.Properties.EventBusName).toBe(bus);
    }
  });
});

describe.each(['kinesis', 'dynamodb'] as const)('a stream of %s', (kind) => {
  test('is read in order, halves batches that fail, and gives up what is half a day old', () => {
    expect(mapping({ kind, arn: ARNS[kind] })).toMatchObject({
      EventSourceArn: ARNS[kind],
      StartingPosition: 'LATEST',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 43_200,
      DestinationConfig: { OnFailure: { Destination: deadLettersArn } },
    });
  });

  test('is read as the settings say', () => {
    const fields = {
      start: 'trim_horizon',
      batch_size: 7,
      batch_window_seconds: 0,
      parallel: 3,
      max_age_seconds: 60,
    };
    expect(mapping({ kind, arn: ARNS[kind], ...fields })).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 7,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 3,
      MaximumRecordAgeInSeconds: 60,
    });
  });
});

test('a stream may be read, and no other', () => {
  expect(may({ kind: 'kinesis', arn: ARNS.kinesis })).toEqual([
    ...['DescribeStream', 'DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'].map(
      (action) => `kinesis:${action} on ${ARNS.kinesis}`,
    ),
    PUT_ASIDE,
  ]);
  expect(may({ kind: 'dynamodb', arn: ARNS.dynamodb })).toEqual([
    ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action} on ${ARNS.dynamodb}`,
    ),
    PUT_ASIDE,
  ]);
});

const ATTACH = [
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
].map((action) => `ec2:${action} on *`);

describe('a topic of Amazon MSK', () => {
  const msk = { kind: 'msk', arn: ARNS.msk, topic: 'orders' };
  const inCluster = (what: string) => ARNS.msk.replace(':cluster/', `:${what}/`);

  test('is read by a consumer group of ours, from the end', () => {
    expect(mapping(msk)).toEqual({
      EventSourceArn: ARNS.msk,
      FunctionName: expect.anything(),
      Topics: ['orders'],
      BatchSize: 100,
      StartingPosition: 'LATEST',
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'posthorn-b0' },
    });
  });

  test('may be read with the role alone, in that group and no other', () => {
    expect(may(msk)).toEqual([
      ...ATTACH,
      `kafka-cluster:AlterGroup on ${inCluster('group')}/posthorn-b0`,
      `kafka-cluster:Connect on ${ARNS.msk}`,
      `kafka-cluster:DescribeClusterDynamicConfiguration on ${ARNS.msk}`,
      `kafka-cluster:DescribeGroup on ${inCluster('group')}/posthorn-b0`,
      `kafka-cluster:DescribeTopic on ${inCluster('topic')}/orders`,
      `kafka-cluster:ReadData on ${inCluster('topic')}/orders`,
      `kafka:DescribeCluster on ${ARNS.msk}`,
      `kafka:DescribeClusterV2 on ${ARNS.msk}`,
      `kafka:GetBootstrapBrokers on ${ARNS.msk}`,
    ]);
  });

  test('or with a user and a password', () => {
    expect(mapping({ ...msk, secret_arn: ARNS.secret }).SourceAccessConfigurations).toEqual([
      { Type: 'SASL_SCRAM_512_AUTH', URI: ARNS.secret },
    ]);
    expect(may({ ...msk, secret_arn: ARNS.secret })).toEqual([
      ...ATTACH,
      `kafka:DescribeCluster on ${ARNS.msk}`,
      `kafka:DescribeClusterV2 on ${ARNS.msk}`,
      `kafka:GetBootstrapBrokers on ${ARNS.msk}`,
      `kafka:ListScramSecrets on ${ARNS.msk}`,
      `secretsmanager:GetSecretValue on ${ARNS.secret}`,
    ]);
  });
});

describe('a topic of a Kafka of your own', () => {
  const kafka = {
    kind: 'kafka',
    bootstrap_servers: ['k1.example.com:9092', 'k2.example.com:9092'],
    topic: 'orders',
  };

  test('is read over the internet with credentials', () => {
    const open = { ...kafka, secret_arn: ARNS.secret, authentication: 'basic', ca_secret_arn: ARNS.secret };
    expect(mapping(open)).toMatchObject({
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: kafka.bootstrap_servers } },
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'posthorn-b0' },
      SourceAccessConfigurations: [
        { Type: 'BASIC_AUTH', URI: ARNS.secret },
        { Type: 'SERVER_ROOT_CA_CERTIFICATE', URI: ARNS.secret },
      ],
    });
    expect(may({ ...kafka, secret_arn: ARNS.secret })).toEqual([
      `secretsmanager:GetSecretValue on ${ARNS.secret}`,
    ]);
  });

  test('or in a network, where pollers have to be', () => {
    const inside = {
      ...kafka,
      subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
      security_group: 'sg-0a1b2c3d',
    };
    expect(mapping(inside).SourceAccessConfigurations).toEqual([
      { Type: 'VPC_SUBNET', URI: 'subnet:subnet-0a1b2c3d' },
      { Type: 'VPC_SUBNET', URI: 'subnet:subnet-1a1b2c3d' },
      { Type: 'VPC_SECURITY_GROUP', URI: 'security_group:sg-0a1b2c3d' },
    ]);
    expect(may(inside)).toEqual(ATTACH);
  });
});

describe('a queue of Amazon MQ', () => {
  const mq = { arn: ARNS.mq, queue: 'orders', secret_arn: ARNS.secret };

  test('is read with a user and a password, RabbitMQ in its virtual host', () => {
    expect(mapping({ kind: 'rabbitmq', ...mq, virtual_host: 'shop' })).toEqual({
      EventSourceArn: ARNS.mq,
      FunctionName: expect.anything(),
      BatchSize: 100,
      Queues: ['orders'],
      SourceAccessConfigurations: [
        { Type: 'BASIC_AUTH', URI: ARNS.secret },
        { Type: 'VIRTUAL_HOST', URI: 'shop' },
      ],
    });
    expect(mapping({ kind: 'activemq', ...mq }).SourceAccessConfigurations).toEqual([
      { Type: 'BASIC_AUTH', URI: ARNS.secret },
    ]);
  });

  test.each(['rabbitmq', 'activemq'])('of %s may be found, and its network joined', (kind) => {
    expect(may({ kind, ...mq })).toEqual([
      ...ATTACH,
      `mq:DescribeBroker on ${ARNS.mq}`,
      `secretsmanager:GetSecretValue on ${ARNS.secret}`,
    ]);
  });
});

describe('alarms', () => {
  const alarms = (template = all) =>
    resources(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const named = (name: string, template = all) =>
    alarms(template).find(({ AlarmName }) => AlarmName === `posthorn-${name}`);

  test('ring for a function that fails, messages that are put aside, and streams that fall behind', () => {
    const fn = { Ref: resource(all, 'AWS::Lambda::Function', FUNCTION).id };
    expect(named('broker-errors')?.Dimensions).toEqual([{ Name: 'FunctionName', Value: fn }]);
    expect(named('broker-throttles')?.Dimensions).toEqual([{ Name: 'FunctionName', Value: fn }]);
    expect(named('broker-dead-letters')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
    });
    expect(named('broker-behind')).toMatchObject({ MetricName: 'IteratorAge', Threshold: 900_000 });
  });

  test('say where to read on, and the runbook has the place', async () => {
    const { readFileSync } = await import('node:fs');
    const runbook = readFileSync(`${import.meta.dirname}/../../docs/operations.md`, 'utf8');
    for (const { AlarmDescription } of alarms()) {
      expect(runbook).toMatch(new RegExp(`^#+ ${String(AlarmDescription).split('#').at(-1)}$`, 'm'));
    }
  });

  test('of streams are made where there are streams', () => {
    expect(named('broker-behind', of({ kind: 'sqs', arn: ARNS.sqs }))).toBeUndefined();
  });
});

/** Who may put messages aside, and for what. */
function senders(template: typeof all): readonly (readonly [string, string])[] {
  const { PolicyDocument } = resource(template, 'AWS::SQS::QueuePolicy', DEAD_LETTERS).Properties;
  const list = (PolicyDocument as { Statement: readonly Record<string, unknown>[] }).Statement;
  return list
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal, Condition }) => {
      const { Service } = Principal as { Service: string };
      const { ArnEquals } = Condition as { ArnEquals: Record<string, unknown> };
      return [Service, line(ArnEquals['aws:SourceArn'])];
    });
}
