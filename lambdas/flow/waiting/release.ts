import type { WakeTask } from '../../contract/tasks.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { WakeQueue } from '../../ports/queues.ts';

/** Longer than the request that deletes or enables can last: by then it has happened, or it never will. */
const AFTER_REQUEST_MS = 60_000;

/** The endpoint takes deliveries again: what was held for it goes out, oldest first. */
export async function releaseEndpoint(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  await deps.wakeQueue.sendWakes([releaseOf(endpoint)]);
}

/**
 * Before an endpoint is deleted: a minute later everything that waits for it is released, finds nowhere to go and is
 * canceled with that reason. Sent before, because nobody could repeat what came after.
 */
export async function cancelWaiting(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  await deps.wakeQueue.sendWakes([releaseOf(endpoint)], AFTER_REQUEST_MS);
}

/**
 * Before an endpoint is enabled, should we stop right after that. Where all goes well, this release comes when the prompt
 * one has done its work; where nothing was enabled, it finds that and does nothing.
 */
export async function releaseLater(
  deps: { readonly wakeQueue: WakeQueue },
  endpoint: Endpoint,
): Promise<void> {
  await deps.wakeQueue.sendWakes([releaseOf(endpoint)], AFTER_REQUEST_MS);
}

/** By the first every worker has seen the change; by the second what was held meanwhile is in the backlog's index. */
const AFTER_CHANGE_MS = [5_000, 60_000] as const;

/** A subscription was changed, or is about to be deleted: what its rewriting held is rewritten again, or canceled. */
export async function releaseUnsendable(
  deps: { readonly wakeQueue: WakeQueue },
  { id, project, endpoint, updatedAt }: Subscription,
): Promise<void> {
  const wake = { v: 1, project, endpoint, mended: { via: id, at: updatedAt } } as const;
  for (const delayMs of AFTER_CHANGE_MS) await deps.wakeQueue.sendWakes([wake], delayMs);
}

function releaseOf({ project, id }: Endpoint): WakeTask {
  return { v: 1, project, endpoint: id, release: true };
}
