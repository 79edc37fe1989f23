import type { DeliveryTask, FanoutTask, WakeTask } from '../../contract/tasks.ts';
import type { DelayedDeliveryQueue, DeliveryQueue, FanoutQueue, WakeQueue } from '../../ports/queues.ts';

export interface Queued<T> {
  readonly task: T;
  /** Tasks of one group share their turn at the consumers. */
  readonly group?: string;
  readonly delayMs?: number;
}

export interface MemoryQueues extends DeliveryQueue, DelayedDeliveryQueue, FanoutQueue, WakeQueue {
  /** What was sent and not taken, oldest first. */
  readonly deliveries: Queued<DeliveryTask>[];
  readonly fanouts: Queued<FanoutTask>[];
  readonly wakes: Queued<WakeTask>[];
}

/** Queues as arrays: a test or a simulation takes from them in whatever order it likes. */
export function memoryQueues(): MemoryQueues {
  const deliveries: Queued<DeliveryTask>[] = [];
  const fanouts: Queued<FanoutTask>[] = [];
  const wakes: Queued<WakeTask>[] = [];
  return {
    deliveries,
    fanouts,
    wakes,
    async sendDeliveries(tasks) {
      for (const task of tasks) deliveries.push({ task, group: task.endpoint });
    },
    async sendLater(delayed) {
      for (const { task, delayMs } of delayed) deliveries.push({ task, group: task.endpoint, delayMs });
    },
    async sendFanouts(tasks) {
      for (const task of tasks) fanouts.push({ task });
    },
    async sendWakes(tasks, delayMs) {
      for (const task of tasks) wakes.push({ task, ...(delayMs !== undefined && { delayMs }) });
    },
  };
}
