/** Watches every write of a delivery's record, and every request, for what must never happen between workers. */
import { type Delivery, hasEnded, type Lease } from '../../lambdas/domain/delivery/delivery.ts';
import { type DeliveryKey, deliveryId } from '../../lambdas/domain/ids.ts';
import type { History, SentRequest } from './history.ts';
import { judgeAttempts } from './judge-attempts.ts';
import { LONGEST_INVOCATION_MS } from './limits.ts';
import type { Process } from './process.ts';

export interface Claims {
  /** After a conditional write succeeded. */
  saved(delivery: Delivery, by: Process): void;
  /** The claim under which this process sends now. A claim is good for one request. */
  takenBy(process: Process, key: DeliveryKey): Lease | undefined;
  judgeDeparture(request: SentRequest): void;
}

/** `skewMs`: how far workers' clocks may be from ours. */
export function createClaims(history: History, now: () => number, skewMs = 0): Claims {
  const records = new Map<string, Delivery>();
  const firstSavedAt = new Map<string, number>();
  const unused = new Map<string, Lease>();
  const claimOf = (process: Process, key: DeliveryKey): string => `${process.name} ${deliveryId(key)}`;

  return {
    saved(delivery, by) {
      const id = deliveryId(delivery);
      const before = records.get(id);
      judgeTransition(history, before, delivery, by, now() + skewMs);
      judgeAttempts(history, before, delivery, by);
      records.set(id, delivery);
      if (!firstSavedAt.has(id)) firstSavedAt.set(id, now());
      const { state } = delivery;
      if (state.status === 'sending') unused.set(claimOf(by, delivery), state.lease);
      history.trace(() => `${id} is ${state.status}, version ${delivery.version}, saved by ${by.name}`);
    },

    takenBy(process, key) {
      const lease = unused.get(claimOf(process, key));
      unused.delete(claimOf(process, key));
      return lease;
    },

    judgeDeparture(request) {
      if (request.lease === undefined) {
        const since = firstSavedAt.get(deliveryId(request));
        if (since !== undefined && since < now() - LONGEST_INVOCATION_MS) {
          history.violate(
            'attempts keep to the schedule',
            `request ${request.number} left without a claim, long after its delivery was first recorded`,
          );
        }
        return;
      }
      for (const other of history.requestsOf(request)) {
        const isLive = other.endedAt === undefined && other.by.isAlive();
        if (isLive && other.lease !== undefined && other.lease.until > now() + skewMs) {
          history.violate(
            'one claimed attempt at a time',
            `request ${request.number} left while request ${other.number} was on its way under a live lease`,
          );
        }
      }
    },
  };
}

/** Which state may follow which. `now`: as the fastest clock shows it. */
function judgeTransition(
  history: History,
  before: Delivery | undefined,
  after: Delivery,
  by: Process,
  now: number,
): void {
  const id = deliveryId(after);
  const wrong = (what: string): void => history.violate('attempts keep to the schedule', `${id} ${what}`);
  if (before === undefined) return;
  if (hasEnded(before.state)) {
    const manual = by.kind === 'api' && after.state.status === 'waiting' && after.state.resend !== undefined;
    const same = after.state.status === before.state.status;
    const lateSuccess = after.state.status === 'succeeded';
    if (!manual && !same && !lateSuccess) {
      wrong(`went from ${before.state.status} to ${after.state.status} without a person's request`);
    }
    return;
  }
  if (after.state.status !== 'sending') return;
  if (before.state.status === 'waiting' && before.state.dueAt > now) {
    wrong(`was claimed ${before.state.dueAt - now} ms before it was due`);
  }
  const sameClaim = before.state.status === 'sending' && before.state.lease.token === after.state.lease.token;
  if (before.state.status === 'sending' && !sameClaim && before.state.lease.until > now) {
    history.violate('one claimed attempt at a time', `${id} was claimed under somebody's live lease`);
  }
}
