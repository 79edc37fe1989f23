/** Limits on requests in flight: a batch reserves places at an endpoint, its deliveries take turns on them. */
import type { Endpoint } from '../../domain/endpoint.ts';
import { idTimeMs } from '../../domain/ids.ts';
import {
  type Holder,
  type InFlight,
  release,
  reserve,
  startBy,
  turnAgainMs,
} from '../../domain/limits/in-flight.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InFlightStore } from '../../ports/in-flight.ts';
import type { Log } from '../../ports/log.ts';
import type { DelayedDeliveryQueue } from '../../ports/queues.ts';
import type { DeliveryMessage } from './disposition.ts';
import { type GoAsideDeps, goAside } from './go-aside.ts';

export interface KeepInFlightDeps extends GoAsideDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly inFlight: InFlightStore;
  readonly laterQueue: DelayedDeliveryQueue;
}

/** The places of one batch at one endpoint. */
export interface Room {
  /** Runs as soon as a place is free, with the last moment its request may begin; undefined: none was in time. */
  turn<T>(run: (startBy: number) => Promise<T>): Promise<T | undefined>;
  /** Gives the places back. Never throws: what can't be given back ends by itself. */
  leave(): Promise<void>;
}

/** Losing this often in a row means that many want the same places: as good as none free. */
const MAX_ROUNDS = 5;
/** A place that is not given back is nobody's until its time is over: worth more rounds. */
const MAX_ROUNDS_BACK = 16;
const HOLDER_BYTES = 6;

/** Undefined when no place is free. Throws when the store fails. */
export async function takeRoom(
  deps: KeepInFlightDeps,
  endpoint: Endpoint,
  wanted: number,
): Promise<Room | undefined> {
  const holder = Buffer.from(deps.random.bytes(HOLDER_BYTES)).toString('base64url');
  const timeoutMs = endpoint.timeoutSeconds * 1000;
  const want = { holder, wanted, limit: endpoint.maxInFlight!, timeoutMs };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = await read(deps, endpoint.id);
    const { next, held } = reserve(before, want, deps.clock.now());
    if (held === undefined) return undefined;
    if (next === before || (await deps.inFlight.save(next)) === 'saved') {
      return roomOf(deps, next, held, startBy(held, timeoutMs));
    }
    await goAside(deps, round);
  }
  return undefined;
}

async function read(deps: KeepInFlightDeps, endpoint: string): Promise<InFlight> {
  return (await deps.inFlight.get(endpoint)) ?? { endpoint, holders: [], version: 0 };
}

function roomOf(deps: KeepInFlightDeps, state: InFlight, held: Holder, by: number): Room {
  let free = held.places;
  const waiting: (() => void)[] = [];
  return {
    async turn(run) {
      if (free > 0) free--;
      else await new Promise<void>((go) => waiting.push(go));
      try {
        return deps.clock.now() > by ? undefined : await run(by);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
      }
    },
    async leave() {
      try {
        await giveBack(deps, state, held.holder);
      } catch (cause) {
        deps.log.warn('in_flight.not_left', { endpoint: state.endpoint, cause: String(cause) });
      }
    },
  };
}

/** From the state as we wrote it: often nobody changed it since, and nothing has to be read. */
async function giveBack(deps: KeepInFlightDeps, written: InFlight, holder: string): Promise<void> {
  let state = written;
  for (let round = 0; round < MAX_ROUNDS_BACK; round++) {
    const next = release(state, holder);
    if (next === state || (await deps.inFlight.save(next)) === 'saved') return;
    await goAside(deps, round);
    state = await read(deps, written.endpoint);
  }
  throw new Error('lost every conditional write');
}

/**
 * Copies of these are in the queue, hidden for a while: a copy was never received, so waiting for a place brings no
 * delivery nearer to the dead letters. A slot of a rate limit stays behind: used later, it would break that limit.
 */
export async function putOffForRoom(
  deps: KeepInFlightDeps,
  messages: readonly DeliveryMessage[],
): Promise<void> {
  const now = deps.clock.now();
  await deps.laterQueue.sendLater(
    messages.map(({ task: { slot: _, slotOf: __, ...task } }) => ({
      task,
      delayMs: turnAgainMs(now - idTimeMs(task.event), deps.random.uniform()),
    })),
  );
}
