import type { DeliveryTask, FanoutTask, WakeTask } from '../contract/tasks.ts';

/** Sends are all or error: an error means some may have been sent, and the caller repeats the whole. */
export interface DeliveryQueue {
  /** In requests of ten; tasks of one endpoint share a message group, so that one slow endpoint is no other's problem. */
  sendDeliveries(tasks: readonly DeliveryTask[]): Promise<void>;
}

export interface DelayedDeliveryQueue {
  /** Each hidden for so long, a quarter of an hour at most: who comes before its time asks again. */
  sendLater(tasks: readonly { readonly task: DeliveryTask; readonly delayMs: number }[]): Promise<void>;
}

export interface FanoutQueue {
  sendFanouts(tasks: readonly FanoutTask[]): Promise<void>;
}

export interface WakeQueue {
  /** `delayMs`: not before then; a quarter of an hour at most. */
  sendWakes(tasks: readonly WakeTask[], delayMs?: number): Promise<void>;
}
