import type { Wake } from '../domain/delivery/wake.ts';

/** Fires a wake at the start of its minute, at least once, up to a minute late. Arming the same wake twice is harmless. */
export interface WakeTimer {
  arm(wake: Wake): Promise<void>;
}

/** The rows behind the timers, so that a lost timer costs two minutes and not an event. */
export interface WakeLedger {
  note(wake: Wake): Promise<void>;
  /** Wakes of one minute that were noted and not yet settled. */
  unsettled(
    minute: number,
    limit: number,
    after?: string,
  ): Promise<{ wakes: readonly Wake[]; next?: string }>;
  settle(wake: Wake): Promise<void>;
  /** The last minute the sweeper finished; undefined before its first run. */
  sweptThrough(): Promise<number | undefined>;
  setSweptThrough(minute: number): Promise<void>;
}

/** How far an endpoint's backlog was drained: deliveries sent to the queue and not yet claimed are not sent again. */
export interface DrainMarks {
  mark(endpoint: string): Promise<DrainMark | undefined>;
  setMark(endpoint: string, mark: DrainMark): Promise<void>;
}

export interface DrainMark {
  /** Backlog position. */
  readonly through: string;
  /** When this run of marks began; an old run is forgotten, so that what slipped behind it is found. */
  readonly since: number;
  /** A paced drain goes on then: what is due before is its to send. */
  readonly resumesAt?: number;
}
