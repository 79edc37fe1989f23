/** Rate limits of a batch: one reservation per endpoint, and what has a later slot goes back into the queue until then. */
import type { DeliveryTask } from '../../contract/tasks.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import {
  askAgainMs,
  beyondSlots,
  HORIZON_MS,
  intervalMs,
  limitName,
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
  const name = limitName(limit);
  const given = (one: ReadyMessage) => slotOf(one, beyond, name);
  const asking = ready.filter((one) => given(one) === undefined);
  const slots = await takeSlots(deps, limit, asking, now);
  const later = ready.flatMap((one) => {
    const { id, task } = one.message;
    const old = given(one);
    const slot = old ?? slots[asking.indexOf(one)];
    if (slot !== undefined && slot <= now + SOON_MS) return [];
    return [{ id, slot, task: old === undefined ? withSlot(task, slot, name) : task }];
  });
  await deps.laterQueue.sendLater(
    later.map(({ task, slot }) => ({
      task,
      delayMs: slot === undefined ? askAgainMs(deps.random.uniform()) : slot - now,
    })),
  );
  return later.map(({ id }) => id);
}

function withSlot(before: DeliveryTask, slot: number | undefined, name: string): DeliveryTask {
  const { slot: _, slotOf: __, ...task } = before;
  return slot === undefined ? task : { ...task, slot, slotOf: name };
}

/** Of its own: not used yet, and of the limit as it is now. Code of before names no limit: its slots are another meter's. */
function slotOf({ message, triedAt }: ReadyMessage, beyond: number, name: string): number | undefined {
  const { slot, slotOf: giver } = message.task;
  if (slot === undefined || slot > beyond || giver !== name || message.receives > 1) return undefined;
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
  const endpoint = `${asking[0]!.endpoint.id}#${limitName(limit)}`;
  const wanted = { endpoint, count: asking.length, intervalMs: interval, now, until: now + HORIZON_MS };
  const next = await deps.rates.take(wanted);
  return next === undefined ? [] : slotsBelow(next, asking.length, interval);
}
