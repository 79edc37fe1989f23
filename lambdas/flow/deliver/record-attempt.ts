/** What follows once an attempt's result is known: it is written, what hangs on it is told, and its message gets its way. */
import type { AttemptTrigger } from '../../domain/delivery/attempt.ts';
import type { Delivery, Lease } from '../../domain/delivery/delivery.ts';
import { type HttpResult, judge } from '../../domain/delivery/outcome.ts';
import { type Settlement, type Signal, settleAttempt, waitsInQueue } from '../../domain/delivery/settle.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { type Observation, observationOf } from '../../domain/health/observation.ts';
import type { EgressAllowance } from '../../domain/project.ts';
import type { RetryPolicy } from '../../domain/retry/policy.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { EndpointStore } from '../../ports/config.ts';
import type { DeliveryReader, DeliveryWriter, ResponseStore } from '../../ports/delivery-log.ts';
import type { Log } from '../../ports/log.ts';
import { type AlertNotices, exhaustedOf } from '../alerts/alert-notices.ts';
import type { WakeArmer } from '../waiting/arm-wake.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import { type DeliveryMessage, type Disposition, DONE } from './disposition.ts';

export interface RecordAttemptDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly responses: ResponseStore;
  readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'>;
  readonly wakes: WakeArmer;
  readonly notices: AlertNotices;
  readonly log: Log;
  /** How long the queue hides a message it handed out. */
  readonly visibilityTimeoutMs: number;
}

export interface AttemptOrder {
  readonly message: DeliveryMessage;
  readonly endpoint: Endpoint;
  /** Our claim, or nothing for an unclaimed first attempt. */
  readonly delivery: Delivery | undefined;
  readonly trigger: AttemptTrigger;
  readonly allowance: EgressAllowance;
  readonly retry: RetryPolicy;
  /** Told what became of the request, once it left. */
  readonly observe: (seen: Observation) => void;
}

/** Two workers settling the same delivery each append once; more rounds than this is a fault. */
const MAX_SETTLE_ROUNDS = 5;

export async function recordAttempt(
  deps: RecordAttemptDeps,
  order: AttemptOrder,
  startedAt: number,
  result: Exclude<HttpResult, { kind: 'our_fault' }>,
  url = order.endpoint.url,
): Promise<Disposition> {
  order.observe(observationOf(judge(result, deps.clock.now())));
  let settled: Settlement;
  try {
    settled = await settle(deps, order, startedAt, result, url);
  } catch (cause) {
    return returnUnrecorded(deps, order, cause);
  }
  await followUp(deps, order, settled);
  return afterwards(deps, settled.delivery, order.message.receives);
}

/**
 * The request left and its result can't be written. A claim tells that by its lease. An unclaimed one is told by a
 * message that comes back only after a whole visibility timeout, as if its worker had died: the plan then records
 * an unknown outcome.
 */
function returnUnrecorded(deps: RecordAttemptDeps, order: AttemptOrder, cause: unknown): Disposition {
  if (order.delivery !== undefined) throw cause;
  const { event, endpoint } = order.message.task;
  deps.log.error('attempt.not_recorded', { event, endpoint, cause: String(cause) });
  return { do: 'again', inMs: deps.visibilityTimeoutMs };
}

/** Of the claim the order is carried out under; nothing for an unclaimed first attempt. */
export function leaseOf({ delivery }: AttemptOrder): Lease | undefined {
  return delivery?.state.status === 'sending' ? delivery.state.lease : undefined;
}

/** Writes the attempt's record, on top of whatever a concurrent worker wrote meanwhile. */
async function settle(
  deps: RecordAttemptDeps,
  order: AttemptOrder,
  startedAt: number,
  result: Exclude<HttpResult, { kind: 'our_fault' }>,
  url: string,
): Promise<Settlement> {
  const { message, endpoint, trigger } = order;
  let delivery = order.delivery;
  const lease = leaseOf(order);
  for (let round = 0; round < MAX_SETTLE_ROUNDS; round++) {
    const settlement = settleAttempt({
      now: deps.clock.now(),
      of: message.task,
      delivery,
      ...(lease !== undefined && { lease }),
      trigger,
      startedAt,
      url,
      result,
      receives: message.receives,
      retry: order.retry,
      random: deps.random.uniform(),
    });
    const { state } = settlement.delivery;
    if (state.status === 'waiting' && state.where === 'backlog') {
      await deps.wakes.note(message.task.project, endpoint.id, state.dueAt);
    }
    for (const signal of settlement.signals) {
      if (signal.kind !== 'delivery_exhausted') continue;
      await deps.notices.expectExhausted(message.task, exhaustedOf(message.task, signal.why));
    }
    if ((await deps.deliveries.save(settlement.delivery)) === 'saved') return settlement;
    [delivery] = await deps.deliveries.getMany([message.task]);
  }
  throw new Error('lost every conditional write after an attempt');
}

/** What may fail without harm, after the record stands. */
async function followUp(deps: RecordAttemptDeps, order: AttemptOrder, settled: Settlement): Promise<void> {
  const { event, endpoint } = order.message.task;
  const { attempt } = settled;
  deps.log.info('attempt', {
    event,
    endpoint,
    attempt: attempt.number,
    trigger: attempt.trigger,
    outcome: attempt.outcome,
    status: attempt.statusCode,
    error: attempt.error,
    ms: attempt.durationMs,
    delivery: settled.delivery.state.status,
  });
  if (settled.responseAside !== undefined) {
    // After the record, under the number it got there: before it, two workers could overwrite each other's.
    const { attempt: number, response } = settled.responseAside;
    await quietly(deps, 'response.not_kept', () =>
      deps.responses.putResponse(settled.delivery, number, response),
    );
  }
  for (const signal of settled.signals)
    await quietly(deps, 'signal.failed', () => actOn(deps, order, signal));
}

async function actOn(deps: RecordAttemptDeps, order: AttemptOrder, signal: Signal): Promise<void> {
  deps.log.warn(`signal.${signal.kind}`, { ...signal });
  const { task } = order.message;
  switch (signal.kind) {
    case 'delivery_exhausted':
      return deps.notices.tellExhausted(task, exhaustedOf(task, signal.why));
    case 'endpoint_gone': {
      const { id, project, url } = order.endpoint;
      return disableEndpoint(deps, { project, endpoint: id, url }, signal.asked ? 'asked' : 'gone');
    }
  }
}

async function quietly(deps: RecordAttemptDeps, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    deps.log.warn(what, { cause: String(cause) });
  }
}

async function afterwards(
  deps: RecordAttemptDeps,
  delivery: Delivery,
  receives: number,
): Promise<Disposition> {
  const { state } = delivery;
  if (state.status !== 'waiting') return DONE;
  const inMs = Math.max(0, state.dueAt - deps.clock.now());
  if (state.where === 'queue' || waitsInQueue(inMs, receives)) return { do: 'again', inMs };
  await deps.wakes.arm(delivery.project, delivery.endpoint, state.dueAt);
  return DONE;
}
