/** One attempt: load the event, sign, send, and have it recorded. */
import { MAX_RECEIVES } from '../../contract/functions.ts';
import { inlineEvent } from '../../contract/tasks.ts';
import { advance, blankDelivery, type Ended, resendOf } from '../../domain/delivery/delivery.ts';
import { releaseClaim } from '../../domain/delivery/due-again.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { CachedConfig } from './cached-config.ts';
import { type Disposition, DONE, faultBackoffMs } from './disposition.ts';
import { type LoadEventDeps, loadEvent } from './load-event.ts';
import { type AttemptOrder, leaseOf, type RecordAttemptDeps, recordAttempt } from './record-attempt.ts';
import { type Rewriting, type Rewritten, rewriteEvent } from './rewrite-event.ts';
import { type SendEventDeps, sendEvent } from './send-event.ts';

export interface AttemptDeps extends LoadEventDeps, SendEventDeps, RecordAttemptDeps {
  readonly config: CachedConfig;
  readonly rewriting: Rewriting;
}

export async function attemptDelivery(deps: AttemptDeps, order: AttemptOrder): Promise<Disposition> {
  const { message, endpoint } = order;
  const { task } = message;
  let rewritten: Rewritten | undefined;
  let goesOn: boolean;
  try {
    const event = inlineEvent(task) ?? (await loadEvent(deps, task.project, task.event));
    // A task out of the backlog doesn't know; its record does.
    const via = order.delivery?.via ?? task.via;
    rewritten = event && (await rewriteEvent(deps, event, endpoint, via));
    goesOn = await isEnabled(deps, endpoint);
  } catch (cause) {
    return returnUntried(deps, order, String(cause));
  }
  if (rewritten === undefined) return giveUp(deps, order, { status: 'failed', stopReason: 'event_expired' });
  if (rewritten.do === 'cancel') {
    return giveUp(deps, order, { status: 'canceled', stopReason: 'subscription_deleted' });
  }
  if (rewritten.do === 'hold') return recordAttempt(deps, order, deps.clock.now(), rewritten.result);
  if (!goesOn) return putBack(deps, order);
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
  return recordAttempt(deps, order, startedAt, result, outgoing.url);
}

/** Asked again right before the request: turns at an endpoint that takes few at once, and rewriting, may take seconds. */
async function isEnabled({ config }: AttemptDeps, { project, id }: Endpoint): Promise<boolean> {
  const fresh = await config.endpoints(project, [id]);
  return fresh.get(id)?.status === 'enabled';
}

/** Nothing left because of us. */
async function returnUntried(deps: AttemptDeps, order: AttemptOrder, detail: string): Promise<Disposition> {
  const { event, endpoint } = order.message.task;
  deps.log.error('attempt.our_fault', { event, endpoint, detail });
  return putBack(deps, order);
}

/** No attempt is used up, and the claim is given back, to be due when its message is back. */
async function putBack(deps: AttemptDeps, { message, delivery }: AttemptOrder): Promise<Disposition> {
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
