/** What goes wrong, and when: drawn from the seed, or one chosen crash for the enumeration of crash points. */
import type { FunctionName } from '../../lambdas/contract/functions.ts';
import type { Dice } from './dice.ts';

/** What becomes of one call over the network. */
export type Fate =
  | 'fine'
  | 'slow'
  /** An error, and nothing happened: throttled, refused, never arrived. */
  | 'fails'
  /** An error, and yet it happened: a time-out after the commit. */
  | 'fails_after_all'
  | 'crash_before'
  | 'crash_after';

/** How often things go wrong, as probabilities: per call, per message handed out, per timer. */
export interface Weather {
  readonly slow: number;
  readonly fails: number;
  readonly failsAfterAll: number;
  readonly crash: number;
  /** A message is handed to two consumers at once. */
  readonly duplicate: number;
  /** The queue forgets that a message was deleted. */
  readonly undeleted: number;
  readonly lostTimer: number;
  readonly doubleTimer: number;
  /** How far the backlog's index is behind its table at most, in milliseconds. */
  readonly indexLagMs: number;
}

export const CALM: Weather = {
  slow: 0,
  fails: 0,
  failsAfterAll: 0,
  crash: 0,
  duplicate: 0,
  undeleted: 0,
  lostTimer: 0,
  doubleTimer: 0,
  indexLagMs: 0,
};

export interface PortCall {
  /** From 1, over the whole history. */
  readonly number: number;
  readonly process: FunctionName;
  /** `deliveries.save`. */
  readonly name: string;
}

export interface Faults {
  weather(): Weather;
  fateOf(call: PortCall): Fate;
  /** Whether Lambda has no room for the function of this queue: its poller's messages stay hidden until they time out. */
  throttles?(queue: string): boolean;
  /** How far each worker's clock may be ahead or behind, in milliseconds. Absent: all agree. */
  readonly skewMs?: number;
  /** For each worker that starts: by how much its clock is wrong at a moment. Absent: by something up to `skewMs`. */
  clockError?(): (at: number) => number;
  /** Workers take no notice of the time their services tell. */
  readonly deaf?: true;
}

export const noFaults: Faults = { weather: () => CALM, fateOf: () => 'fine' };

/** One process dies right before or right after the call this picks. */
export function oneCrash(when: 'before' | 'after', picks: (call: PortCall) => boolean): Faults {
  return { weather: () => CALM, fateOf: (call) => (picks(call) ? `crash_${when}` : 'fine') };
}

const MINUTE = 60_000;
/**
 * Faults of ours double a message's wait from 5 s on, so eleven of them in a row, which would move it to the
 * dead-letter queue, take more than an hour. A storm is shorter: after it, the dead-letter queue has to be empty.
 */
const STORM_MS = 20 * MINUTE;
/** Machines that keep time by NTP are closer. */
const MAX_SKEW_MS = 2_000;
const CALM_BETWEEN_MS = 150 * MINUTE;

/** Storms of faults with calm between them, and within them outages of a single service. */
export function stormy(dice: Dice, now: () => number): Faults {
  const start = now();
  const worst = severity(dice);
  const storms = Array.from({ length: dice.between(1, 3) }, (_, index) => start + index * CALM_BETWEEN_MS);
  const skewMs = dice.chance(0.3) ? dice.between(100, MAX_SKEW_MS) : 0;
  const stormAt = (moment: number): boolean =>
    storms.some((from) => moment >= from && moment < from + STORM_MS);
  const outages = Array.from({ length: dice.between(0, 2) }, () => anOutage(dice, dice.pick(storms)));
  const throttle = dice.chance(0.1) ? aThrottle(dice, dice.pick(storms)) : undefined;

  return {
    skewMs,
    throttles: (queue) => throttle?.(queue, now()) ?? false,
    weather: () => (stormAt(now()) ? worst : CALM),
    fateOf(call) {
      if (!stormAt(now())) return 'fine';
      if (outages.some((outage) => outage.hits(call.name, now()))) return 'fails';
      const roll = dice.uniform();
      let upTo = 0;
      for (const [fate, chance] of fates(worst)) {
        upTo += chance;
        // How long an answer takes is the receiver's affair, and the caller's deadline bounds it.
        if (roll < upTo) return fate === 'slow' && call.name === 'http.post' ? 'fine' : fate;
      }
      return 'fine';
    },
  };
}

function fates(weather: Weather): readonly (readonly [Fate, number])[] {
  return [
    ['slow', weather.slow],
    ['fails', weather.fails],
    ['fails_after_all', weather.failsAfterAll],
    ['crash_before', weather.crash / 2],
    ['crash_after', weather.crash / 2],
  ];
}

/** Each history has its own character: some only crash, some only throttle, some are calm, some have it all. */
function severity(dice: Dice): Weather {
  const some = (most: number): number => (dice.chance(0.5) ? dice.uniform() * most : 0);
  return {
    slow: some(0.1),
    fails: some(0.15),
    failsAfterAll: some(0.15),
    crash: some(0.1),
    duplicate: some(0.3),
    undeleted: some(0.2),
    lostTimer: some(0.8),
    doubleTimer: some(0.5),
    indexLagMs: some(10_000),
  };
}

const SERVICES = [
  'deliveries.',
  'events.',
  'config.',
  'ledger.',
  'health.',
  'idempotency.',
  'marks.',
  'timer.',
] as const;
/** All that is in our tables: a burst of throttling hits most of its calls. */
const TABLES = [
  'alerts.',
  'backlog.',
  'config.',
  'deliveries.',
  'events.',
  'health.',
  'idempotency.',
  'inFlight.',
  'ledger.',
  'marks.',
  'rates.',
  'requests.',
  'reviews.',
] as const;
const THROTTLED_SHARE = 0.7;
const LONGEST_THROTTLE_MS = 15 * MINUTE;
const QUEUES = ['deliveryQueue.', 'fanoutQueue.', 'wakeQueue.', 'visibility.'] as const;

/** Of one queue's function or of all, as when the account's concurrency is used up. */
function aThrottle(dice: Dice, storm: number): (queue: string, at: number) => boolean {
  const which = dice.pick(['publish', 'delivery', 'wake', 'alert', undefined]);
  const from = storm + dice.between(0, STORM_MS);
  const until = from + dice.between(MINUTE, LONGEST_THROTTLE_MS);
  return (queue, at) => (which === undefined || which === queue) && at >= from && at < until;
}

function anOutage(dice: Dice, storm: number): { hits(name: string, at: number): boolean } {
  if (dice.chance(0.2)) return throttledTables(dice, storm);
  const service = dice.pick([...SERVICES, ...QUEUES]);
  const from = storm + dice.between(0, STORM_MS);
  const until = from + dice.between(10_000, 5 * MINUTE);
  return { hits: (name, at) => name.startsWith(service) && at >= from && at < until };
}

function throttledTables(dice: Dice, storm: number): { hits(name: string, at: number): boolean } {
  const from = storm + dice.between(0, STORM_MS);
  const until = from + dice.between(MINUTE, 5 * MINUTE);
  const isTable = (name: string): boolean => TABLES.some((table) => name.startsWith(table));
  return { hits: (name, at) => at >= from && at < until && isTable(name) && dice.chance(THROTTLED_SHARE) };
}
