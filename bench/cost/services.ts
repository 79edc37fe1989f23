/** The AWS services of one gateway as stand-ins on this machine, each behind a door that counts what it is asked. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ENV } from '../../lambdas/contract/env.ts';
import { DELIVER_TIMEOUT_SECONDS, VISIBILITY_TIMES_TIMEOUT } from '../../lambdas/contract/functions.ts';
import { CONFIG_INDEXES, LOG_INDEXES, TABLE_KEYS } from '../../lambdas/contract/schema.ts';
import { RETENTION_DAYS } from '../../lambdas/domain/listing.ts';
import { SETTINGS } from '../../lib/settings.ts';
import { provision } from '../../local/emulators/provision.ts';
import { startEmulators } from '../../local/emulators/start.ts';
import { awsEnvironment } from '../../local/runtime/environment.ts';
import { REGION } from '../../local/template/intrinsics.ts';
import { queueUrl } from '../../local/template/names.ts';
import type { LocalStack, TableSpec } from '../../local/template/stack.ts';
import { createDelays, type Delays } from './delays.ts';
import { type Door, openDoor, type Passed } from './door.ts';
import type { WireItem } from './item-size.ts';
import { meterDynamo } from './meter-dynamodb.ts';
import { meterSqs } from './meter-sqs.ts';
import { type Schedules, scheduleDoor } from './schedules.ts';
import { createShadow, type Shadow } from './shadow.ts';
import type { Tally } from './usage.ts';
import type { IndexShape, TableShape } from './write-units.ts';

const SHAPES: ReadonlyMap<string, TableShape> = new Map([
  ['config', shapeOf([CONFIG_INDEXES.byOwner])],
  ['log', shapeOf([LOG_INDEXES.backlog])],
  ['state', shapeOf([])],
]);
const QUEUES = ['publish', 'delivery', 'wake', 'alert'] as const;
const BUCKET = 'bodies';
const VISIBILITY_SECONDS = DELIVER_TIMEOUT_SECONDS * VISIBILITY_TIMES_TIMEOUT;

const STACK: LocalStack = {
  tables: [...SHAPES].map(([name, shape]) => tableSpec(name, shape)),
  queues: QUEUES.map((name) => ({ name, attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS) } })),
  buckets: [BUCKET],
  functions: [],
  mappings: [],
  subscriptions: [],
  routes: [],
  scheduleGroups: [],
  schedules: [],
  output: (name) => `no ${name} here`,
};

export type QueueName = (typeof QUEUES)[number];

export interface Services {
  readonly shadow: Shadow;
  readonly schedules: Schedules;
  readonly delays: Delays;
  /** Write units of the state table so far, by how their keys begin: `rate#ep`, `health#ep`, ... */
  readonly stateWrites: ReadonlyMap<string, number>;
  /** What the functions find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Address of SQS: through the door, and past it. */
  readonly sqs: { readonly counted: string; readonly past: string };
  url(queue: QueueName, address: string): string;
  close(): Promise<void>;
}

