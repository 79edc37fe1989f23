/** Rate limits of a batch: one reservation per endpoint, and what has a later slot goes back into the queue until then. */
import type { DeliveryTask } from '../../contract/tasks.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import {
  askAgainMs,
  beyondSlots,
  HORIZON_MS,
  intervalMs,
  type RateLimit,
  SOON_MS,
  slotsBelow,
} from '../../domain/limits/rate.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { DelayedDeliveryQueue } from '../../ports/queues.ts';
import type { RateMeter } from '../../ports/rate.ts';
import type { DeliveryMessage } from './disposition.ts';

export interface KeepRateDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly rates: RateMeter;
  readonly laterQueue: DelayedDeliveryQueue;
}

/** One that would be sent now, and the endpoint it goes to. */
export interface ReadyMessage {
  readonly message: DeliveryMessage;
  readonly endpoint: Endpoint;
  /** When its delivery's last attempt began, as far as recorded; absent: there was none. */
  readonly triedAt?: number;
}

/**
 * The ids of messages that were put off: a copy of each is in the queue, hidden until its slot. A copy that is handed
 * out for the first time has used no slot yet; handed out again it has, and asks for another. The queue's count of
 * that is approximate, so an attempt that is on record tells too.
 */
export async function keepRates(
  deps: KeepRateDeps,
  ready: readonly ReadyMessage[],
): Promise<ReadonlySet<string>> {
  const limited = ready.filter(({ endpoint }) => endpoint.rateLimit !== undefined);
  const byEndpoint = Map.groupBy(limited, ({ endpoint }) => endpoint.id);
  const putOff = await Promise.all(
    [...byEndpoint.values()].map((some) => keepRate(deps, some[0]!.endpoint.rateLimit!, some)),
  );
  return new Set(putOff.flat());
}

async function keepRate(
  deps: KeepRateDeps,
  limit: RateLimit,
  ready: readonly ReadyMessage[],
): Promise<readonly string[]> {
  const now = deps.clock.now();
  const beyond = beyondSlots(now + HORIZON_MS, intervalMs(limit));
  const asking = ready.filter((one) => slotOf(one, beyond) === undefined);
  const slots = await takeSlots(deps, limit, asking, now);
  const later = ready.flatMap((one) => {
    const { message } = one;
    const slot = slotOf(one, beyond) ?? slots[asking.indexOf(one)];
    return slot !== undefined && slot <= now + SOON_MS ? [] : [{ message, slot }];
  });
  await deps.laterQueue.sendLater(
    later.map(({ message, slot }) => {
      const { slot: _, ...task } = message.task;
      const delayed: DeliveryTask = slot === undefined ? task : { ...task, slot };
      return { task: delayed, delayMs: slot === undefined ? askAgainMs(deps.random.uniform()) : slot - now };
    }),
  );
  return later.map(({ message }) => message.id);
}

/** Of its own: not used yet, and of the limit as it is now. */
function slotOf({ message, triedAt }: ReadyMessage, beyond: number): number | undefined {
  const { slot } = message.task;
  if (slot === undefined || slot > beyond || message.receives > 1) return undefined;
  const isUsed = triedAt !== undefined && triedAt >= slot - SOON_MS;
  return isUsed ? undefined : slot;
}

async function takeSlots(
  deps: KeepRateDeps,
  limit: RateLimit,
  asking: readonly ReadyMessage[],
  now: number,
): Promise<readonly number[]> {
  if (asking.length === 0) return [];
  const interval = intervalMs(limit);
  const endpoint = asking[0]!.endpoint.id;
  const wanted = { endpoint, count: asking.length, intervalMs: interval, now, until: now + HORIZON_MS };
  const next = await deps.rates.take(wanted);
  return next === undefined ? [] : slotsBelow(next, asking.length, interval);
}
