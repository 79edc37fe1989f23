/** What publishing stands on, by whichever way the events come in. */
import { dynamoDeliveries, dynamoDeliveryWriter } from '../adapters/dynamodb/deliveries.ts';
import { dynamoEvents, dynamoEventWriter } from '../adapters/dynamodb/events.ts';
import { dynamoIdempotency } from '../adapters/dynamodb/idempotency.ts';
import { dynamoRouting } from '../adapters/dynamodb/routing.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { sqsDeliveryQueue, sqsFanoutQueue } from '../adapters/sqs/queues.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { systemRandom } from '../adapters/system/random.ts';
import { ENV } from '../contract/env.ts';
import { createMatcher } from '../flow/publish/match.ts';
import type { PublishDeps } from '../flow/publish/publish.ts';
import { createWakeArmer } from '../flow/waiting/arm-wake.ts';
import type { Log } from '../ports/log.ts';
import type { queues, tables } from './clients.ts';
import { bodies, wakeTimer } from './rare-clients.ts';
import { requireEnv } from './require-env.ts';

export function publishDeps(
  table: ReturnType<typeof tables>,
  queue: ReturnType<typeof queues>,
  log: Log,
): PublishDeps {
  return {
    clock,
    random: systemRandom,
    region: requireEnv('AWS_REGION'),
    matcher: createMatcher(dynamoRouting(table.config()), clock, log),
    events: { ...dynamoEvents(table.log()), ...dynamoEventWriter(table.log()) },
    bodies: bodies(),
    deliveries: { ...dynamoDeliveries(table.log()), ...dynamoDeliveryWriter(table.log()) },
    wakes: createWakeArmer({ clock, log, ledger: dynamoWakeLedger(table.state()), timer: wakeTimer() }),
    idempotency: dynamoIdempotency(table.state()),
    deliveryQueue: sqsDeliveryQueue(queue(ENV.deliveryQueueUrl)),
    fanoutQueue: sqsFanoutQueue(queue(ENV.publishQueueUrl)),
  };
}
