/** What the role of the function has to allow so that Lambda can read a broker for it: exactly that place, nothing like it. */
import type { SettingOf } from '../lambdas/contract/brokers.ts';
import {
  consumerGroup,
  isStream,
  type Permission,
  type PolledSetting,
  type Reader,
} from './broker-reading.ts';

/** Of pollers inside a VPC: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaMSKExecutionRole.html */
export const ATTACH_POLLERS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVpcs',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
];

export function permissionsOf(setting: PolledSetting, reader: Reader): readonly Permission[] {
  return [
    ...reading(setting, reader),
    ...ofSecrets(setting),
    ...ofKey(setting),
    ...ofDeadLetters(setting, reader),
  ];
}

function reading(setting: PolledSetting, reader: Reader): readonly Permission[] {
  switch (setting.kind) {
    case 'sqs':
      return [on(setting.arn, 'sqs', ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])];
    case 'kinesis': {
      const actions = [
        'DescribeStream',
        'DescribeStreamSummary',
        'GetRecords',
        'GetShardIterator',
        'ListShards',
      ];
      return [on(setting.arn, 'kinesis', actions)];
    }
    case 'dynamodb':
      return [
        on(setting.arn, 'dynamodb', ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']),
      ];
    case 'msk':
      return msk(setting, reader);
    case 'kafka':
      return [];
    case 'rabbitmq':
    case 'activemq':
      return [on(setting.arn, 'mq', ['DescribeBroker'])];
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html */
function msk(setting: SettingOf<'msk'>, reader: Reader): readonly Permission[] {
  const cluster = on(setting.arn, 'kafka', ['DescribeCluster', 'DescribeClusterV2', 'GetBootstrapBrokers']);
  if (setting.secret_arn !== undefined) return [cluster, on(setting.arn, 'kafka', ['ListScramSecrets'])];
  const inCluster = (what: string, name: string) =>
    `${setting.arn.replace(':cluster/', `:${what}/`)}/${name}`;
  return [
    cluster,
    on(setting.arn, 'kafka-cluster', ['Connect', 'DescribeClusterDynamicConfiguration']),
    on(inCluster('topic', setting.topic), 'kafka-cluster', ['DescribeTopic', 'ReadData']),
    on(inCluster('group', consumerGroup(setting, reader)), 'kafka-cluster', ['DescribeGroup', 'AlterGroup']),
  ];
}

function ofSecrets(setting: PolledSetting): readonly Permission[] {
  const secrets = [
    'secret_arn' in setting ? setting.secret_arn : undefined,
    'ca_secret_arn' in setting ? setting.ca_secret_arn : undefined,
  ].filter((arn) => arn !== undefined);
  return secrets.length === 0 ? [] : [{ actions: ['secretsmanager:GetSecretValue'], resources: secrets }];
}

/** Of the broker, or of its secret. */
function ofKey(setting: PolledSetting): readonly Permission[] {
  const key = 'kms_key_arn' in setting ? setting.kms_key_arn : undefined;
  return key === undefined ? [] : [on(key, 'kms', ['Decrypt'])];
}

/** Lambda writes what it gave up with the function's role. */
function ofDeadLetters(setting: PolledSetting, { deadLetterArn }: Reader): readonly Permission[] {
  return isStream(setting) ? [on(deadLetterArn, 'sqs', ['SendMessage'])] : [];
}

function on(arn: string, service: string, actions: readonly string[]): Permission {
  return { actions: actions.map((action) => `${service}:${action}`), resources: [arn] };
}
