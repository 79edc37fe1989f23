/** One batch of delivery tasks: read what is known, then each task is planned, sent and settled on its own. */
import type { Delivery } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { HELD_SECOND_LOOK_MS, type Plan, planAttempt } from '../domain/plan.ts';
import { NO_ALLOWANCE } from '../domain/project.ts';
import { type AttemptDeps, attemptDelivery, leaseOf } from './attempt-delivery.ts';
import type { CachedConfig } from './cached-config.ts';
import { type DeliveryMessage, type Disposition, DONE, faultBackoffMs } from './disposition.ts';

export interface DeliverDeps extends AttemptDeps {
  readonly config: CachedConfig;
}

/** Losing a conditional write this often in a row is not contention but a fault. */
const MAX_ROUNDS = 5;

/** Never throws: a fault of ours returns the message with a growing delay, and its batch mates are not touched. */
export async function deliverBatch(
  deps: DeliverDeps,
  messages: readonly DeliveryMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const known = await readAll(deps, messages);
  const entries = messages.map(async (message, index): Promise<[string, Disposition]> => {
    try {
      if (known.failed !== undefined) throw known.failed;
      return [message.id, await deliverOne(deps, message, known.endpoints[index], known.deliveries[index])];
    } catch (cause) {
      const { event, endpoint } = message.task;
      deps.log.error('delivery.fault', { event, endpoint, receives: message.receives, cause: String(cause) });
      return [message.id, { do: 'again', inMs: faultBackoffMs(message.receives) }];
    }
  });
  return new Map(await Promise.all(entries));
}

interface Known {
  readonly endpoints: readonly (Endpoint | undefined)[];
  readonly deliveries: readonly (Delivery | undefined)[];
  readonly failed?: unknown;
}

async function readAll(deps: DeliverDeps, messages: readonly DeliveryMessage[]): Promise<Known> {
  try {
    const [endpoints, deliveries] = await Promise.all([
      readEndpoints(deps, messages),
      deps.deliveries.getMany(messages.map(({ task }) => task)),
    ]);
    return { endpoints, deliveries };
  } catch (failed) {
    return { endpoints: [], deliveries: [], failed };
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
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  first: Delivery | undefined,
): Promise<Disposition> {
  const { task } = message;
  let delivery = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
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
      visibilityTimeoutMs: deps.visibilityTimeoutMs,
      leaseToken: Buffer.from(deps.random.bytes(9)).toString('base64url'),
    });
    const carried = await carryOut(deps, message, endpoint, delivery, plan);
    if (carried !== 'conflict') return carried;
    [delivery] = await deps.deliveries.getMany([task]);
  }
  throw new Error('lost every conditional write');
}

async function carryOut(
  deps: DeliverDeps,
  message: DeliveryMessage,
  endpoint: Endpoint | undefined,
  delivery: Delivery | undefined,
  plan: Plan,
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
      const order = await call(deps, message, endpoint!, plan.delivery, plan.trigger);
      // SQS may hand a message out twice: acknowledging one copy takes it from the worker of the other. From here on
      // the backlog knows of the claim, whatever becomes of message and worker.
      await deps.wakes.note(task.project, task.endpoint, leaseOf(order)!.until);
      return (await deps.deliveries.save(plan.delivery)) === 'conflict'
        ? 'conflict'
        : attemptDelivery(deps, order);
    }
    case 'send':
      return attemptDelivery(deps, await call(deps, message, endpoint!, delivery, plan.trigger));
  }
}

async function call(
  deps: DeliverDeps,
  message: DeliveryMessage,
  endpoint: Endpoint,
  delivery: Delivery | undefined,
  trigger: 'first' | 'retry' | 'manual',
) {
  const project = await deps.config.project(message.task.project);
  return { message, endpoint, delivery, trigger, allowance: project?.egress ?? NO_ALLOWANCE };
}
