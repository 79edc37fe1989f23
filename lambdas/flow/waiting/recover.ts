/** A wake of an endpoint that is not well: one probe, or the next round of its slow start, or nothing yet. */
import type { WakeTask } from '../../contract/tasks.ts';
import { dueBy } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { type Circuit, PROBE_MARGIN_MS } from '../../domain/health/circuit.ts';
import { nextRound, releaseSlowly } from '../../domain/health/health.ts';
import { mayBegin, type Ramp, ROUND_MS } from '../../domain/health/ramp.ts';
import { intervalMs } from '../../domain/limits/rate.ts';
import type { Backlog, BacklogEntry } from '../../ports/delivery-log.ts';
import type { DeliveryQueue } from '../../ports/queues.ts';
import { changeHealth, type HealthDeps } from '../deliver/change-health.ts';
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
/** Longer than a drain may last. */
const EARLY_IN_ROUND_MS = 45_000;
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
      if (circuit.ramp !== undefined) return sendRound(deps, task, circuit.ramp, endpoint);
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
  const [oldest] = await oldestWaiting(deps, task, 1);
  // The next delivery that comes is the probe.
  if (oldest === undefined) return undefined;
  await deps.deliveryQueue.sendDeliveries([toTask(oldest)]);
  const inMs = endpoint.timeoutSeconds * 1000 + PROBE_MARGIN_MS + MARGIN_MS;
  return { task: withoutPlace(task), inMs };
}

/** Its last result makes the next wake; another comes when the round is over, should one of them never come. */
async function sendRound(
  deps: RecoverDeps,
  task: WakeTask,
  ramp: Ramp,
  endpoint: Endpoint,
): Promise<NextWake | undefined> {
  const now = deps.clock.now();
  if (!mayBegin(ramp, now)) return waitFor(task, ramp, now);
  const entries = await oldestWaiting(deps, task, Math.max(1, Math.min(ramp.width, mostInRound(endpoint))));
  // Before the round is written: whatever happens to us then, somebody looks after it.
  if (entries.length > 0) await deps.wakeQueue.sendWakes([recoveryOf(task)], ROUND_MS + MARGIN_MS);
  const known = await deps.health.get(task.endpoint);
  const begun = await changeHealth(deps, task, known, (health, at) => nextRound(health, entries.length, at));
  if (begun.changed) await deps.deliveryQueue.sendDeliveries(entries.map((entry) => toTask(entry, true)));
  return undefined;
}

/** More than its limits let go in a round's time would be sent again with the next, and take slots twice. */
function mostInRound({ rateLimit, maxInFlight, timeoutSeconds }: Endpoint): number {
  const byRate = rateLimit === undefined ? Number.POSITIVE_INFINITY : ROUND_MS / intervalMs(rateLimit);
  // Each place may be taken for the whole timeout.
  const inTurn = Math.floor(ROUND_MS / (timeoutSeconds * 1000));
  const byPlaces = maxInFlight === undefined ? Number.POSITIVE_INFINITY : maxInFlight * inTurn;
  return Math.floor(Math.min(byRate, byPlaces));
}

/** The wake that looks after a round may come a little before its end, as long as its beginning took to write. */
function waitFor(task: WakeTask, { from, round }: Ramp, now: number): NextWake | undefined {
  const inMs = (round === undefined ? from : round.until + MARGIN_MS) - now;
  const isNear = inMs < (round === undefined ? EARLY_MS : EARLY_IN_ROUND_MS);
  return isNear ? { task: withoutPlace(task), inMs } : undefined;
}

function recoveryOf({ project, endpoint }: WakeTask): WakeTask {
  return { v: 1, project, endpoint };
}

/**
 * Held ones in the order of their events, then due ones by due time. A probe that failed is due later, behind all that
 * are held: an event the receiver always refuses can't be every probe.
 */
async function oldestWaiting(
  deps: RecoverDeps,
  task: WakeTask,
  count: number,
): Promise<readonly BacklogEntry[]> {
  const { endpoint } = task;
  const held = await deps.backlog.held(endpoint, count);
  if (held.entries.length >= count) return held.entries;
  const due = await deps.backlog.due(endpoint, dueBy(task, deps.clock.now()), count - held.entries.length);
  return [...held.entries, ...due.entries];
}

function withoutPlace({ after: _, ...task }: WakeTask): WakeTask {
  return task;
}
