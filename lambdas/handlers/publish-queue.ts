/** Publish queue: events by SQS, and the fan-outs of large ones. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoMatchChunks } from '../adapters/dynamodb/match-chunks.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDeliveryQueue, sqsFanoutQueue } from '../adapters/sqs/queues.ts';
import { sqsVisibility } from '../adapters/sqs/visibility.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { isLaterFanout } from '../contract/parse-task.ts';
import { takeIn } from '../flow/publish/intake-queue.ts';
import { createMatcher } from '../flow/publish/match.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import { queues, tables } from './clients.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';
import { receivesOf, sqsBatch } from './sqs-batch.ts';

const logger = new Logger({ serviceName: 'publish-queue' });
const log = powertoolsLog(logger);
const clock = systemClock;
const table = tables();
const queue = queues();
const routing = dynamoRouting(table.config());

const deps = {
  clock,
  random: systemRandom,
  region: requireEnv('AWS_REGION'),
  log,
  routing,
  matcher: createMatcher(routing, clock, log),
  projects: dynamoProjects(table.config()),
  events: { ...dynamoEvents(table.log()), ...dynamoEventWriter(table.log()) },
  chunks: dynamoMatchChunks(table.log()),
  requests: dynamoRequestWriter(table.log()),
  deliveries: { ...dynamoDeliveries(table.log()), ...dynamoDeliveryWriter(table.log()) },
  wakes: createWakeArmer({
    clock,
    log,
    ledger: dynamoWakeLedger(table.state()),
    timer: wakeTimer(),
  }),
  bodies: bodies(),
  idempotency: dynamoIdempotency(table.state()),
  deliveryQueue: sqsDeliveryQueue(queue(ENV.deliveryQueueUrl)),
  fanoutQueue: sqsFanoutQueue(queue(ENV.publishQueueUrl)),
};

export const handler = middy(
  sqsBatch({
    visibility: sqsVisibility(queue(ENV.publishQueueUrl)),
    log,
    read: (record) => {
      if (isLaterFanout(record.body)) return undefined;
      const sentAt = Number(record.attributes.SentTimestamp);
      return { id: record.messageId, body: record.body, receives: receivesOf(record), sentAt };
    },
    run: (messages) => takeIn(deps, messages),
  }),
).use(injectLambdaContext(logger));
