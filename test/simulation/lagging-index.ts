/** The backlog's index. It follows the table a little later, as DynamoDB's secondary indexes do. */
import {
  backlogPosition,
  DUE_FLOOR,
  dueCeiling,
  HELD_CEILING,
  HELD_FLOOR,
  unsendableRange,
} from '../../lambdas/domain/delivery/backlog.ts';
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import { deliveryId } from '../../lambdas/domain/ids.ts';
import type { Backlog, BacklogPage } from '../../lambdas/ports/delivery-log.ts';
import type { QueueWorld } from './queue-model.ts';

export interface LaggingIndex extends Backlog {
  /** The table has a new version of this record; the index shows it later. */
  follow(delivery: Delivery): void;
}

interface Row {
  readonly delivery: Delivery;
  readonly position: string | undefined;
}

const USUAL_LAG_MS = 100;

export function createLaggingIndex({ time, dice, faults }: QueueWorld): LaggingIndex {
  /** By endpoint, then by delivery. */
  const rows = new Map<string, Map<string, Row>>();

  const between = (endpoint: string, floor: string, ceiling: string, limit: number): BacklogPage => {
    const found = [...(rows.get(endpoint)?.values() ?? [])]
      .flatMap(({ delivery, position }) => (position === undefined ? [] : [{ delivery, position }]))
      .filter(({ position }) => position > floor && position < ceiling)
      .sort((a, b) => (a.position < b.position ? -1 : 1));
    const page = found.slice(0, limit);
    const last = page.at(-1)?.position;
    return {
      entries: page.map(({ delivery: { project, event, endpoint, type, owner } }) => ({
        project,
        event,
        endpoint,
        type,
        ...(owner !== undefined && { owner }),
      })),
      ...(last !== undefined && { last }),
      ...(last !== undefined && found.length > limit && { next: last }),
    };
  };

  return {
    follow(delivery) {
      const id = deliveryId(delivery);
      const lag = dice.between(0, Math.max(USUAL_LAG_MS, faults.weather().indexLagMs));
      time.at(time.now() + lag, () => {
        const ofEndpoint = rows.get(delivery.endpoint) ?? new Map<string, Row>();
        rows.set(delivery.endpoint, ofEndpoint);
        if ((ofEndpoint.get(id)?.delivery.version ?? 0) > delivery.version) return;
        ofEndpoint.set(id, { delivery, position: backlogPosition(delivery) });
      });
    },
    due: async (endpoint, until, limit, after = DUE_FLOOR) =>
      between(endpoint, after, dueCeiling(until), limit),
    held: async (endpoint, limit, after = HELD_FLOOR) => between(endpoint, after, HELD_CEILING, limit),
    unsendable: async (endpoint, via, limit, after) => {
      const [floor, ceiling] = unsendableRange(via);
      return between(endpoint, after ?? floor, ceiling, limit);
    },
  };
}
