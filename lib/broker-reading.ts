/** How Lambda reads each kind of broker for us: the mapping, and what the function's role has to allow for it. */
import type { CfnEventSourceMappingProps } from 'aws-cdk-lib/aws-lambda';
import { type BrokerSetting, DEFAULT_MAX_AGE_SECONDS, type SettingOf } from '../lambdas/contract/brokers.ts';

/** Kinds that push to the function themselves. */
export type PushedSetting = SettingOf<'sns'> | SettingOf<'eventbridge'>;
export type PolledSetting = Exclude<BrokerSetting, PushedSetting>;

export type Mapping = Omit<CfnEventSourceMappingProps, 'functionName'>;

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What holds for all brokers of one gateway. */
export interface Reader {
  /** Prefix of consumer groups. */
  readonly gateway: string;
  readonly deadLetterArn: string;
}

const MESSAGES = 10;
const RECORDS = 100;
/** Two batches at the least; ten take a hundred messages at once, and leave the account's concurrency to others. */
const QUEUE_CONCURRENCY = 10;
/** A second of waiting fills batches of a slow stream, for a second of delay. */
const STREAM_WINDOW_SECONDS = 1;
const ENDLESS = -1;

export function isPolled(setting: BrokerSetting): setting is PolledSetting {
  return setting.kind !== 'sns' && setting.kind !== 'eventbridge';
}

export function isStream(setting: BrokerSetting): setting is SettingOf<'kinesis'> | SettingOf<'dynamodb'> {
  return setting.kind === 'kinesis' || setting.kind === 'dynamodb';
}

/** Pollers of these go into the broker's network. */
export function readsInNetwork(setting: BrokerSetting): boolean {
  const { kind } = setting;
  return (
    kind === 'msk' ||
    kind === 'rabbitmq' ||
    kind === 'activemq' ||
    (kind === 'kafka' && setting.subnets !== undefined)
  );
}

export function mappingOf(setting: PolledSetting, reader: Reader): Mapping {
  switch (setting.kind) {
    case 'sqs':
      return {
        eventSourceArn: setting.arn,
        batchSize: setting.batch_size ?? MESSAGES,
        scalingConfig: { maximumConcurrency: setting.max_concurrency ?? QUEUE_CONCURRENCY },
        functionResponseTypes: ['ReportBatchItemFailures'],
      };
    case 'kinesis':
    case 'dynamodb':
      return streamMapping(setting, reader);
    case 'msk':
    case 'kafka':
      return kafkaMapping(setting, reader);
    case 'rabbitmq':
    case 'activemq':
      return mqMapping(setting);
  }
}

/** Bounded by age and not by attempts: an hour's fault of ours must not cost records. Bad ones don't fail, they are refused. */
function streamMapping(
  setting: SettingOf<'kinesis'> | SettingOf<'dynamodb'>,
  { deadLetterArn }: Reader,
): Mapping {
  return {
    eventSourceArn: setting.arn,
    ...reading(setting),
    maximumBatchingWindowInSeconds: setting.batch_window_seconds ?? STREAM_WINDOW_SECONDS,
    parallelizationFactor: setting.parallel ?? 1,
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ['ReportBatchItemFailures'],
    maximumRetryAttempts: ENDLESS,
    maximumRecordAgeInSeconds: setting.max_age_seconds ?? DEFAULT_MAX_AGE_SECONDS,
    destinationConfig: { onFailure: { destination: deadLetterArn } },
  };
}

/**
 * Lambda splits batches and returns parts of them only with pollers that are paid by the hour, and with an on-failure
 * destination it gives up after ten attempts: without, a partition waits until we are well again, and loses nothing.
 */
function kafkaMapping(setting: SettingOf<'msk'> | SettingOf<'kafka'>, reader: Reader): Mapping {
  const consumerGroupId = consumerGroup(setting, reader);
  const common = { ...reading(setting), ...windowOf(setting), topics: [setting.topic] };
  if (setting.kind === 'msk') {
    return {
      ...common,
      eventSourceArn: setting.arn,
      amazonManagedKafkaEventSourceConfig: { consumerGroupId },
      ...(setting.secret_arn !== undefined && {
        sourceAccessConfigurations: [{ type: 'SASL_SCRAM_512_AUTH', uri: setting.secret_arn }],
      }),
    };
  }
  return {
    ...common,
    selfManagedEventSource: { endpoints: { kafkaBootstrapServers: [...setting.bootstrap_servers] } },
    selfManagedKafkaEventSourceConfig: { consumerGroupId },
    sourceAccessConfigurations: kafkaAccess(setting),
  };
}

const AUTHENTICATION = {
  scram_512: 'SASL_SCRAM_512_AUTH',
  scram_256: 'SASL_SCRAM_256_AUTH',
  basic: 'BASIC_AUTH',
  client_certificate: 'CLIENT_CERTIFICATE_TLS_AUTH',
} as const;

function kafkaAccess(setting: SettingOf<'kafka'>): { type: string; uri: string }[] {
  const {
    secret_arn: secret,
    ca_secret_arn: ca,
    authentication = 'scram_512',
    subnets = [],
    security_group: group,
  } = setting;
  return [
    ...(secret === undefined ? [] : [{ type: AUTHENTICATION[authentication], uri: secret }]),
    ...(ca === undefined ? [] : [{ type: 'SERVER_ROOT_CA_CERTIFICATE', uri: ca }]),
    ...subnets.map((subnet) => ({ type: 'VPC_SUBNET', uri: `subnet:${subnet}` })),
    ...(group === undefined ? [] : [{ type: 'VPC_SECURITY_GROUP', uri: `security_group:${group}` }]),
  ];
}

/** Lambda finds the network of an Amazon MQ broker by itself, and returns whole batches to it. */
function mqMapping(setting: SettingOf<'rabbitmq'> | SettingOf<'activemq'>): Mapping {
  return {
    eventSourceArn: setting.arn,
    batchSize: setting.batch_size ?? RECORDS,
    ...windowOf(setting),
    queues: [setting.queue],
    sourceAccessConfigurations: [
      { type: 'BASIC_AUTH', uri: setting.secret_arn },
      ...(setting.kind === 'rabbitmq' ? [{ type: 'VIRTUAL_HOST', uri: setting.virtual_host ?? '/' }] : []),
    ],
  };
}

function reading({ batch_size, start }: Pick<SettingOf<'kinesis'>, 'batch_size' | 'start'>): Mapping {
  return {
    batchSize: batch_size ?? RECORDS,
    startingPosition: start === 'trim_horizon' ? 'TRIM_HORIZON' : 'LATEST',
  };
}

/** Absent, Lambda waits half a second. */
function windowOf({
  batch_window_seconds: seconds,
}: {
  readonly batch_window_seconds?: number | undefined;
}): Mapping {
  return seconds === undefined ? {} : { maximumBatchingWindowInSeconds: seconds };
}

export function consumerGroup(
  setting: SettingOf<'msk'> | SettingOf<'kafka'>,
  { gateway }: Pick<Reader, 'gateway'>,
): string {
  return setting.consumer_group ?? `${gateway}-${setting.name}`;
}
