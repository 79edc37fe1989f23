import { queuedOwnEvent } from '../../contract/own-event.ts';
import type { AlertQueue, OperationalEvents } from '../../ports/alerts.ts';
import type { Queue } from './operations.ts';
import { sendAll } from './send-all.ts';

export function sqsAlertQueue(queue: Queue): AlertQueue {
  return { sendAlerts: (tasks) => sendAll(queue, tasks) };
}

/** Through the publish queue, as anybody's events: what matches, stores and repeats is one thing for all of them. */
export function sqsOperationalEvents(publishQueue: Queue): OperationalEvents {
  return {
    publishOwn: (events) => sendAll(publishQueue, events.map(queuedOwnEvent)),
  };
}
