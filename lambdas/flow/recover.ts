/** A wake of an endpoint that is not well: one probe, or the next round of its slow start, or nothing yet. */
import type { WakeTask } from '../contract/tasks.ts';
import { type Circuit, PROBE_MARGIN_MS } from '../domain/circuit.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { nextRound, releaseSlowly } from '../domain/health.ts';
import { mayBegin, type Ramp, ROUND_MS } from '../domain/ramp.ts';
import type { Backlog, BacklogEntry } from '../ports/delivery-log.ts';
import type { DeliveryQueue } from '../ports/queues.ts';
import { changeHealth, type HealthDeps } from './change-health.ts';
import { toTask } from './released-task.ts';

export interface RecoverDeps extends HealthDeps {
  readonly backlog: Backlog;
  readonly deliveryQueue: DeliveryQueue;
}

/** The wake that goes on with this one's work. */
export interface NextWake {
  readonly task: WakeTask;
  readonly inMs: number;
}

/** A wake this much too early waits for its moment; the clocks of our machines differ less. */
const EARLY_MS = 5_000;
/** After a deadline that has to have passed. */
const MARGIN_MS = 1_000;
/** A backlog of a few needs no pace. */
const FEW = 10;

/** `well`: nothing stands in the way of an ordinary drain. Undefined: whoever changes its health next sends a wake. */
export async function recover(
  deps: RecoverDeps,
  task: WakeTask,
  endpoint: Endpoint,
): Promise<NextWake | undefined | 'well'> {
  const health = await deps.health.get(endpoint.id);
  const circuit: Circuit | undefined = health?.circuit;
  const now = deps.clock.now();
  const again = (at: number): NextWake => ({ task: withoutPlace(task), inMs: at - now });
  switch (circuit?.state) {
    case 'open':
      if (circuit.probeAt <= now) return sendProbe(deps, task, endpoint);
      return circuit.probeAt - now < EARLY_MS ? again(circuit.probeAt) : undefined;
    case 'half_open':
      // Its owner may die before it writes the result.
      return circuit.probe.until <= now
        ? sendProbe(deps, task, endpoint)
        : again(circuit.probe.until + MARGIN_MS);
    case 'closed':
      if (circuit.ramp !== undefined) return sendRound(deps, task, circuit.ramp);
  }
  if (task.release !== true || task.recovered === true || task.after !== undefined) return 'well';
  const held = await deps.backlog.held(endpoint.id, FEW + 1);
  if (held.entries.length <= FEW) return 'well';
  const released = await changeHealth(deps, task, health, releaseSlowly);
  // The wake that came of it begins the first round.
  return released.changed ? undefined : again(now);
}

/** Whichever worker gets it claims the probe. This wake stays near until that has an outcome. */
async function sendProbe(
  deps: RecoverDeps,
  task: WakeTask,
  endpoint: Endpoint,
): Promise<NextWake | undefined> {
  const [oldest] = await oldestWaiting(deps, endpoint.id, 1);
  // The next delivery that comes is the probe.
  if (oldest === undefined) return undefined;
  await deps.deliveryQueue.sendDeliveries([toTask(oldest)]);
  const inMs = endpoint.timeoutSeconds * 1000 + PROBE_MARGIN_MS + MARGIN_MS;
  return { task: withoutPlace(task), inMs };
}

/** Its last result makes the next wake; this one stays near for the case that one of them never comes. */
async function sendRound(deps: RecoverDeps, task: WakeTask, ramp: Ramp): Promise<NextWake | undefined> {
  const now = deps.clock.now();
  if (!mayBegin(ramp, now)) {
    const early = ramp.round === undefined && ramp.from - now < EARLY_MS;
    return early ? { task: withoutPlace(task), inMs: ramp.from - now } : undefined;
  }
  const entries = await oldestWaiting(deps, task.endpoint, ramp.width);
  const begun = await changeHealth(deps, task, await deps.health.get(task.endpoint), (health) =>
    nextRound(health, entries.length, now),
  );
  if (!begun.changed || entries.length === 0) return undefined;
  await deps.deliveryQueue.sendDeliveries(entries.map((entry) => toTask(entry, true)));
  return { task: withoutPlace(task), inMs: ROUND_MS + MARGIN_MS };
}

/**
 * Held ones in the order of their events, then due ones by due time. A probe that failed is due later, behind all that
 * are held: an event the receiver always refuses can't be every probe.
 */
async function oldestWaiting(
  deps: RecoverDeps,
  endpoint: string,
  count: number,
): Promise<readonly BacklogEntry[]> {
  const held = await deps.backlog.held(endpoint, count);
  if (held.entries.length >= count) return held.entries;
  const due = await deps.backlog.due(endpoint, deps.clock.now(), count - held.entries.length);
  return [...held.entries, ...due.entries];
}

function withoutPlace({ after: _, ...task }: WakeTask): WakeTask {
  return task;
}
