import type { DelayedDeliveryQueue, DeliveryQueue, FanoutQueue, WakeQueue } from '../../ports/queues.ts';
import type { Queue } from './operations.ts';
import { sendAll } from './send-all.ts';

/** Message groups on a standard queue ask for fairness, not order: an endpoint with many tasks waits behind itself. */
export function sqsDeliveryQueue(queue: Queue): DeliveryQueue {
  return { sendDeliveries: (tasks) => sendAll(queue, tasks, { groupOf: (task) => task.endpoint }) };
}

export function sqsDelayedDeliveryQueue(queue: Queue): DelayedDeliveryQueue {
  return {
    sendLater: (delayed) =>
      sendAll(queue, delayed, {
        bodyOf: ({ task }) => task,
        groupOf: ({ task }) => task.endpoint,
        delayOf: ({ delayMs }) => delayMs,
      }),
  };
}

export function sqsFanoutQueue(queue: Queue): FanoutQueue {
  return { sendFanouts: (tasks) => sendAll(queue, tasks) };
}

export function sqsWakeQueue(queue: Queue): WakeQueue {
  return { sendWakes: (tasks, delayMs) => sendAll(queue, tasks, { delayOf: () => delayMs }) };
}
