/** Messages of the queues, topics, buses and streams that the settings list. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { ENV } from '../contract/env.ts';
import { readBatch } from '../domain/broker/batch.ts';
import { brokersIn } from '../domain/broker/broker.ts';
import { takeFromBroker } from '../flow/publish/take-from-broker.ts';
import { batchAnswer } from './batch-answer.ts';
import { queues, tables } from './clients.ts';
import { publishDeps } from './publish-deps.ts';
import { requireEnv } from './require-env.ts';

const logger = new Logger({ serviceName: 'broker' });
const log = powertoolsLog(logger);
const table = tables();
const brokers = brokersIn(requireEnv(ENV.brokers));

const deps = {
  ...publishDeps(table, queues(), log),
  log,
  projects: dynamoProjects(table.config()),
  requests: dynamoRequestWriter(table.log()),
};

export const handler = middy(async (event: unknown) =>
  batchAnswer(await takeFromBroker(deps, readBatch(brokers, event))),
).use(injectLambdaContext(logger));
