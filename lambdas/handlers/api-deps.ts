/** What the api function's use cases stand on. */
import { dynamoBacklog } from '../adapters/dynamodb/backlog.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEndpoints } from '../adapters/dynamodb/endpoints.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoHealth } from '../adapters/dynamodb/health.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoMatchChunks } from '../adapters/dynamodb/match-chunks.ts';
import { dynamoRequests } from '../adapters/dynamodb/requests.ts';
import { dynamoResponses } from '../adapters/dynamodb/responses.ts';
import { dynamoSources } from '../adapters/dynamodb/sources.ts';
import { dynamoSubscriptions } from '../adapters/dynamodb/subscriptions.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { sqsDeliveryQueue, sqsWakeQueue } from '../adapters/sqs/queues.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { systemPatience } from '../adapters/system/patience.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import type { ApiDeps } from '../flow/api/use-cases.ts';
import type { Log } from '../ports/log.ts';
import { alertNotices } from './alert-notices.ts';
import { queues, type tables } from './clients.ts';
import { destinationAccess } from './destination-access.ts';
import { egressIps, ownPlaces } from './own-places.ts';
import { bodies } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';
import { roles } from './roles.ts';
import { transformer } from './transformer.ts';

export function apiDeps(table: ReturnType<typeof tables>, serviceLog: Log): ApiDeps {
  const queue = queues();
  const log = table.log();
  const deliveries = { ...dynamoDeliveries(log), ...dynamoDeliveryWriter(log) };
  return {
    clock: systemClock,
    random: systemRandom,
    patience: systemPatience,
    log: serviceLog,
    health: dynamoHealth(table.state()),
    region: requireEnv('AWS_REGION'),
    retentionDays: log.retentionDays,
    egressIps: egressIps(),
    own: ownPlaces(),
    destinationAccess: destinationAccess(),
    assumeRole: roles(),
    endpoints: dynamoEndpoints(table.config()),
    subscriptions: dynamoSubscriptions(table.config()),
    sources: dynamoSources(table.config()),
    inboundUrl: requireEnv(ENV.inboundUrl),
    events: { ...dynamoEvents(log), ...dynamoEventWriter(log) },
    chunks: dynamoMatchChunks(log),
    bodies: bodies(),
    deliveries,
    lister: deliveries,
    backlog: dynamoBacklog(log),
    responses: dynamoResponses(log),
    requests: dynamoRequests(log),
    ledger: dynamoWakeLedger(table.state()),
    idempotency: dynamoIdempotency(table.state()),
    deliveryQueue: sqsDeliveryQueue(queue(ENV.deliveryQueueUrl)),
    transformer: transformer(),
    wakeQueue: sqsWakeQueue(queue(ENV.wakeQueueUrl)),
    notices: alertNotices({ log: serviceLog, state: table.state(), queue }),
  };
}
