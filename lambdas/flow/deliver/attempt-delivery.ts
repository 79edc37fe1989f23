/** One attempt: load the event, sign, send, and write what happened. */
import { MAX_RECEIVES } from '../../contract/functions.ts';
import { inlineEvent } from '../../contract/tasks.ts';
import type { AttemptTrigger } from '../../domain/delivery/attempt.ts';
import {
  advance,
  blankDelivery,
  type Delivery,
  type Ended,
  type Lease,
  resendOf,
} from '../../domain/delivery/delivery.ts';
import { type HttpResult, judge } from '../../domain/delivery/outcome.ts';
import {
  releaseClaim,
  type Settlement,
  type Signal,
  settleAttempt,
  waitsInQueue,
} from '../../domain/delivery/settle.ts';
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
import { type DeliveryMessage, type Disposition, DONE, faultBackoffMs } from './disposition.ts';
import { type LoadEventDeps, loadEvent } from './load-event.ts';
import { type Rewriting, type Rewritten, rewriteEvent } from './rewrite-event.ts';
import { type SendEventDeps, sendEvent } from './send-event.ts';

export interface AttemptDeps extends LoadEventDeps, SendEventDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly responses: ResponseStore;
  readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'>;
  readonly rewriting: Rewriting;
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

export async function attemptDelivery(deps: AttemptDeps, order: AttemptOrder): Promise<Disposition> {
  const { message, endpoint } = order;
  const { task } = message;
  let rewritten: Rewritten | undefined;
  try {
    const event = inlineEvent(task) ?? (await loadEvent(deps, task.project, task.event));
    // A task out of the backlog doesn't know; its record does.
    const via = order.delivery?.via ?? task.via;
    rewritten = event && (await rewriteEvent(deps, event, endpoint, via));
  } catch (cause) {
    return returnUntried(deps, order, String(cause));
  }
  if (rewritten === undefined) return giveUp(deps, order, { status: 'failed', stopReason: 'event_expired' });
  if (rewritten.do === 'cancel') {
    return giveUp(deps, order, { status: 'canceled', stopReason: 'subscription_deleted' });
  }
  if (rewritten.do === 'hold') return conclude(deps, order, deps.clock.now(), rewritten.result);
  const { outgoing } = rewritten;
  const startedAt = deps.clock.now();
  const timeoutMs = endpoint.timeoutSeconds * 1000;
  const lease = leaseOf(order);
  if (lease !== undefined && startedAt + timeoutMs > lease.until) {
    // Whoever comes next would take the claim for lost while our request is on its way.
    return returnUntried(deps, order, 'the claim took so long to write that it could end during the call');
  }
  if (startedAt > (message.startBy ?? startedAt)) {
    return returnUntried(deps, order, "its place in flight could be somebody else's during the call");
  }
  const { allowance } = order;
  const result = await sendEvent(deps, { ...outgoing, endpoint, allowance, at: startedAt, timeoutMs });
  if (result.kind === 'our_fault') return returnUntried(deps, order, result.detail);
  return conclude(deps, order, startedAt, result, outgoing.url);
}

/** Writes what came of an attempt, and does what follows from it. */
async function conclude(
  deps: AttemptDeps,
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
function returnUnrecorded(deps: AttemptDeps, order: AttemptOrder, cause: unknown): Disposition {
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
  deps: AttemptDeps,
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
async function followUp(deps: AttemptDeps, order: AttemptOrder, settled: Settlement): Promise<void> {
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

async function actOn(deps: AttemptDeps, order: AttemptOrder, signal: Signal): Promise<void> {
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

async function quietly(deps: AttemptDeps, what: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    deps.log.warn(what, { cause: String(cause) });
  }
}

async function afterwards(deps: AttemptDeps, delivery: Delivery, receives: number): Promise<Disposition> {
  const { state } = delivery;
  if (state.status !== 'waiting') return DONE;
  const inMs = Math.max(0, state.dueAt - deps.clock.now());
  if (state.where === 'queue' || waitsInQueue(inMs, receives)) return { do: 'again', inMs };
  await deps.wakes.arm(delivery.project, delivery.endpoint, state.dueAt);
  return DONE;
}

/** Nothing left because of us: no attempt is used up, and the claim is given back, to be due when its message is back. */
async function returnUntried(deps: AttemptDeps, order: AttemptOrder, detail: string): Promise<Disposition> {
  const { message, delivery } = order;
  deps.log.error('attempt.our_fault', { event: message.task.event, endpoint: message.task.endpoint, detail });
  const inMs = faultBackoffMs(message.receives);
  if (delivery !== undefined) {
    const now = deps.clock.now();
    const isLast = message.receives >= MAX_RECEIVES;
    if (!isLast) await deps.wakes.note(delivery.project, delivery.endpoint, now + inMs);
    await deps.deliveries.save(releaseClaim(delivery, now, now + inMs, isLast ? 'queue' : 'backlog'));
  }
  return { do: 'again', inMs };
}

/** There is nothing to send any more: the event outlived its retention, or what would rewrite it is gone. */
async function giveUp(deps: AttemptDeps, order: AttemptOrder, end: Ended): Promise<Disposition> {
  const now = deps.clock.now();
  const ended = (order.delivery && resendOf(order.delivery.state)) ?? end;
  const before = order.delivery ?? blankDelivery(order.message.task, ended, now);
  await deps.deliveries.save(advance(before, ended, now));
  return DONE;
}
