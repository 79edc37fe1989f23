import type { Endpoint } from '../domain/endpoint.ts';
import type { WakeQueue } from '../ports/queues.ts';

/** Longer than the request that deletes can last: by then it has happened, or it never will. */
const AFTER_DELETION_MS = 60_000;

/** The endpoint takes deliveries again: what was held for it goes out, oldest first. */
export async function releaseEndpoint(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  await deps.wakeQueue.sendWakes([{ v: 1, project: endpoint.project, endpoint: endpoint.id, release: true }]);
}

/**
 * Before an endpoint is deleted: a minute later everything that waits for it is released, finds nowhere to go and is
 * canceled with that reason. Sent before, because nobody could repeat what came after.
 */
export async function cancelWaiting(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  const wake = { v: 1, project: endpoint.project, endpoint: endpoint.id, release: true } as const;
  await deps.wakeQueue.sendWakes([wake], AFTER_DELETION_MS);
}
