import type { ServedTime } from '../../aws/json-client.ts';
import type { Clock } from '../../ports/clock.ts';

/** Follows the services it hears, once the machine's own time can't be right. */
export interface ServiceClock extends Clock {
  hear(time: ServedTime): void;
}

/** What a header leaves out. */
const WHOLE_SECOND_MS = 1_000;
/** Nearer than this we believe the machine: two of them are then within the 5 s that leases, places and wakes allow for. */
const BELIEVED_MS = 1_000;

/**
 * `machine` may be wrong by any time, and jump. All our instances talk to the same services, so those keep their clocks
 * together, whatever the machines say: a due time means the same to whoever writes it and whoever reads it.
 */
export function createServiceClock(machine: () => number): ServiceClock {
  let behindMs = 0;
  return {
    now: () => machine() + behindMs,
    hear({ servedAt, askedAt, answeredAt }) {
      // What is to be added lies between these: an answer that took long tells little.
      const least = servedAt - answeredAt;
      const most = servedAt + WHOLE_SECOND_MS - askedAt;
      // The machine's clock jumped meanwhile, or this is no date: the next answer tells.
      if (!(least <= most)) return;
      if (behindMs < least - BELIEVED_MS) behindMs = least;
      else if (behindMs > most + BELIEVED_MS) behindMs = most;
    },
  };
}

/** The machine's time, set right by the answers of DynamoDB and SQS (`handlers/clients.ts`). */
export const systemClock = createServiceClock(() => Date.now());

/** Measures how long things take, and no more: it begins anywhere, and nobody sets it. */
export const stopwatch: Clock = { now: () => performance.now() };