export async function startServices(tally: Tally): Promise<Services> {
  const emulators = await startEmulators(undefined);
  await provision(STACK, emulators);
  const shadow = createShadow(SHAPES);
  const past = new DynamoDBClient({
    region: REGION,
    endpoint: emulators.dynamodb,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stateWrites = new Map<string, number>();
  const dynamodb = await openDynamoDoor(emulators.dynamodb, tally, shadow, past, stateWrites);
  const delays = createDelays();
  const sqs = await openSqsDoor(emulators.sqs, tally, delays);
  const s3 = await openDoor(emulators.sqs, async ({ method }) => {
    tally.add(method === 'GET' ? 's3Reads' : 's3Writes', 1);
  });
  const schedules = await scheduleDoor();
  const url = (queue: QueueName, address: string) => queueUrl(address, queue);
  return {
    shadow,
    schedules,
    delays,
    stateWrites,
    environment: {
      ...awsEnvironment({
        dynamodb: dynamodb.address,
        sqs: sqs.address,
        s3: s3.address,
        sns: emulators.sqs,
        scheduler: schedules.address,
        sesv2: emulators.mail,
      }),
      ...resourceEnvironment((queue) => url(queue, sqs.address)),
    },
    sqs: { counted: sqs.address, past: emulators.sqs },
    url,
    async close() {
      for (const door of [dynamodb, sqs, s3, schedules]) door.close();
      past.destroy();
      await emulators.close();
    },
  };
}

function resourceEnvironment(url: (queue: QueueName) => string): Record<string, string> {
  return {
    [ENV.configTable]: 'config',
    [ENV.logTable]: 'log',
    [ENV.stateTable]: 'state',
    [ENV.bodyBucket]: BUCKET,
    [ENV.publishQueueUrl]: url('publish'),
    [ENV.deliveryQueueUrl]: url('delivery'),
    [ENV.wakeQueueUrl]: url('wake'),
    [ENV.alertQueueUrl]: url('alert'),
    [ENV.wakeQueueArn]: `arn:aws:sqs:${REGION}:000000000000:wake`,
    [ENV.wakeGroup]: 'wakes',
    [ENV.wakeRoleArn]: 'arn:aws:iam::000000000000:role/wakes',
    AWS_LAMBDA_LOG_LEVEL: String(SETTINGS.logLevel.fallback),
    [ENV.ownHost]: 'gateway.example',
    [ENV.inboundUrl]: 'https://gateway.example/in',
    [ENV.retentionDays]: String(RETENTION_DAYS),
    // Counted as in a deployment, and never refused: one key publishes everything.
    [ENV.keyRatePerSecond]: '10000',
    [ENV.keyBurst]: '10000',
    [ENV.deliveryVisibilitySeconds]: String(VISIBILITY_SECONDS),
  };
}

async function openDynamoDoor(
  target: string,
  tally: Tally,
  shadow: Shadow,
  past: DynamoDBClient,
  stateWrites: Map<string, number>,
): Promise<Door> {
  const meter = meterDynamo({
    tally,
    shadow,
    shapes: SHAPES,
    read: async (TableName, Key) => {
      const answer = await past.send(
        new GetItemCommand({ TableName, Key: Key as never, ConsistentRead: true }),
      );
      return wireItem(answer.Item);
    },
    onWrite: ({ pk }, units) => {
      const kind = String(pk?.S).replace(/_.*$/, '');
      stateWrites.set(kind, (stateWrites.get(kind) ?? 0) + units);
    },
  });
  return openDoor(target, async ({ operation, request, status, response }) => {
    const answer = JSON.parse(response.toString());
    const error = status === 200 ? undefined : String(answer.__type).replace(/^.*#/, '');
    const input = JSON.parse(request.toString());
    await meter.count({ operation, input, output: error ? undefined : answer, ...(error && { error }) });
  });
}

/** The SDK gives bytes where the wire has base64. */
function wireItem(item: object | undefined): WireItem | undefined {
  if (item === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(item, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}

async function openSqsDoor(target: string, tally: Tally, delays: Delays): Promise<Door> {
  const meter = meterSqs(tally);
  const count = async ({ operation, request, status, response }: Passed): Promise<void> => {
    if (status !== 200) return;
    const answer = response.length === 0 ? {} : JSON.parse(response.toString());
    meter.count(operation, JSON.parse(request.toString()), answer);
  };
  return openDoor(target, count, delays.holdBack);
}

function shapeOf(indexes: readonly IndexShape[]): TableShape {
  return { partition: TABLE_KEYS.partition, sort: TABLE_KEYS.sort, indexes };
}

function tableSpec(name: string, shape: TableShape): TableSpec {
  const keys = (of: { partition: string; sort: string }) => [
    { AttributeName: of.partition, KeyType: 'HASH' },
    { AttributeName: of.sort, KeyType: 'RANGE' },
  ];
  const names = new Set([shape, ...shape.indexes].flatMap((of) => [of.partition, of.sort]));
  return {
    name,
    attributes: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    keys: keys(shape),
    indexes: shape.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keys(index),
      Projection:
        index.carries === undefined
          ? { ProjectionType: 'ALL' }
          : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.carries] },
    })),
  };
}
