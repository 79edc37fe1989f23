/** POST /v1/events and /v1/events/batch. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { dynamoKeys } from '../adapters/dynamodb/api-keys.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDeliveryQueue, sqsFanoutQueue } from '../adapters/sqs/queues.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { publishUseCases } from '../flow/api/publish-events.ts';
import { createAuthenticator } from '../flow/authenticate.ts';
import { createMatcher } from '../flow/publish/match.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import { httpApi } from '../middleware/http-api.ts';
import { queues, tables } from './clients.ts';
import { keyLimiter } from './key-limiter.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';

const logger = new Logger({ serviceName: 'publish' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();

const useCases = publishUseCases({
  clock,
  random: systemRandom,
  region: requireEnv('AWS_REGION'),
  matcher: createMatcher(dynamoRouting(table.config()), clock, log),
  events: { ...dynamoEvents(table.log()), ...dynamoEventWriter(table.log()) },
  bodies: bodies(),
  deliveries: { ...dynamoDeliveries(table.log()), ...dynamoDeliveryWriter(table.log()) },
  wakes: createWakeArmer({
    clock,
    log,
    ledger: dynamoWakeLedger(table.state()),
    timer: wakeTimer(),
  }),
  idempotency: dynamoIdempotency(table.state()),
  deliveryQueue: sqsDeliveryQueue(queue(ENV.deliveryQueueUrl)),
  fanoutQueue: sqsFanoutQueue(queue(ENV.publishQueueUrl)),
});
const keys = dynamoKeys(table.config());
const authenticate = createAuthenticator({ keys, projects: dynamoProjects(table.config()), clock });

const limitKey = keyLimiter(table.state(), log);

export const handler = httpApi({ log, authenticate, limitKey, useCases }).use(injectLambdaContext(logger));
