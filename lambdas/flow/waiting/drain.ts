/** A wake: everything due in an endpoint's backlog goes back to the delivery queue, oldest first, a page at a time. */
import type { WakeTask } from '../../contract/tasks.ts';
import { dueBy, isPremature, wakeMinute } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { paceOf } from '../../domain/limits/rate.ts';
import type { EndpointReader } from '../../ports/config.ts';
import type { Backlog } from '../../ports/delivery-log.ts';
import type { DeliveryQueue } from '../../ports/queues.ts';
import type { DrainMarks, WakeLedger } from '../../ports/wakes.ts';
import type { HealthDeps } from '../deliver/change-health.ts';
import { type Disposition, DONE, faultBackoffMs } from '../deliver/disposition.ts';
import { type NextWake, recover } from './recover.ts';
import { toMendedTask, toTask } from './released-task.ts';

const PAGE = 200;
/**
 * Deliveries before the mark are in the queue already. A run of marks this old is forgotten, so that one which
 * slipped in behind it is found; until then a slow endpoint's whole backlog is not sent again every minute.
 */
const MARK_RUN_MS = 600_000;

export interface DrainDeps extends HealthDeps {
  readonly endpoints: EndpointReader;
  readonly backlog: Backlog;
  readonly marks: DrainMarks;
  readonly ledger: Pick<WakeLedger, 'note' | 'settle'>;
  readonly deliveryQueue: DeliveryQueue;
}

type Pace = ReturnType<typeof paceOf>;

export interface WakeMessage {
  /** The queue's id of the message. */
  readonly id: string;
  readonly task: WakeTask;
  readonly receives: number;
}

/** Never throws: a fault of ours returns its own message, later each time. */
export async function drainBatch(
  deps: DrainDeps,
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
  const next = await drainSome(deps, task);
  if (next !== undefined) {
    await deps.wakeQueue.sendWakes([next.task], next.inMs);
  } else if (task.minute !== undefined) {
    const { project, endpoint, minute, recovery } = task;
    const wake = { project, endpoint, minute, ...(recovery && { recovery }) };
    if (!isPremature(wake, deps.clock.now())) await deps.ledger.settle(wake);
  }
}

async function drainSome(deps: DrainDeps, task: WakeTask): Promise<NextWake | undefined> {
  const [endpoint] = await deps.endpoints.endpoints(task.project, [task.endpoint]);
  // Whatever its circuit says: there they wait from then on, and recover with all others.
  if (task.mended !== undefined) return releaseMended(deps, task, task.mended, endpoint);
  // Deleted: everything goes, to be canceled. Not enabled: what is due is held from here on, and what is held stays so:
  // whoever enables it releases after that.
  if (task.release === true && endpoint !== undefined && endpoint.status !== 'enabled') return undefined;
  // A listener's endpoint has no health: nothing is sent to it, and what is released is only looked at.
  if (endpoint?.status === 'enabled' && endpoint.listener === undefined) {
    const recovering = await recover(deps, task, endpoint);
    if (recovering !== 'well') return recovering;
  }
  const pace = paceOf(endpoint?.status === 'enabled' ? endpoint.rateLimit : undefined, PAGE);
  return task.release === true ? releaseHeld(deps, task, pace, endpoint) : drainDue(deps, task, pace);
}

async function drainDue(deps: DrainDeps, task: WakeTask, pace: Pace): Promise<NextWake | undefined> {
  const now = deps.clock.now();
  const stored = await deps.marks.mark(task.endpoint);
  const mark = stored !== undefined && now - stored.since < MARK_RUN_MS ? stored : undefined;
  if (task.after === undefined && stored !== undefined) {
    // Somebody has to come when the mark is forgotten, and after a paced drain that died before its next page.
    const { since, resumesAt = 0 } = stored;
    if (mark !== undefined || resumesAt > now)
      await lookAt(deps, task, Math.max(since + MARK_RUN_MS, resumesAt));
    if (resumesAt > now) return undefined;
  }
  const page = await deps.backlog.due(
    task.endpoint,
    dueBy(task, now),
    pace.size,
    task.after ?? mark?.through,
  );
  await deps.deliveryQueue.sendDeliveries(page.entries.map((entry) => toTask(entry)));
  if (page.last !== undefined) {
    const resumesAt = page.next !== undefined && pace.pauseMs > 0 ? now + pace.pauseMs : undefined;
    await deps.marks.setMark(task.endpoint, {
      through: page.last,
      since: mark?.since ?? now,
      ...(resumesAt !== undefined && { resumesAt }),
    });
  }
  return page.next === undefined ? undefined : { task: { ...task, after: page.next }, inMs: pace.pauseMs };
}

async function lookAt(deps: DrainDeps, { project, endpoint }: WakeTask, at: number): Promise<void> {
  await deps.ledger.note({ project, endpoint, minute: wakeMinute(at, deps.clock.now()) });
}

/** Held deliveries have no due time; they go in the order of their events. Then what is due. */
async function releaseHeld(
  deps: DrainDeps,
  task: WakeTask,
  pace: Pace,
  endpoint: Endpoint | undefined,
): Promise<NextWake> {
  const page = await deps.backlog.held(task.endpoint, pace.size, task.after);
  await deps.deliveryQueue.sendDeliveries(page.entries.map((entry) => toTask(entry)));
  if (page.next !== undefined) return { task: { ...task, after: page.next }, inMs: pace.pauseMs };
  const { release: _, after: __, ...rest } = task;
  // Deleted: what waits for a subscription is canceled with the others.
  return { task: { ...rest, ...(endpoint === undefined && { mended: { at: deps.clock.now() } }) }, inMs: 0 };
}

/** What waited for a subscription to be changed is rewritten again, in the order of the events. */
async function releaseMended(
  deps: DrainDeps,
  task: WakeTask,
  { via, at }: NonNullable<WakeTask['mended']>,
  endpoint: Endpoint | undefined,
): Promise<NextWake | undefined> {
  const pace = paceOf(endpoint?.rateLimit, PAGE);
  const page = await deps.backlog.unsendable(task.endpoint, via, pace.size, task.after);
  await deps.deliveryQueue.sendDeliveries(page.entries.map((entry) => toMendedTask(entry, at)));
  if (page.next !== undefined) return { task: { ...task, after: page.next }, inMs: pace.pauseMs };
  const { mended: _, after: __, ...rest } = task;
  return endpoint === undefined ? { task: rest, inMs: 0 } : undefined;
}
