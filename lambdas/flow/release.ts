import type { Endpoint } from '../domain/endpoint.ts';
import type { WakeQueue } from '../ports/queues.ts';

/** The endpoint takes deliveries again: what was held for it goes out, oldest first. */
export async function releaseEndpoint(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  await deps.wakeQueue.sendWakes([{ v: 1, project: endpoint.project, endpoint: endpoint.id, release: true }]);
}
