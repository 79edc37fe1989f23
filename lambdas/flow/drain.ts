/** A wake: everything due in an endpoint's backlog goes back to the delivery queue, oldest first, a page at a time. */
import type { DeliveryTask, WakeTask } from '../contract/tasks.ts';
import type { Clock } from '../ports/clock.ts';
import type { Backlog, BacklogEntry } from '../ports/delivery-log.ts';
import type { Log } from '../ports/log.ts';
import type { DeliveryQueue, WakeQueue } from '../ports/queues.ts';
import type { DrainMarks, WakeLedger } from '../ports/wakes.ts';
import { type Disposition, DONE, faultBackoffMs } from './disposition.ts';

const PAGE = 200;
/**
 * Deliveries before the mark are in the queue already. A run of marks this old is forgotten, so that one which
 * slipped in behind it is found; until then a slow endpoint's whole backlog is not sent again every minute.
 */
const MARK_RUN_MS = 600_000;

export interface DrainDeps {
  readonly clock: Clock;
  readonly backlog: Backlog;
  readonly marks: DrainMarks;
  readonly ledger: WakeLedger;
  readonly deliveryQueue: DeliveryQueue;
  readonly wakeQueue: WakeQueue;
}

export interface WakeMessage {
  /** The queue's id of the message. */
  readonly id: string;
  readonly task: WakeTask;
  readonly receives: number;
}

/** Never throws: a fault of ours returns its own message, later each time. */
export async function drainBatch(
  deps: DrainDeps & { readonly log: Log },
  messages: readonly WakeMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const drained = messages.map(async ({ id, task, receives }): Promise<[string, Disposition]> => {
    try {
      await drain(deps, task);
      return [id, DONE];
    } catch (cause) {
      deps.log.error('drain.fault', { endpoint: task.endpoint, receives, cause: String(cause) });
      return [id, { do: 'again', inMs: faultBackoffMs(receives) }];
    }
  });
  return new Map(await Promise.all(drained));
}

export async function drain(deps: DrainDeps, task: WakeTask): Promise<void> {
  const next = task.release === true ? await releaseHeld(deps, task) : await drainDue(deps, task);
  if (next !== undefined) {
    await deps.wakeQueue.sendWakes([next]);
  } else if (task.minute !== undefined) {
    await deps.ledger.settle({ project: task.project, endpoint: task.endpoint, minute: task.minute });
  }
}

async function drainDue(deps: DrainDeps, task: WakeTask): Promise<WakeTask | undefined> {
  const now = deps.clock.now();
  const stored = await deps.marks.mark(task.endpoint);
  const mark = stored !== undefined && now - stored.since < MARK_RUN_MS ? stored : undefined;
  const page = await deps.backlog.due(task.endpoint, now, PAGE, task.after ?? mark?.through);
  await deps.deliveryQueue.sendDeliveries(page.entries.map(toTask));
  if (page.last !== undefined) {
    await deps.marks.setMark(task.endpoint, { through: page.last, since: mark?.since ?? now });
  }
  return page.next === undefined ? undefined : { ...task, after: page.next };
}

/** Held deliveries have no due time; they go in the order of their events. Then what is due. */
async function releaseHeld(deps: DrainDeps, task: WakeTask): Promise<WakeTask | undefined> {
  const page = await deps.backlog.held(task.endpoint, PAGE, task.after);
  await deps.deliveryQueue.sendDeliveries(page.entries.map(toTask));
  if (page.next !== undefined) return { ...task, after: page.next };
  const { release: _, after: __, ...rest } = task;
  return rest;
}

function toTask(entry: BacklogEntry): DeliveryTask {
  return { v: 1, ...entry };
}
