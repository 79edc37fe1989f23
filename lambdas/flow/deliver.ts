/** One batch of delivery tasks: read what is known, then each task is planned, sent and settled on its own. */
import type { Admission } from '../domain/circuit.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import type { Health } from '../domain/health.ts';
import { type Plan, planAttempt } from '../domain/plan.ts';
import { type CarryOutDeps, carryOutAsProbe, carryOutWatched } from './carry-out.ts';
import { type DeliveryMessage, type Disposition, DONE, faultBackoffMs } from './disposition.ts';
import { type HealthWatch, type HealthWatchDeps, watchHealth } from './health-watch.ts';
import { type KeepRateDeps, keepRates, type ReadyMessage } from './keep-rate.ts';
import type { KnownHealth } from './known-health.ts';

export interface DeliverDeps extends CarryOutDeps, HealthWatchDeps, KeepRateDeps {
  readonly knownHealth: KnownHealth;
}

/** Losing a conditional write this often in a row is not contention but a fault. */
const MAX_ROUNDS = 5;

/** Never throws: a fault of ours returns the message with a growing delay, and its batch mates are not touched. */
export async function deliverBatch(
  deps: DeliverDeps,
  messages: readonly DeliveryMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const known = await readAll(deps, messages);
  const watch = watchHealth(deps, known.health);
  const putOff = await keepLimits(deps, watch, messages, known);
  const entries = messages.map(async (message, index): Promise<[string, Disposition]> => {
    try {
      if (known.failed !== undefined) throw known.failed;
      const later = putOff.get(message.id);
      if (later !== undefined) return [message.id, later];
      return [
        message.id,
        await deliverOne(deps, watch, message, known.endpoints[index], known.deliveries[index]),
      ];
    } catch (cause) {
      const { event, endpoint } = message.task;
      deps.log.error('delivery.fault', { event, endpoint, receives: message.receives, cause: String(cause) });
      return [message.id, { do: 'again', inMs: faultBackoffMs(message.receives) }];
    }
  });
  const dispositions = new Map(await Promise.all(entries));
  await watch.record();
  return dispositions;
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
    task: { of: task, mayRepeat: task.mayRepeat === true, receives, firstReceivedAt },
    endpoint,
    delivery,
    admission,
    visibilityTimeoutMs: deps.visibilityTimeoutMs,
    leaseToken: Buffer.from(deps.random.bytes(9)).toString('base64url'),
  });
  return { admission, plan };
}

/**
 * What becomes of messages that a rate limit keeps from being sent now. A fault returns them: a limit is the
 * receiver's own, and nobody else's delivery waits for it. Probes go without: they are few.
 */
async function keepLimits(
  deps: DeliverDeps,
  watch: HealthWatch,
  messages: readonly DeliveryMessage[],
  known: Known,
): Promise<ReadonlyMap<string, Disposition>> {
  const ready = messages.flatMap((message, index): ReadyMessage[] => {
    const endpoint = known.endpoints[index];
    if (endpoint?.rateLimit === undefined) return [];
    const { admission, plan } = planNow(deps, watch, message, endpoint, known.deliveries[index]);
    return admission.go === 'send' && (plan.do === 'send' || plan.do === 'claim')
      ? [{ message, endpoint }]
      : [];
  });
  if (ready.length === 0) return new Map();
  try {
    return new Map([...(await keepRates(deps, ready))].map((id) => [id, DONE]));
  } catch (cause) {
    deps.log.error('rate.fault', { messages: ready.length, cause: String(cause) });
    return new Map(
      ready.map(({ message }) => [message.id, { do: 'again', inMs: faultBackoffMs(message.receives) }]),
    );
  }
}
