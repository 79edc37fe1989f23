/** An event about the gateway itself, as the publish queue takes it. */
import type { OperationalEvent } from '../domain/operational-event.ts';

export interface QueuedOwnEvent {
  readonly project_id: string;
  readonly idempotency_key: string;
  readonly type: string;
  readonly owner_id?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function queuedOwnEvent({ project, owner, type, key, data }: OperationalEvent): QueuedOwnEvent {
  return {
    project_id: project,
    idempotency_key: key,
    type,
    ...(owner !== undefined && { owner_id: owner }),
    data,
  };
}
