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
}

/**
 * The ids of messages that were put off: a copy of each is in the queue, hidden until its slot. A copy that is handed
 * out for the first time has used no slot yet; handed out again it has, and asks for another.
 */
export async function keepRates(
  deps: KeepRateDeps,
  ready: readonly ReadyMessage[],
): Promise<ReadonlySet<string>> {
  const limited = ready.filter(({ endpoint }) => endpoint.rateLimit !== undefined);
  const byEndpoint = Map.groupBy(limited, ({ endpoint }) => endpoint.id);
  const putOff = await Promise.all(
    [...byEndpoint.values()].map((some) =>
      keepRate(
        deps,
        some[0]!.endpoint.rateLimit!,
        some.map(({ message }) => message),
      ),
    ),
  );
  return new Set(putOff.flat());
}

async function keepRate(
  deps: KeepRateDeps,
  limit: RateLimit,
  messages: readonly DeliveryMessage[],
): Promise<readonly string[]> {
  const now = deps.clock.now();
  const beyond = beyondSlots(now + HORIZON_MS, intervalMs(limit));
  const given = (message: DeliveryMessage) => slotOf(message, beyond);
  const asking = messages.filter((message) => given(message) === undefined);
  const slots = await takeSlots(deps, limit, asking, now);
  const later = messages.flatMap((message) => {
    const slot = given(message) ?? slots[asking.indexOf(message)];
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
function slotOf({ task, receives }: DeliveryMessage, beyond: number): number | undefined {
  return receives === 1 && task.slot !== undefined && task.slot <= beyond ? task.slot : undefined;
}

async function takeSlots(
  deps: KeepRateDeps,
  limit: RateLimit,
  asking: readonly DeliveryMessage[],
  now: number,
): Promise<readonly number[]> {
  if (asking.length === 0) return [];
  const interval = intervalMs(limit);
  const { endpoint } = asking[0]!.task;
  const wanted = { endpoint, count: asking.length, intervalMs: interval, now, until: now + HORIZON_MS };
  const next = await deps.rates.take(wanted);
  return next === undefined ? [] : slotsBelow(next, asking.length, interval);
}
