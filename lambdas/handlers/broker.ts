/** Messages of the queues, topics, buses and streams that the settings list. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDeliveryQueue, sqsFanoutQueue } from '../adapters/sqs/queues.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { readBatch } from '../domain/broker/batch.ts';
import { brokersIn } from '../domain/broker/broker.ts';
import { createMatcher } from '../flow/publish/match.ts';
import { takeFromBroker } from '../flow/publish/take-from-broker.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import { batchAnswer } from './batch-answer.ts';
import { queues, tables } from './clients.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';

const logger = new Logger({ serviceName: 'broker' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();
const brokers = brokersIn(requireEnv(ENV.brokers));

const deps = {
  clock,
  random: systemRandom,
  region: requireEnv('AWS_REGION'),
  log,
  projects: dynamoProjects(table.config()),
  matcher: createMatcher(dynamoRouting(table.config()), clock, log),
  events: { ...dynamoEvents(table.log()), ...dynamoEventWriter(table.log()) },
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

export const handler = middy(async (event: unknown) =>
  batchAnswer(await takeFromBroker(deps, readBatch(brokers, event))),
).use(injectLambdaContext(logger));
