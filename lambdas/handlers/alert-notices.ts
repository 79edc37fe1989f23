/** What the functions that change an endpoint's fate share: giving notice to the alert function. */
import { dynamoAlerts } from '../adapters/dynamodb/alerts.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { dynamoWakeLedger } from '../adapters/dynamodb/wakes.ts';
import { sqsAlertQueue } from '../adapters/sqs/alerts.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { type AlertNotices, createAlertNotices } from '../flow/alerts/alert-notices.ts';
import type { Log } from '../ports/log.ts';
import type { queues } from './clients.ts';

export function alertNotices(of: {
  readonly log: Log;
  readonly state: Table;
  readonly queue: ReturnType<typeof queues>;
}): AlertNotices {
  return createAlertNotices({
    clock,
    log: of.log,
    alerts: dynamoAlerts(of.state),
    reviews: dynamoWakeLedger(of.state, 'review'),
    alertQueue: sqsAlertQueue(of.queue(ENV.alertQueueUrl)),
  });
}
