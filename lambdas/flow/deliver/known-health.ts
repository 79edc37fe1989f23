/** Health as a worker reads it before a batch: an unreadable store stops nobody but endpoints known to be down. */
import type { Health } from '../../domain/health/health.ts';
import type { HealthReader } from '../../ports/health.ts';
import type { Log } from '../../ports/log.ts';

const MAX_REMEMBERED = 10_000;

export interface KnownHealth {
  /** By endpoint; those without a record are missing. Never throws. */
  of(endpoints: readonly string[]): Promise<ReadonlyMap<string, Health>>;
}

/** Remembers circuits that are not closed, for the time the store can't be read: delivering beats protecting, but for those. */
export function createKnownHealth(deps: {
  readonly health: Pick<HealthReader, 'getMany'>;
  readonly log: Log;
}): KnownHealth {
  const unwell = new Map<string, Health>();

  function remember(endpoint: string, health: Health | undefined): void {
    unwell.delete(endpoint);
    if (health === undefined || health.circuit.state === 'closed') return;
    unwell.set(endpoint, health);
    if (unwell.size > MAX_REMEMBERED) unwell.delete(unwell.keys().next().value!);
  }

  async function read(ids: readonly string[]): Promise<readonly (Health | undefined)[]> {
    try {
      const found = await deps.health.getMany(ids);
      for (const [index, id] of ids.entries()) remember(id, found[index]);
      return found;
    } catch (cause) {
      deps.log.warn('health.not_read', { endpoints: ids.length, cause: String(cause) });
      return ids.map((id) => unwell.get(id));
    }
  }

  return {
    async of(endpoints) {
      const ids = [...new Set(endpoints)];
      const found = await read(ids);
      return new Map(found.flatMap((health) => (health === undefined ? [] : [[health.endpoint, health]])));
    },
  };
}
