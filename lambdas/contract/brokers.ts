/** The setting `brokers`: what an entry of each kind holds. Written in snake_case, as sources are in the API. */
import * as z from 'zod/mini';
import { parseArn } from '../domain/destination/arn.ts';
import { isId } from '../domain/ids.ts';
import { contentType } from './api/fields.ts';
import { eventTypePick, ownerPick } from './api/pick.ts';

/** Of a name: it goes into the names of resources. */
const NAME_SHAPE = /^[a-z][a-z0-9-]{1,29}$/;
const HOST_AND_PORT = /^[A-Za-z0-9][A-Za-z0-9.-]*:\d{1,5}$/;
const KAFKA_NAME = /^[A-Za-z0-9._-]{1,249}$/;
/** Streams by default keep a day. After half of it a record is given up, and half a day is left to fetch it by hand. */
export const DEFAULT_MAX_AGE_SECONDS = 12 * 3600;

const arn = (service: string, resource: RegExp, example: string) =>
  z.string().check(
    z.refine((text) => {
      const parsed = parseArn(text);
      return parsed?.service === service && parsed.region !== '' && resource.test(parsed.resource);
    }, `must be an ARN such as ${example}`),
  );
const shaped = (shape: RegExp, what: string) => z.string().check(z.regex(shape, `must be ${what}`));
const whole = (least: number, most: number) => z.optional(z.int().check(z.gte(least), z.lte(most)));

const SECRET = arn(
  'secretsmanager',
  /^secret:[\w/+=.@-]+$/,
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-AbCdEf',
);
const KEY = z.optional(
  arn('kms', /^key\/[\w-]+$/, 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
);

const common = {
  name: shaped(NAME_SHAPE, '2 to 30 lower-case letters, digits and hyphens, starting with a letter'),
  project_id: z
    .string()
    .check(z.refine((id) => isId('prj', id), 'must be the id of a project: prj_ and 26 characters')),
  event_type: z.optional(eventTypePick),
  owner_id: z.optional(ownerPick),
  content_type: z.optional(contentType),
};

const reading = {
  start: z.optional(z.enum(['latest', 'trim_horizon'])),
  batch_size: whole(1, 1000),
  batch_window_seconds: whole(0, 300),
};
const stream = { ...reading, max_age_seconds: whole(60, 604_800), parallel: whole(1, 10) };
const kafka = {
  topic: shaped(KAFKA_NAME, 'the name of a topic'),
  consumer_group: z.optional(shaped(KAFKA_NAME, 'letters, digits, dots, hyphens and underscores')),
  ...reading,
};
const mq = {
  arn: arn(
    'mq',
    /^broker:[\w-]+:b-[\w-]+$/,
    'arn:aws:mq:eu-west-1:123456789012:broker:orders:b-1234a5b6-78cd-901e-2fgh-3i45j6k178l9',
  ),
  queue: z.string().check(z.minLength(1), z.maxLength(255)),
  secret_arn: SECRET,
  kms_key_arn: KEY,
  batch_size: whole(1, 1000),
  batch_window_seconds: whole(0, 300),
};

export const BROKER_SCHEMAS = {
  sqs: z.strictObject({
    ...common,
    kind: z.literal('sqs'),
    arn: arn('sqs', /^[\w-]{1,80}(\.fifo)?$/, 'arn:aws:sqs:eu-west-1:123456789012:orders'),
    unwrap: z.optional(z.literal('sns')),
    kms_key_arn: KEY,
    batch_size: whole(1, 10),
    max_concurrency: whole(2, 1000),
  }),
  sns: z.strictObject({
    ...common,
    kind: z.literal('sns'),
    arn: arn(
      'sns',
      /^[\w-]{1,256}$/,
      'arn:aws:sns:eu-west-1:123456789012:orders (a topic with .fifo goes through a queue)',
    ),
  }),
  eventbridge: z.strictObject({
    ...common,
    kind: z.literal('eventbridge'),
    bus: z.optional(
      z.union(
        [
          shaped(/^[/._A-Za-z0-9-]{1,256}$/, 'the name of a bus'),
          arn('events', /^event-bus\/[/._A-Za-z0-9-]+$/, 'x'),
        ],
        'must be the name or the ARN of a bus, such as default or arn:aws:events:eu-west-1:123456789012:event-bus/orders',
      ),
    ),
    pattern: z
      .record(z.string(), z.unknown())
      .check(
        z.refine(
          (pattern) => Object.keys(pattern).length > 0,
          'must say which events, such as {"source": ["orders"]}',
        ),
      ),
    content: z.optional(z.enum(['detail', 'whole'])),
  }),
  kinesis: z.strictObject({
    ...common,
    kind: z.literal('kinesis'),
    arn: arn('kinesis', /^stream\/[\w.-]{1,128}$/, 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'),
    kms_key_arn: KEY,
    ...stream,
  }),
  dynamodb: z.strictObject({
    ...common,
    kind: z.literal('dynamodb'),
    arn: arn(
      'dynamodb',
      /^table\/[\w.-]+\/stream\/[\d:.T-]+$/,
      'arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-11-23T00:00:00.000',
    ),
    ...stream,
  }),
  msk: z.strictObject({
    ...common,
    kind: z.literal('msk'),
    arn: arn(
      'kafka',
      /^cluster\/[\w-]+\/[\w-]+$/,
      'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/1234abcd-12ab-34cd-56ef-1234567890ab-1',
    ),
    secret_arn: z.optional(SECRET),
    kms_key_arn: KEY,
    ...kafka,
  }),
  kafka: z
    .strictObject({
      ...common,
      kind: z.literal('kafka'),
      bootstrap_servers: z
        .array(shaped(HOST_AND_PORT, 'a host and a port, such as kafka-1.example.com:9092'))
        .check(z.minLength(1), z.maxLength(10)),
      secret_arn: z.optional(SECRET),
      authentication: z.optional(z.enum(['scram_512', 'scram_256', 'basic', 'client_certificate'])),
      ca_secret_arn: z.optional(SECRET),
      kms_key_arn: KEY,
      subnets: z.optional(
        z
          .array(shaped(/^subnet-[0-9a-f]{8,17}$/, 'the id of a subnet'))
          .check(z.minLength(1), z.maxLength(16)),
      ),
      security_group: z.optional(shaped(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group')),
      ...kafka,
    })
    .check(
      z.refine((given) => (given.subnets === undefined) === (given.security_group === undefined), {
        error: 'give subnets and security_group together',
        path: ['security_group'],
      }),
      z.refine((given) => given.secret_arn !== undefined || given.subnets !== undefined, {
        error: 'servers outside a VPC need credentials: give secret_arn',
        path: ['secret_arn'],
      }),
      z.refine((given) => given.authentication === undefined || given.secret_arn !== undefined, {
        error: 'says what secret_arn holds: give that too',
        path: ['authentication'],
      }),
    ),
  rabbitmq: z.strictObject({
    ...common,
    kind: z.literal('rabbitmq'),
    ...mq,
    virtual_host: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  }),
  activemq: z.strictObject({ ...common, kind: z.literal('activemq'), ...mq }),
} as const;

type Schemas = typeof BROKER_SCHEMAS;
/** One entry of the setting, checked. */
export type BrokerSetting = { [Kind in keyof Schemas]: z.output<Schemas[Kind]> }[keyof Schemas];
export type SettingOf<Kind extends keyof Schemas> = z.output<Schemas[Kind]>;
