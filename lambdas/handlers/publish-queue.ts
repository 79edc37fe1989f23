/** Publish queue: events by SQS, and the fan-outs of large ones. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoMatchChunks } from '../adapters/dynamodb/match-chunks.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsVisibility } from '../adapters/sqs/visibility.ts';
import { ENV } from '../contract/env.ts';
import { isLaterFanout } from '../contract/parse-task.ts';
import { sqsAttributes } from '../domain/broker/queue-records.ts';
import { takeIn } from '../flow/publish/intake-queue.ts';
import { queues, tables } from './clients.ts';
import { publishDeps } from './publish-deps.ts';
import { receivesOf, sqsBatch } from './sqs-batch.ts';

const logger = new Logger({ serviceName: 'publish-queue' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();

const deps = {
  ...publishDeps(table, queue, log),
  log,
  routing: dynamoRouting(table.config()),
  projects: dynamoProjects(table.config()),
  chunks: dynamoMatchChunks(table.log()),
  requests: dynamoRequestWriter(table.log()),
};

export const handler = middy(
  sqsBatch({
    visibility: sqsVisibility(queue(ENV.publishQueueUrl)),
    log,
    read: (record) => {
      if (isLaterFanout(record.body)) return undefined;
      const sentAt = Number(record.attributes.SentTimestamp);
      const attributes = sqsAttributes(record);
      return { id: record.messageId, body: record.body, attributes, receives: receivesOf(record), sentAt };
    },
    run: (messages) => takeIn(deps, messages),
  }),
).use(injectLambdaContext(logger));
