/** Every minute: finds wakes whose timer was lost, and endpoints whose alerts are to be looked at. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { sqsAlertQueue } from '../adapters/sqs/alerts.ts';
import { sqsWakeQueue } from '../adapters/sqs/queues.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { sweep } from '../flow/waiting/sweep.ts';
import { queues, tables } from './clients.ts';

const logger = new Logger({ serviceName: 'sweep' });
const state = tables().state();
const queue = queues();
const wakes = {
  clock: systemClock,
  ledger: dynamoWakeLedger(state),
  wakeQueue: sqsWakeQueue(queue(ENV.wakeQueueUrl)),
};
const reviews = {
  clock: systemClock,
  ledger: dynamoWakeLedger(state, 'review'),
  wakeQueue: { sendWakes: sqsAlertQueue(queue(ENV.alertQueueUrl)).sendAlerts },
};

export const handler = middy(async () => {
  const [swept] = await Promise.all([sweep(wakes), sweep(reviews)]);
  if (swept.found > 0) logger.warn('sweep.found', { ...swept });
  return swept;
}).use(injectLambdaContext(logger));
