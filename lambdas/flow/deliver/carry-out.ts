/** Carries one planned task out: waits, writes, claims and sends; what came of it is told to the endpoint's health. */
import type { Delivery } from '../../domain/delivery/delivery.ts';
import { HELD_SECOND_LOOK_MS } from '../../domain/delivery/hold.ts';
import { isOurFault } from '../../domain/delivery/lost-attempt.ts';
import type { Plan } from '../../domain/delivery/plan.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Observation } from '../../domain/health/observation.ts';
import { NO_ALLOWANCE } from '../../domain/project.ts';
import { retryPolicyOf } from '../../domain/retry/policy.ts';
import { type AttemptDeps, attemptDelivery } from './attempt-delivery.ts';
import { type DeliveryMessage, type Disposition, DONE } from './disposition.ts';
import type { HealthWatch } from './health-watch.ts';
import { type AttemptOrder, leaseOf } from './record-attempt.ts';

/** The one delivery that finds out whether the endpoint is well again: claimed on its health, then on its record. */
export async function carryOutAsProbe(
  deps: AttemptDeps,
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

export async function carryOutWatched(
  deps: AttemptDeps,
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
  deps: AttemptDeps,
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
    case 'dead_letter':
      throw new Error('its workers died again and again; the delivery was given up');
    case 'put_off':
      return putOff(deps, plan.delivery);
    case 'claim': {
      // Before the claim: a fault while reading must not look like an attempt that left.
      const order = await call(deps, message, endpoint!, plan.delivery, plan.trigger, observe);
      // SQS may hand a message out twice: acknowledging one copy takes it from the worker of the other. From here on
      // the backlog knows of the claim, whatever becomes of message and worker.
      await deps.wakes.note(task.project, task.endpoint, leaseOf(order)!.until);
      return (await deps.deliveries.save(plan.delivery)) === 'conflict'
        ? 'conflict'
        : attemptDelivery(deps, order);
    }
    case 'send':
      return attemptDelivery(deps, await call(deps, message, endpoint!, delivery, plan.trigger, observe));
  }
}

async function putOff(deps: AttemptDeps, delivery: Delivery): Promise<Disposition | 'conflict'> {
  const { project, endpoint, state } = delivery;
  if (state.status === 'waiting') await deps.wakes.note(project, endpoint, state.dueAt);
  if ((await deps.deliveries.save(delivery)) === 'conflict') return 'conflict';
  if (state.status === 'waiting') await deps.wakes.arm(project, endpoint, state.dueAt);
  // Its message is looked at again, and ends in the dead letters.
  if (isOurFault(state)) return { do: 'again', inMs: 0 };
  return isReleasedByWake(delivery) ? { do: 'again', inMs: HELD_SECOND_LOOK_MS } : DONE;
}

/** Whoever listens looks at the backlog again and again, and finds what was held at any moment. */
function isReleasedByWake({ state }: Delivery): boolean {
  return state.status === 'held' && state.why !== 'awaiting_listener';
}

async function call(
  deps: AttemptDeps,
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
