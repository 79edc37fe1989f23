/** Where everything is kept: three tables and the bucket for large bodies. Grants name exactly what a caller does. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import {
  BODY_PREFIXES,
  CONFIG_INDEXES,
  LOG_INDEXES,
  MAX_DELIVER_AHEAD_DAYS,
  TABLE_KEYS,
} from '../lambdas/contract/schema.ts';
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';

/** What a function may do to a table: the last part of a DynamoDB action. */
export type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** Bodies outlive the rows that name them: rows expire up to two days late. */
const BODY_GRACE_DAYS = 3;

export class Storage extends Construct {
  readonly config: dynamodb.TableV2;
  readonly log: dynamodb.TableV2;
  readonly state: dynamodb.TableV2;
  readonly bodies: s3.Bucket;
  readonly #retentionDays: number;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#retentionDays = settings.retentionDays;
    const byOwner = CONFIG_INDEXES.byOwner;
    const backlog = LOG_INDEXES.backlog;
    this.config = this.#table('Config', settings, [
      { ...keys(byOwner.partition, byOwner.sort), indexName: byOwner.name },
    ]);
    this.log = this.#table('Log', settings, [
      {
        ...keys(backlog.partition, backlog.sort),
        indexName: backlog.name,
        // All a delivery task needs, so that a drain reads no rows: every projected byte is written and billed twice.
        projectionType: dynamodb.ProjectionType.INCLUDE,
        nonKeyAttributes: ['prj', 'owner', 'type'],
      },
    ]);
    this.state = this.#table('State', settings, []);
    this.bodies = this.#bucket(settings);
  }

  /** Projects, endpoints, subscriptions and keys. */
  grantConfig(fn: LambdaFunction, actions: readonly TableAction[]): void {
    this.#grantTable(fn, this.config, actions);
    fn.provide({ [ENV.configTable]: this.config.tableName });
  }

  /** Finding endpoints by their owner. */
  grantConfigByOwner(fn: LambdaFunction): void {
    fn.allow(['dynamodb:Query'], [`${this.config.tableArn}/index/${CONFIG_INDEXES.byOwner.name}`]);
  }

  /** Events, deliveries, attempts and rejected requests. Comes with the retention: writers say when a row expires. */
  grantLog(fn: LambdaFunction, actions: readonly TableAction[]): void {
    this.#grantTable(fn, this.log, actions);
    this.#provideLog(fn);
  }

  /** Finding the deliveries of an endpoint that wait, by due time. */
  grantBacklog(fn: LambdaFunction): void {
    fn.allow(['dynamodb:Query'], [`${this.log.tableArn}/index/${LOG_INDEXES.backlog.name}`]);
    this.#provideLog(fn);
  }

  /** Idempotency claims, noted wakes, drain marks. */
  grantState(fn: LambdaFunction, actions: readonly TableAction[]): void {
    this.#grantTable(fn, this.state, actions);
    fn.provide({ [ENV.stateTable]: this.state.tableName });
  }

  grantReadBodies(fn: LambdaFunction): void {
    this.#grantBodies(fn, 's3:GetObject');
  }

  grantWriteBodies(fn: LambdaFunction): void {
    this.#grantBodies(fn, 's3:PutObject');
  }

  #provideLog(fn: LambdaFunction): void {
    fn.provide({ [ENV.logTable]: this.log.tableName, [ENV.retentionDays]: String(this.#retentionDays) });
  }

  /** Indexes are granted apart, so that a function which only writes can't read through them. */
  #grantTable(fn: LambdaFunction, table: dynamodb.TableV2, actions: readonly TableAction[]): void {
    fn.allow(
      actions.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
  }

  #grantBodies(fn: LambdaFunction, action: string): void {
    fn.allow([action], [this.bodies.arnForObjects('*')]);
    const bucketId = Stack.of(this).getLogicalId(this.bodies.node.defaultChild as s3.CfnBucket);
    acknowledgeWildcard(
      fn,
      `<${bucketId}.Arn>/*`,
      'Bodies are keyed by project and event, known only when they are written; the bucket holds nothing else.',
    );
    fn.provide({ [ENV.bodyBucket]: this.bodies.bucketName });
  }

  #table(
    id: string,
    settings: Settings,
    globalSecondaryIndexes: dynamodb.GlobalSecondaryIndexPropsV2[],
  ): dynamodb.TableV2 {
    return new dynamodb.TableV2(this, id, {
      ...keys(TABLE_KEYS.partition, TABLE_KEYS.sort),
      globalSecondaryIndexes,
      timeToLiveAttribute: TABLE_KEYS.ttl,
      billing: dynamodb.Billing.onDemand(),
      // A key of our own would cost a KMS call for each cold read and protect against nobody new.
      encryption: dynamodb.TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.production,
      removalPolicy: keepInProduction(settings),
    });
  }

  #bucket(settings: Settings): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bodies', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        {
          id: 'expire',
          prefix: BODY_PREFIXES.ordinary,
          expiration: Duration.days(settings.retentionDays + BODY_GRACE_DAYS),
        },
        {
          id: 'expire-later',
          prefix: BODY_PREFIXES.later,
          expiration: Duration.days(MAX_DELIVER_AHEAD_DAYS + settings.retentionDays + BODY_GRACE_DAYS),
        },
        { id: 'abort', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: keepInProduction(settings),
    });
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'Only our functions read and write bodies, and each access is an attempt or a request in our own log; a second log of the same would cost more than the bodies.',
    );
    return bucket;
  }
}

/** What a deleted stack leaves behind: everything that customers would miss. */
export function keepInProduction(settings: Settings): RemovalPolicy {
  return settings.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

function keys(partition: string, sort: string) {
  return {
    partitionKey: { name: partition, type: dynamodb.AttributeType.STRING },
    sortKey: { name: sort, type: dynamodb.AttributeType.STRING },
  };
}
