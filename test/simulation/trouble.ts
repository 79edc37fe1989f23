/** Which workers are excused for being late. */
import type { SentRequest } from './history.ts';
import { LONGEST_INVOCATION_MS } from './limits.ts';
import type { World } from './world.ts';

/** A call that took 20 s, or a worker whose reads fail: what comes late then is not the gateway's own delay. */
export function isTroubled(
  { history, time }: Pick<World, 'history' | 'time'>,
  by: Pick<SentRequest['by'], 'name'>,
): boolean {
  const fault = history.lastFault(by.name);
  return fault !== undefined && fault > time.now() - LONGEST_INVOCATION_MS;
}
