/** Whether the attempts in a delivery's record tell what happened, and the next one keeps its distance. */
import type { Attempt } from '../../lambdas/domain/delivery/attempt.ts';
import { countedAttempts, type Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import { deliveryId, idTimeMs } from '../../lambdas/domain/ids.ts';
import type { History, SentRequest } from './history.ts';
import { addressOf } from './http-model.ts';
import { INHERITED, type PolicyCase } from './policies.ts';
import type { Process } from './process.ts';

export function judgeAttempts(
  history: History,
  before: Delivery | undefined,
  after: Delivery,
  by: Process,
): void {
  const id = deliveryId(after);
  const earlier = before?.attempts ?? [];
  const records = (what: string): void =>
    history.violate('attempt records equal requests that left', `${id} ${what}`);
  if (after.attempts.some((attempt, index) => attempt.number !== index + 1)) {
    records(`has attempts numbered ${after.attempts.map(({ number }) => number).join(' ')}`);
  }
  if (earlier.some((attempt, index) => !isKept(attempt, after.attempts[index]))) {
    records('lost or changed an attempt');
  }
  const added = after.attempts.filter((attempt) => !earlier.includes(attempt));
  for (const attempt of added) {
    judgeNew(history, after, attempt);
    if (by.kind === 'deliver') judgeDelay(history, after, attempt);
  }
  judgeEnd(history, after);
  const most = policyOf(history, after).floors.length + 1;
  if (
    after.state.status === 'sending' &&
    !isSameClaim(before, after) &&
    countedAttempts(after.attempts) >= most + claimedBefore(after.attempts) &&
    after.state.lease.trigger !== 'manual'
  ) {
    history.violate('attempts keep to the schedule', `${id} is tried more than ${most} times`);
  }
}

/** A slow worker recorded its attempt while another's claim stands. */
function isSameClaim(before: Delivery | undefined, { state }: Delivery): boolean {
  if (before?.state.status !== 'sending' || state.status !== 'sending') return false;
  return before.state.lease.token === state.lease.token;
}

/** Claims whose outcome is lost stood when slow workers before them recorded theirs: each had its place in the schedule. */
function claimedBefore(attempts: readonly Attempt[]): number {
  return attempts.filter(({ outcome }) => outcome === 'unknown').length;
}

/** What was recorded stays, but for an unknown outcome that becomes known after all. */
function isKept(before: Attempt, after: Attempt | undefined): boolean {
  return before === after || (before.outcome === 'unknown' && before.startedAt <= (after?.startedAt ?? 0));
}

/** A record of known outcome is about one request that left, and says of it what the receiver did. */
function judgeNew(history: History, delivery: Delivery, attempt: Attempt): void {
  if (attempt.outcome === 'unknown') return;
  const id = `attempt ${attempt.number} of ${deliveryId(delivery)}`;
  const request = requestOf(history, attempt);
  if (request === undefined || request.event !== delivery.event || request.endpoint !== delivery.endpoint) {
    history.violate('attempt records equal requests that left', `${id} was never sent`);
    return;
  }
  const twice = delivery.attempts.some(
    (other) => other.number !== attempt.number && other.address === attempt.address,
  );
  if (twice) history.violate('attempt records equal requests that left', `${id} was recorded before`);
  if (attempt.outcome === 'succeeded' && !isSuccess(request)) {
    history.violate('no false success', `${id} succeeded, and was answered ${request.status ?? 'nothing'}`);
  }
  if (attempt.statusCode !== undefined && attempt.statusCode !== request.status) {
    history.violate('attempt records equal requests that left', `${id} has status ${attempt.statusCode}`);
  }
}

function judgeEnd(history: History, delivery: Delivery): void {
  if (delivery.state.status !== 'succeeded') return;
  const arrived = history.requestsOf(delivery).some(isSuccess);
  if (!arrived) history.violate('no false success', `${deliveryId(delivery)} was never answered 2xx`);
}

/** After a failure: the policy's lower bound, what the receiver asked for if that is longer, and what ends it. */
function judgeDelay(history: History, delivery: Delivery, last: Attempt): void {
  const { state } = delivery;
  if (state.status !== 'waiting' || last.outcome !== 'failed' || last.trigger === 'manual') return;
  const { floors, isRetried, maxAgeMs = Number.POSITIVE_INFINITY } = policyOf(history, delivery);
  const floorMs = (floors[countedAttempts(delivery.attempts) - 1] ?? Number.POSITIVE_INFINITY) * 1000;
  const askedMs = (last.statusCode !== undefined && requestOf(history, last)?.retryAfterMs) || 0;
  if (state.dueAt - delivery.updatedAt < Math.max(floorMs, askedMs)) {
    history.violate(
      'attempts keep to the schedule',
      `${deliveryId(delivery)} waits ${state.dueAt - delivery.updatedAt} ms after attempt ${last.number}`,
    );
  }
  if (last.statusCode !== undefined && !isRetried(last.statusCode)) {
    history.violate(
      'attempts keep to the schedule',
      `${deliveryId(delivery)} is tried again after ${last.statusCode}, which its policy excludes`,
    );
  }
  if (state.dueAt > Math.max(idTimeMs(delivery.event), delivery.deliverAt ?? 0) + maxAgeMs) {
    history.violate('attempts keep to the schedule', `${deliveryId(delivery)} waits beyond its maximum age`);
  }
}

function policyOf(history: History, delivery: Delivery): PolicyCase {
  return history.policies.get(delivery.endpoint) ?? INHERITED;
}

/** The address names the request by its number, from 1. */
function requestOf(history: History, attempt: Attempt): SentRequest | undefined {
  const request = history.requests[Number(attempt.address?.slice(addressOf({ number: 0 }).length - 1)) - 1];
  return request !== undefined && addressOf(request) === attempt.address ? request : undefined;
}

export function isSuccess(request: SentRequest): boolean {
  return request.status !== undefined && request.status >= 200 && request.status <= 299;
}
