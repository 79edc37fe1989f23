import type { Backlog } from '../../ports/delivery-log.ts';

/** How many deliveries of an endpoint wait. `more`: at least so many, and nobody counted on. */
export interface Waiting {
  readonly count: number;
  readonly more: boolean;
}

/** Held and due ones, counted on the backlog's index up to a limit. A delivery waiting in the queue is not among them. */
export async function countWaiting(
  backlog: Pick<Backlog, 'held' | 'due' | 'unsendable'>,
  endpoint: string,
  limit: number,
): Promise<Waiting> {
  const pages = await Promise.all([
    backlog.held(endpoint, limit),
    backlog.unsendable(endpoint, undefined, limit),
    backlog.due(endpoint, Number.MAX_SAFE_INTEGER, limit),
  ]);
  const count = pages.reduce((sum, { entries }) => sum + entries.length, 0);
  return {
    count: Math.min(count, limit),
    more: count > limit || pages.some(({ next }) => next !== undefined),
  };
}
