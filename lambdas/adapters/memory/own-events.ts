import type { AlertTask } from '../../contract/tasks.ts';
import type { OperationalEvent } from '../../domain/operational-event.ts';
import type { AlertQueue, OperationalEvents } from '../../ports/alerts.ts';

export interface MemoryOwnEvents extends OperationalEvents {
  /** Each key once. */
  readonly published: () => readonly OperationalEvent[];
}

export function memoryOwnEvents(): MemoryOwnEvents {
  const byKey = new Map<string, OperationalEvent>();
  return {
    published: () => [...byKey.values()],
    async publishOwn(events) {
      for (const event of events) if (!byKey.has(event.key)) byKey.set(event.key, event);
    },
  };
}

export interface MemoryAlertQueue extends AlertQueue {
  /** What was sent and not taken, oldest first. */
  readonly alerts: AlertTask[];
}

export function memoryAlertQueue(): MemoryAlertQueue {
  const alerts: AlertTask[] = [];
  return {
    alerts,
    async sendAlerts(tasks) {
      alerts.push(...tasks);
    },
  };
}
