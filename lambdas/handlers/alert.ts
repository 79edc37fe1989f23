/** Alert queue: tells owners of endpoints that fail, by mail, in chat channels and as operational events. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import middy from '@middy/core';
import { dynamoAlerts } from '../adapters/dynamodb/alerts.ts';
import { dynamoBacklog } from '../adapters/dynamodb/backlog.ts';
import { dynamoDeliveries } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEndpointReader } from '../adapters/dynamodb/endpoints.ts';
import { dynamoHealth } from '../adapters/dynamodb/health.ts';
import { dynamoMailStatus } from '../adapters/dynamodb/mail-status.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { dynamoWebhookStatus } from '../adapters/dynamodb/webhook-status.ts';
import { createHttpCaller } from '../adapters/http/caller.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sesMailer } from '../adapters/ses/mailer.ts';
import { sqsOperationalEvents } from '../adapters/sqs/alerts.ts';
import { sqsVisibility } from '../adapters/sqs/visibility.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { parseAlertTask } from '../contract/parse-task.ts';
import { reviewBatch } from '../flow/alerts/review-alerts.ts';
import { queues, tables } from './clients.ts';
import { ownPlaces } from './own-places.ts';
import { requireEnv } from './require-env.ts';
import { receivesOf, sqsBatch } from './sqs-batch.ts';

const logger = new Logger({ serviceName: 'alert' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();
const from = process.env[ENV.mailFrom] ?? '';

const deps = {
  clock: systemClock,
  random: systemRandom,
  log,
  endpoints: dynamoEndpointReader(table.config()),
  projects: dynamoProjects(table.config()),
  health: dynamoHealth(table.state()),
  deliveries: dynamoDeliveries(table.log()),
  backlog: dynamoBacklog(table.log()),
  alerts: dynamoAlerts(table.state()),
  reviews: dynamoWakeLedger(table.state(), 'review'),
  ownEvents: sqsOperationalEvents(queue(ENV.publishQueueUrl)),
  mailStatus: dynamoMailStatus(table.state()),
  http: createHttpCaller({ own: ownPlaces() }),
  webhookStatus: dynamoWebhookStatus(table.state()),
  ...(from !== '' && { mailer: sesMailer({ client: new SESv2Client({}), from }) }),
  endpointLink: requireEnv(ENV.endpointLink),
};

export const handler = middy(
  sqsBatch({
    visibility: sqsVisibility(queue(ENV.alertQueueUrl)),
    log,
    read: (record) => {
      const task = parseAlertTask(record.body);
      return task && { id: record.messageId, task, receives: receivesOf(record) };
    },
    run: (messages) => reviewBatch(deps, messages),
  }),
).use(injectLambdaContext(logger));
