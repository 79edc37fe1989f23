/**
 * What a batch's endpoints limit: first places in flight, then slots of a rate, so that no slot is given to one that has
 * no place. A fault returns the messages: a limit is the receiver's own, and no delivery to another waits for it.
 */
import type { Delivery } from '../../domain/delivery/delivery.ts';
import type { DeliveryWriter } from '../../ports/delivery-log.ts';
import { type DeliveryMessage, type Disposition, DONE, faultBackoffMs } from './disposition.ts';
import { type KeepInFlightDeps, putOffForRoom, type Room, takeRoom } from './keep-in-flight.ts';
import { type KeepRateDeps, keepRates, type ReadyMessage } from './keep-rate.ts';

export interface KeepLimitsDeps extends KeepInFlightDeps, KeepRateDeps {
  readonly deliveries: DeliveryWriter;
}

/** One that would be sent now. */
export interface Wish extends ReadyMessage {
  /** Probes take a place and no slot: they are few. */
  readonly isProbe: boolean;
  /** Its claim, when it tells of an attempt that a worker lost and nothing else does. */
  readonly lost?: Delivery;
}

export interface Limits {
  /** What becomes of messages that may not be sent now. */
  readonly putOff: ReadonlyMap<string, Disposition>;
  /** The room each message takes its turn in, by the message's id. */
  readonly rooms: ReadonlyMap<string, Room>;
}

type Fates = readonly (readonly [string, Disposition])[];

export async function keepLimits(deps: KeepLimitsDeps, wishes: readonly Wish[]): Promise<Limits> {
  const byEndpoint = [...Map.groupBy(wishes, ({ endpoint }) => endpoint.id).values()];
  const limits = await Promise.all(byEndpoint.map((some) => keepLimitsOf(deps, some)));
  return {
    putOff: new Map(limits.flatMap(({ putOff }) => [...putOff])),
    rooms: new Map(limits.flatMap(({ rooms }) => [...rooms])),
  };
}

async function keepLimitsOf(deps: KeepLimitsDeps, wishes: readonly Wish[]): Promise<Limits> {
  const messages = wishes.map(({ message }) => message);
  const { endpoint } = wishes[0]!;
  let rooms: Limits['rooms'] = new Map();
  try {
    await Promise.all(wishes.map((wish) => keepLost(deps, wish)));
    if (endpoint.maxInFlight !== undefined) {
      const room = await takeRoom(deps, endpoint, messages.length);
      if (room === undefined) return { putOff: new Map(await putOffAll(deps, messages)), rooms };
      rooms = new Map(messages.map(({ id }) => [id, room]));
    }
    const putOff = await keepRates(
      deps,
      wishes.filter(({ isProbe }) => !isProbe),
    );
    return { putOff: new Map([...putOff].map((id) => [id, DONE])), rooms };
  } catch (cause) {
    return { putOff: new Map(returned(deps, messages, cause)), rooms };
  }
}

/**
 * One that is put off goes on as a copy that was never received. That its first message was lost by a worker, whose
 * request may have left, is written before: the copy could not tell.
 */
async function keepLost(deps: KeepLimitsDeps, { lost }: Wish): Promise<void> {
  if (lost === undefined) return;
  const state = { status: 'waiting', where: 'queue', dueAt: deps.clock.now() } as const;
  // A conflict: somebody else wrote more.
  await deps.deliveries.save({ ...lost, state });
}

/** What becomes of those without a place. */
export async function putOffAll(deps: KeepLimitsDeps, messages: readonly DeliveryMessage[]): Promise<Fates> {
  if (messages.length === 0) return [];
  try {
    await putOffForRoom(deps, messages);
    return messages.map(({ id }) => [id, DONE]);
  } catch (cause) {
    return returned(deps, messages, cause);
  }
}

function returned(deps: KeepLimitsDeps, messages: readonly DeliveryMessage[], cause: unknown): Fates {
  const { endpoint } = messages[0]!.task;
  deps.log.error('limit.fault', { endpoint, messages: messages.length, cause: String(cause) });
  return messages.map(({ id, receives }) => [id, { do: 'again', inMs: faultBackoffMs(receives) }]);
}

/** Each as soon as the last of its endpoint's messages has ended: others of the batch may take longer. */
export async function leaveRooms(
  { rooms }: Limits,
  messages: readonly DeliveryMessage[],
  entries: readonly Promise<unknown>[],
): Promise<void> {
  const users = Map.groupBy(
    messages.flatMap(({ id }, index) =>
      rooms.has(id) ? [{ room: rooms.get(id)!, entry: entries[index]! }] : [],
    ),
    ({ room }) => room,
  );
  await Promise.all(
    [...users].map(async ([room, using]) => {
      await Promise.all(using.map(({ entry }) => entry));
      await room.leave();
    }),
  );
}
