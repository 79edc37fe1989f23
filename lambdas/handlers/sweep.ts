/** Every minute: finds wakes whose timer was lost. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { sqsWakeQueue } from '../adapters/sqs/queues.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { sweep } from '../flow/sweep.ts';
import { queues, tables } from './clients.ts';

const logger = new Logger({ serviceName: 'sweep' });
const deps = {
  clock: systemClock,
  ledger: dynamoWakeLedger(tables().state()),
  wakeQueue: sqsWakeQueue(queues()(ENV.wakeQueueUrl)),
};

export const handler = middy(async () => {
  const swept = await sweep(deps);
  if (swept.found > 0) logger.warn('sweep.found', { ...swept });
  return swept;
}).use(injectLambdaContext(logger));
