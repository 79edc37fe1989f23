import type { KeptResponse } from '../../domain/delivery/attempt.ts';
import {
  backlogPosition,
  DUE_FLOOR,
  dueCeiling,
  HELD_CEILING,
  HELD_FLOOR,
  unsendableRange,
} from '../../domain/delivery/backlog.ts';
import type { Delivery } from '../../domain/delivery/delivery.ts';
import { type DeliveryKey, deliveryId, idFloor } from '../../domain/ids.ts';
import type { DeliveryQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import { typeMatches } from '../../domain/type-matches.ts';
import type {
  Backlog,
  BacklogEntry,
  BacklogPage,
  DeliveryLister,
  DeliveryReader,
  DeliveryWriter,
  ResponseStore,
} from '../../ports/delivery-log.ts';

export type MemoryDeliveries = DeliveryReader &
  DeliveryWriter &
  ResponseStore &
  Backlog &
  DeliveryLister & {
    /** Everything stored: for tests that compare with what should be there. */
    readonly all: () => readonly Delivery[];
  };

/** Deliveries by event and endpoint, their responses, and the backlog they imply. */
export function memoryDeliveries(): MemoryDeliveries {
  const deliveries = new Map<string, Delivery>();
  const responses = new Map<string, KeptResponse>();

  const between = (endpoint: string, floor: string, ceiling: string, limit: number): BacklogPage => {
    const waiting = [...deliveries.values()]
      .filter((delivery) => delivery.endpoint === endpoint)
      .map((delivery) => ({ delivery, position: backlogPosition(delivery) ?? '' }))
      .filter(({ position }) => position > floor && position < ceiling)
      .sort((a, b) => (a.position < b.position ? -1 : 1));
    const taken = waiting.slice(0, limit);
    const last = taken.at(-1)?.position;
    return {
      entries: taken.map(({ delivery }) => toEntry(delivery)),
      ...(last !== undefined && { last }),
      ...(last !== undefined && waiting.length > limit && { next: last }),
    };
  };

  return {
    all: () => [...deliveries.values()],
    async getMany(keys) {
      return keys.map((key) => deliveries.get(deliveryId(key)));
    },
    async save(delivery) {
      const at = deliveryId(delivery);
      const previous = deliveries.get(at)?.version ?? 0;
      if (delivery.version !== previous + 1) return 'conflict';
      deliveries.set(at, delivery);
      return 'saved';
    },
    async putResponse(key, attempt, response) {
      responses.set(responseAt(key, attempt), response);
    },
    async getResponse(key, attempt) {
      return responses.get(responseAt(key, attempt));
    },
    async due(endpoint, until, limit, after = DUE_FLOOR) {
      return between(endpoint, after, dueCeiling(until), limit);
    },
    async held(endpoint, limit, after = HELD_FLOOR) {
      return between(endpoint, after, HELD_CEILING, limit);
    },
    async unsendable(endpoint, via, limit, after) {
      const [floor, ceiling] = unsendableRange(via);
      return between(endpoint, after ?? floor, ceiling, limit);
    },
    async pageOfEndpoint(query) {
      const inWindow = [...deliveries.values()].filter((delivery) => isLookedAt(delivery, query));
      inWindow.sort((a, b) => (a.event < b.event ? 1 : -1));
      return cutPage(inWindow, {
        ...query,
        id: (delivery) => delivery.event,
        wanted: (delivery) => isWanted(delivery, query),
      });
    },
  };
}

function responseAt(key: DeliveryKey, attempt: number): string {
  return `${deliveryId(key)}#${attempt}`;
}

function toEntry(delivery: Delivery): BacklogEntry {
  const { project, event, endpoint, type, owner } = delivery;
  return { project, event, endpoint, type, ...(owner !== undefined && { owner }) };
}

function isLookedAt(delivery: Delivery, query: DeliveryQuery): boolean {
  if (delivery.endpoint !== query.endpoint) return false;
  if (query.before !== undefined && delivery.event >= query.before) return false;
  return (
    delivery.event >= idFloor('evt', query.window.from) && delivery.event < idFloor('evt', query.window.to)
  );
}

function isWanted(delivery: Delivery, query: DeliveryQuery): boolean {
  if (delivery.project !== query.project) return false;
  if (query.statuses !== undefined && !query.statuses.includes(delivery.state.status)) return false;
  return query.types === undefined || query.types.some((pattern) => typeMatches(pattern, delivery.type));
}
