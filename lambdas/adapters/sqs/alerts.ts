import { queuedOwnEvent } from '../../contract/own-event.ts';
import type { AlertQueue, OperationalEvents } from '../../ports/alerts.ts';
import type { Queue } from './operations.ts';

export function sqsAlertQueue(queue: Queue): AlertQueue {
  return { sendAlerts: (tasks) => sendEach(queue, tasks) };
}

/** Through the publish queue, as anybody's events: what matches, stores and repeats is one thing for all of them. */
export function sqsOperationalEvents(publishQueue: Queue): OperationalEvents {
  return {
    publishOwn: (events) => sendEach(publishQueue, events.map(queuedOwnEvent)),
  };
}

/** There are few of them: alerts are rare. */
async function sendEach({ client, queueUrl }: Queue, messages: readonly object[]): Promise<void> {
  for (const message of messages) {
    await client.send({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) });
  }
}
