/** One batch of delivery tasks: read what is known, then each task is planned, sent and settled on its own. */
import type { Delivery } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import type { Health } from '../domain/health.ts';
import type { Observation } from '../domain/observation.ts';
import { HELD_SECOND_LOOK_MS, type Plan, planAttempt } from '../domain/plan.ts';
import { NO_ALLOWANCE } from '../domain/project.ts';
import { retryPolicyOf } from '../domain/retry-policy.ts';
import { type AttemptDeps, type AttemptOrder, attemptDelivery } from './attempt-delivery.ts';
import type { CachedConfig } from './cached-config.ts';
import { type DeliveryMessage, type Disposition, DONE, faultBackoffMs } from './disposition.ts';
import { type HealthWatch, type HealthWatchDeps, watchHealth } from './health-watch.ts';
import type { KnownHealth } from './known-health.ts';

export interface DeliverDeps extends AttemptDeps, HealthWatchDeps {
  readonly config: CachedConfig;
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
  const entries = messages.map(async (message, index): Promise<[string, Disposition]> => {
    try {
      if (known.failed !== undefined) throw known.failed;
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
  const { task } = message;
  let delivery = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const admission = watch.admission(task.endpoint, task.paced === true);
    const plan = planAttempt({
      now: deps.clock.now(),
      task: {
        of: task,
        mayRepeat: task.mayRepeat === true,
        receives: message.receives,
        firstReceivedAt: message.firstReceivedAt,
      },
      endpoint,
      delivery,
      admission,
      visibilityTimeoutMs: deps.visibilityTimeoutMs,
      leaseToken: Buffer.from(deps.random.bytes(9)).toString('base64url'),
    });
    const carried =
      plan.do === 'claim' && admission.go === 'probe'
        ? await carryOutAsProbe(deps, watch, message, endpoint!, plan)
        : await carryOutWatched(deps, watch, message, endpoint, delivery, plan);
    if (carried !== 'conflict') return carried;
    [delivery] = await deps.deliveries.getMany([task]);
  }
  throw new Error('lost every conditional write');
}

/** The one delivery that finds out whether the endpoint is well again: claimed on its health, then on its record. */
async function carryOutAsProbe(
  deps: DeliverDeps,
  watch: HealthWatch,
  message: DeliveryMessage,
  endpoint: Endpoint,
  plan: Extract<Plan, { do: 'claim' }>,
): Promise<Disposition | 'conflict'> {
  const token = plan.lease.token;
  if (!(await watch.claimProbe(message.task, token, endpoint.timeoutSeconds * 1000))) return 'conflict';
  let seen: Observation = { kind: 'nothing' };
  try {
    return await carryOut(deps, message, endpoint, undefined, plan, (one) => {
      seen = one;
    });
  } finally {
    await watch.settleProbe(message.task, token, seen);
  }
}

async function carryOutWatched(
  deps: DeliverDeps,
  watch: HealthWatch,
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  delivery: Delivery | undefined,
  plan: Plan,
): Promise<Disposition | 'conflict'> {
  const paced = message.task.paced === true;
  // It had ended, or somebody else has it: the round it belongs to need not wait for it.
  if (paced && (plan.do === 'drop' || plan.do === 'wait' || plan.do === 'rearm')) {
    watch.note(message.task, { kind: 'nothing', paced });
  }
  return carryOut(deps, message, endpoint, delivery, plan, (seen) => {
    watch.note(message.task, { ...seen, paced });
  });
}

async function carryOut(
  deps: DeliverDeps,
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  delivery: Delivery | undefined,
  plan: Plan,
  observe: AttemptOrder['observe'],
): Promise<Disposition | 'conflict'> {
  const { task } = message;
  switch (plan.do) {
    case 'drop':
      return DONE;
    case 'wait':
      return { do: 'again', inMs: plan.ms };
    case 'rearm':
      await deps.wakes.arm(task.project, task.endpoint, plan.dueAt);
      return DONE;
    case 'put_off':
      if ((await deps.deliveries.save(plan.delivery)) === 'conflict') return 'conflict';
      return plan.delivery.state.status === 'held' ? { do: 'again', inMs: HELD_SECOND_LOOK_MS } : DONE;
    case 'claim': {
      // Before the claim: a fault while reading must not look like an attempt that left.
      const order = await call(deps, message, endpoint!, plan.delivery, plan.trigger, observe);
      return (await deps.deliveries.save(plan.delivery)) === 'conflict'
        ? 'conflict'
        : attemptDelivery(deps, order);
    }
    case 'send':
      return attemptDelivery(deps, await call(deps, message, endpoint!, delivery, plan.trigger, observe));
  }
}

async function call(
  deps: DeliverDeps,
  message: DeliveryMessage,
  endpoint: Endpoint,
  delivery: Delivery | undefined,
  trigger: 'first' | 'retry' | 'manual',
  observe: AttemptOrder['observe'],
): Promise<AttemptOrder> {
  const project = await deps.config.project(message.task.project);
  const retry = retryPolicyOf(message.task.type, endpoint, project);
  return { message, endpoint, delivery, trigger, allowance: project?.egress ?? NO_ALLOWANCE, retry, observe };
}
