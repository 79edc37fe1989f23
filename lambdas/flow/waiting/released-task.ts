import type { DeliveryTask } from '../../contract/tasks.ts';
import type { BacklogEntry } from '../../ports/delivery-log.ts';

/** A delivery on its way from the backlog to the queue. `paced`: as part of a recovering endpoint's round. */
export function toTask(entry: BacklogEntry, paced = false): DeliveryTask {
  return { v: 1, ...entry, ...(paced && { paced }) };
}

/** One that waited for its subscription to be changed, which was at `mended`. */
export function toMendedTask(entry: BacklogEntry, mended: number): DeliveryTask {
  return { ...toTask(entry), mended };
}
