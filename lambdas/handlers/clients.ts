/** Clients of AWS, made once per function from what the runtime gives: region, credentials, endpoints. */
import { jsonDynamoClient } from '../adapters/dynamodb/json-client.ts';
import { jsonSqsClient } from '../adapters/sqs/operations.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { DYNAMODB, type JsonService, jsonClient, SQS } from '../aws/json-client.ts';
import { ENV, type EnvName } from '../contract/env.ts';
import { requireEnv } from './require-env.ts';

/**
 * AWS answers in milliseconds. A connection that hangs must not eat the function's whole time: the client tries again
 * on another one, and what still fails is answered or returned as a fault of ours.
 */
export const TIME_LIMITS = { connectMs: 1_000, requestMs: 5_000 };

/** The tables this function may use; asking for one it was not given fails by name. */
export function tables() {
  const client = jsonDynamoClient(callsOf(DYNAMODB));
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
  const client = jsonSqsClient(callsOf(SQS));
  return (name: EnvName) => ({ client, queueUrl: requireEnv(name) });
}

function callsOf(service: JsonService) {
  return jsonClient(service, {
    region: requireEnv('AWS_REGION'),
    ...TIME_LIMITS,
    hear: systemClock.hear,
  });
}
