/** Delivery queue: sends to receivers. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEndpoints } from '../adapters/dynamodb/endpoints.ts';
import { dynamoEvents } from '../adapters/dynamodb/events.ts';
import { dynamoHealth } from '../adapters/dynamodb/health.ts';
import { dynamoInFlight } from '../adapters/dynamodb/in-flight.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRateMeter } from '../adapters/dynamodb/rate.ts';
import { dynamoResponses } from '../adapters/dynamodb/responses.ts';
import { dynamoSubscriptions } from '../adapters/dynamodb/subscriptions.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { createHttpCaller } from '../adapters/http/caller.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDelayedDeliveryQueue, sqsWakeQueue } from '../adapters/sqs/queues.ts';
import { sqsSource } from '../adapters/sqs/source.ts';
import { sqsVisibility } from '../adapters/sqs/visibility.ts';
import { stopwatch, systemClock } from '../adapters/system/clock.ts';
import { systemPatience } from '../adapters/system/patience.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { parseDeliveryTask } from '../contract/parse-task.ts';
import { createCachedConfig } from '../flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../flow/deliver/cached-subscriptions.ts';
import { deliverBatch } from '../flow/deliver/deliver.ts';
import { createKnownHealth } from '../flow/deliver/known-health.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import { alertNotices } from './alert-notices.ts';
import { queues, tables } from './clients.ts';
import { destinationSender } from './destinations.ts';
import { ownPlaces } from './own-places.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';
import { receivesOf, sqsBatch } from './sqs-batch.ts';
import { takingMore } from './take-more.ts';
import { transformer } from './transformer.ts';

const logger = new Logger({ serviceName: 'deliver' });
const log = powertoolsLog(logger);
const clock = systemClock;
const table = tables();
const endpoints = dynamoEndpoints(table.config());
const health = dynamoHealth(table.state());
const ledger = dynamoWakeLedger(table.state());
const queue = queues();

const deps = {
  clock,
  random: systemRandom,
  patience: systemPatience,
  log,
  endpoints,
  config: createCachedConfig({ ...endpoints, ...dynamoProjects(table.config()) }, clock),
  events: dynamoEvents(table.log()),
  bodies: bodies(),
  deliveries: { ...dynamoDeliveries(table.log()), ...dynamoDeliveryWriter(table.log()) },
  responses: dynamoResponses(table.log()),
  http: createHttpCaller({ own: ownPlaces() }),
  destinations: destinationSender(clock),
  rewriting: {
    subscriptions: createCachedSubscriptions(dynamoSubscriptions(table.config()), clock),
    transformer: transformer(),
  },
  health,
  rates: dynamoRateMeter(table.state()),
  inFlight: dynamoInFlight(table.state()),
  laterQueue: sqsDelayedDeliveryQueue(queue(ENV.deliveryQueueUrl)),
  knownHealth: createKnownHealth({ health, log }),
  ledger,
  wakeQueue: sqsWakeQueue(queue(ENV.wakeQueueUrl)),
  wakes: createWakeArmer({ clock, log, ledger, timer: wakeTimer() }),
  notices: alertNotices({ log, state: table.state(), queue }),
  visibilityTimeoutMs: Number(requireEnv(ENV.deliveryVisibilitySeconds)) * 1000,
};

const deliver = sqsBatch({
  visibility: sqsVisibility(queue(ENV.deliveryQueueUrl)),
  log,
  read: (record) => {
    const task = parseDeliveryTask(record.body);
    if (task === undefined) return undefined;
    const firstReceivedAt = Number(record.attributes.ApproximateFirstReceiveTimestamp);
    return { id: record.messageId, task, receives: receivesOf(record), firstReceivedAt };
  },
  run: (messages) => deliverBatch(deps, messages),
});

export const handler = middy(
  takingMore(deliver, { ...deps, stopwatch, source: sqsSource(queue(ENV.deliveryQueueUrl)) }),
).use(injectLambdaContext(logger));
