/** SDK clients, made once per function from what the runtime gives: region, credentials, endpoints. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { ENV, type EnvName } from '../contract/env.ts';
import { requireEnv } from './require-env.ts';

/**
 * AWS answers in milliseconds. A connection that hangs must not eat the function's whole time: the SDK tries again on
 * another one, and what still fails is answered or returned as a fault of ours.
 */
export const CLIENT_CONFIG = { requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 } };

/** The tables this function may use; asking for one it was not given fails by name. */
export function tables() {
  const client = documentClient(new DynamoDBClient(CLIENT_CONFIG));
  return {
    config: () => ({ client, table: requireEnv(ENV.configTable) }),
    log: () => ({
      client,
      table: requireEnv(ENV.logTable),
      retentionDays: Number(requireEnv(ENV.retentionDays)),
    }),
    state: () => ({ client, table: requireEnv(ENV.stateTable) }),
  };
}

/** One client for all queues of this function. */
export function queues() {
  const client = new SQSClient(CLIENT_CONFIG);
  return (name: EnvName) => ({ client, queueUrl: requireEnv(name) });
}

export function schedules() {
  return {
    client: new SchedulerClient(CLIENT_CONFIG),
    group: requireEnv(ENV.wakeGroup),
    queueArn: requireEnv(ENV.wakeQueueArn),
    roleArn: requireEnv(ENV.wakeRoleArn),
  };
}
