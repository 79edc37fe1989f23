/** Webhooks of third parties. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { dynamoSourceReader } from '../adapters/dynamodb/sources.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { createHttpCaller } from '../adapters/http/caller.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { sqsDeliveryQueue, sqsFanoutQueue } from '../adapters/sqs/queues.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { createCachedSources } from '../flow/inbound/cached-sources.ts';
import { createCallAllowance } from '../flow/inbound/call-allowance.ts';
import { receive } from '../flow/inbound/receive.ts';
import { createVerificationKeys } from '../flow/inbound/verification-keys.ts';
import { createMatcher } from '../flow/publish/match.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import { answerCall, type DoorEvent, readCall } from '../middleware/received-call.ts';
import { queues, tables } from './clients.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';

const logger = new Logger({ serviceName: 'inbound' });
const log = powertoolsLog(logger);
const table = tables();
const queue = queues();
const base = requireEnv(ENV.inboundUrl);
const http = createHttpCaller({ own: { hosts: [new URL(base).host], addresses: [] } });

const deps = {
  clock,
  random: systemRandom,
  log,
  http,
  region: requireEnv('AWS_REGION'),
  sources: createCachedSources(
    { ...dynamoSourceReader(table.config()), ...dynamoProjects(table.config()) },
    clock,
  ),
  keys: createVerificationKeys({ clock, http, log }),
  allowance: createCallAllowance(log),
  requests: dynamoRequestWriter(table.log()),
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
};

export const handler = middy(async (event: DoorEvent) => {
  const { sourceId, ...call } = readCall(event, base);
  return answerCall(await receive(deps, sourceId, call));
}).use(injectLambdaContext(logger));
