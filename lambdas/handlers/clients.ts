/** SDK clients, made once per function from what the runtime gives: region, credentials, endpoints. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { ENV, type EnvName } from '../contract/env.ts';
import { RETENTION_DAYS } from '../domain/listing.ts';
import { requireEnv } from './require-env.ts';

/** The three tables this function may use; asking for one it was not given fails by name. */
export function tables() {
  const client = documentClient(new DynamoDBClient({}));
  const named = (name: EnvName) => ({ client, table: requireEnv(name), retentionDays: RETENTION_DAYS });
  return {
    config: () => named(ENV.configTable),
    log: () => named(ENV.logTable),
    state: () => named(ENV.stateTable),
  };
}

/** One client for all queues of this function. */
export function queues() {
  const client = new SQSClient({});
  return (name: EnvName) => ({ client, queueUrl: requireEnv(name) });
}

export function schedules() {
  return {
    client: new SchedulerClient({}),
    group: requireEnv(ENV.wakeGroup),
    queueArn: requireEnv(ENV.wakeQueueArn),
    roleArn: requireEnv(ENV.wakeRoleArn),
  };
}
