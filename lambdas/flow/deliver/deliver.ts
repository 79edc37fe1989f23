/** One batch of delivery tasks: read what is known, then each task is planned, sent and settled on its own. */

import type { Delivery } from '../../domain/delivery/delivery.ts';
import { type Plan, planAttempt } from '../../domain/delivery/plan.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Admission } from '../../domain/health/circuit.ts';
import type { Health } from '../../domain/health/health.ts';
import type { AttemptDeps } from './attempt-delivery.ts';
import { carryOutAsProbe, carryOutWatched } from './carry-out.ts';
import { type DeliveryMessage, type Disposition, faultBackoffMs } from './disposition.ts';
import { type HealthWatch, type HealthWatchDeps, watchHealth } from './health-watch.ts';
import type { Room } from './keep-in-flight.ts';
import { type KeepLimitsDeps, keepLimits, leaveRooms, putOffAll, type Wish } from './keep-limits.ts';
import type { KnownHealth } from './known-health.ts';

export type DeliverDeps = AttemptDeps &
  HealthWatchDeps &
  KeepLimitsDeps & {
    readonly knownHealth: KnownHealth;
  };

/** Losing a conditional write this often in a row is not contention but a fault. */
const MAX_ROUNDS = 5;
/** One that came to be sent only while others held all of its batch's places. */
const WITHOUT_ROOM_MS = 1_000;

/** Never throws: a fault of ours returns the message with a growing delay, and its batch mates are not touched. */
export async function deliverBatch(
  deps: DeliverDeps,
  messages: readonly DeliveryMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const known = await readAll(deps, messages);
  const watch = watchHealth(deps, known.health);
  const limits = await keepLimits(deps, wishesOf(deps, watch, messages, known));
  const late: DeliveryMessage[] = [];
  const entries = messages.map(async (message, index): Promise<[string, Disposition | undefined]> => {
    try {
      if (known.failed !== undefined) throw known.failed;
      const later = limits.putOff.get(message.id);
      if (later !== undefined) return [message.id, later];
      const send = (one: DeliveryMessage) =>
        deliverOne(deps, watch, one, known.endpoints[index], known.deliveries[index]);
      const sent = await inTurn(limits.rooms.get(message.id), message, send);
      if (sent === undefined) late.push(message);
      return [message.id, sent];
    } catch (cause) {
      const { event, endpoint } = message.task;
      deps.log.error('delivery.fault', { event, endpoint, receives: message.receives, cause: String(cause) });
      return [message.id, { do: 'again', inMs: faultBackoffMs(message.receives) }];
    }
  });
  const left = leaveRooms(limits, messages, entries);
  const dispositions = await Promise.all(entries);
  // Side by side: in a crowd of workers each may take seconds.
  await Promise.all([left, watch.record()]);
  const all = [...dispositions, ...(await putOffAll(deps, late))];
  return new Map(all.filter((entry): entry is [string, Disposition] => entry[1] !== undefined));
}

/** Undefined: no place in flight was free in time. */
async function inTurn(
  room: Room | undefined,
  message: DeliveryMessage,
  send: (message: DeliveryMessage) => Promise<Disposition>,
): Promise<Disposition | undefined> {
  return room === undefined ? send(message) : room.turn((startBy) => send({ ...message, startBy }));
}

interface Known {
  readonly endpoints: readonly (Endpoint | undefined)[];
  readonly deliveries: readonly (Delivery | undefined)[];
  readonly health: ReadonlyMap<string, Health>;
  readonly failed?: unknown;
}

async function readAll(deps: DeliverDeps, messages: readonly DeliveryMessage[]): Promise<Known> {
  try {
    const [endpoints, deliveries, health] = await Promise.all([
      readEndpoints(deps, messages),
      deps.deliveries.getMany(messages.map(({ task }) => task)),
      deps.knownHealth.of(messages.map(({ task }) => task.endpoint)),
    ]);
    return { endpoints, deliveries, health };
  } catch (failed) {
    return { endpoints: [], deliveries: [], health: new Map(), failed };
  }
}

async function readEndpoints(
  deps: DeliverDeps,
  messages: readonly DeliveryMessage[],
): Promise<readonly (Endpoint | undefined)[]> {
  const byProject = Map.groupBy(messages, ({ task }) => task.project);
  const found = await Promise.all(
    [...byProject].map(([project, some]) =>
      deps.config.endpoints(
        project,
        some.map(({ task }) => task.endpoint),
      ),
    ),
  );
  const all = new Map(found.flatMap((some) => [...some]));
  return messages.map(({ task }) => all.get(task.endpoint));
}

async function deliverOne(
  deps: DeliverDeps,
  watch: HealthWatch,
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  first: Delivery | undefined,
): Promise<Disposition> {
  let delivery = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { admission, plan } = planNow(deps, watch, message, endpoint, delivery);
    if (endpoint?.maxInFlight !== undefined && message.startBy === undefined && sends(plan)) {
      return { do: 'again', inMs: WITHOUT_ROOM_MS };
    }
    const carried =
      plan.do === 'claim' && admission.go === 'probe'
        ? await carryOutAsProbe(deps, watch, message, endpoint!, plan)
        : await carryOutWatched(deps, watch, message, endpoint, delivery, plan);
    if (carried !== 'conflict') return carried;
    [delivery] = await deps.deliveries.getMany([message.task]);
  }
  throw new Error('lost every conditional write');
}

function planNow(
  deps: DeliverDeps,
  watch: HealthWatch,
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  delivery: Delivery | undefined,
): { readonly admission: Admission; readonly plan: Plan } {
  const { task, receives, firstReceivedAt } = message;
  const admission = watch.admission(task.endpoint, task.paced === true);
  const plan = planAttempt({
    now: deps.clock.now(),
    task: {
      of: task,
      mayRepeat: task.mayRepeat === true,
      receives,
      firstReceivedAt,
      ...(task.mended !== undefined && { mended: task.mended }),
    },
    endpoint,
    delivery,
    admission,
    visibilityTimeoutMs: deps.visibilityTimeoutMs,
    leaseToken: Buffer.from(deps.random.bytes(9)).toString('base64url'),
    random: deps.random.uniform(),
  });
  return { admission, plan };
}

/** Those that would be sent now to an endpoint with a limit. */
function wishesOf(
  deps: DeliverDeps,
  watch: HealthWatch,
  messages: readonly DeliveryMessage[],
  known: Known,
): readonly Wish[] {
  return messages.flatMap((message, index): Wish[] => {
    const endpoint = known.endpoints[index];
    if (endpoint?.rateLimit === undefined && endpoint?.maxInFlight === undefined) return [];
    const { admission, plan } = planNow(deps, watch, message, endpoint, known.deliveries[index]);
    if (!sends(plan)) return [];
    const delivery = known.deliveries[index];
    const triedAt = delivery?.attempts.at(-1)?.startedAt;
    const isNew = plan.do === 'claim' && delivery === undefined;
    const lost = isNew && plan.delivery.attempts.length > 0 ? plan.delivery : undefined;
    const isProbe = admission.go === 'probe';
    return [{ message, endpoint, isProbe, ...(triedAt !== undefined && { triedAt }), ...(lost && { lost }) }];
  });
}

function sends(plan: Plan): boolean {
  return plan.do === 'send' || plan.do === 'claim';
}
