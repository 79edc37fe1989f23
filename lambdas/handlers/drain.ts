/** Wake queue: sends what is due in an endpoint's backlog to the delivery queue. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoBacklog } from '../adapters/dynamodb/backlog.ts';
import { dynamoEndpointReader } from '../adapters/dynamodb/endpoints.ts';
import { dynamoHealth } from '../adapters/dynamodb/health.ts';
import { dynamoDrainMarks, dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDeliveryQueue, sqsWakeQueue } from '../adapters/sqs/queues.ts';
import { sqsVisibility } from '../adapters/sqs/visibility.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { parseWakeTask } from '../contract/parse-task.ts';
import { drainBatch } from '../flow/waiting/drain.ts';
import { alertNotices } from './alert-notices.ts';
import { queues, tables } from './clients.ts';
import { receivesOf, sqsBatch } from './sqs-batch.ts';

const logger = new Logger({ serviceName: 'drain' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();

const deps = {
  clock: systemClock,
  random: systemRandom,
  log,
  endpoints: dynamoEndpointReader(table.config()),
  health: dynamoHealth(table.state()),
  backlog: dynamoBacklog(table.log()),
  marks: dynamoDrainMarks(table.state()),
  ledger: dynamoWakeLedger(table.state()),
  deliveryQueue: sqsDeliveryQueue(queue(ENV.deliveryQueueUrl)),
  wakeQueue: sqsWakeQueue(queue(ENV.wakeQueueUrl)),
  notices: alertNotices({ log, state: table.state(), queue }),
};

export const handler = middy(
  sqsBatch({
    visibility: sqsVisibility(queue(ENV.wakeQueueUrl)),
    log,
    read: (record) => {
      const task = parseWakeTask(record.body);
      return task && { id: record.messageId, task, receives: receivesOf(record) };
    },
    run: (messages) => drainBatch(deps, messages),
  }),
).use(injectLambdaContext(logger));
