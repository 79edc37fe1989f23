import type { AlertTask } from '../contract/tasks.ts';
import type { OperationalEvent } from '../domain/operational-event.ts';

export interface AlertQueue {
  /** All or error. */
  sendAlerts(tasks: readonly AlertTask[]): Promise<void>;
}

/** Takes events about the gateway's own doing, to be published like any other. Equal keys make one event. */
export interface OperationalEvents {
  /** All or error. */
  publishOwn(events: readonly OperationalEvent[]): Promise<void>;
}
