/** Wakes: "drain this endpoint's backlog now", armed for a minute. */

export const MINUTE_MS = 60_000;
const RECOVERY = '#r';

export interface Wake {
  readonly project: string;
  readonly endpoint: string;
  /** Minutes since 1970: the moment it fires is the start of this minute. */
  readonly minute: number;
  /** Its endpoint recovers: no timer is armed for it but a delayed message, which comes before the minute. */
  readonly recovery?: true;
}

/** Tells the wakes of one minute apart, and sorts by endpoint. */
export function wakeKey({ endpoint, recovery }: Pick<Wake, 'endpoint' | 'recovery'>): string {
  return recovery === true ? `${endpoint}${RECOVERY}` : endpoint;
}

export function wakeOfKey(key: string): Pick<Wake, 'endpoint' | 'recovery'> {
  return key.endsWith(RECOVERY)
    ? { endpoint: key.slice(0, -RECOVERY.length), recovery: true }
    : { endpoint: key };
}

/** Our processes' clocks differ by less: they follow the services they talk to (decision 023). */
export const CLOCKS_APART_MS = 5_000;

/** The first whole minute at or after the due time and after now: firing before the due time would drain nothing. */
export function wakeMinute(dueAt: number, now: number): number {
  return Math.max(Math.ceil(dueAt / MINUTE_MS), Math.floor(now / MINUTE_MS) + 1);
}

/**
 * The wake of a minute finds what is due then, even when our clock is behind the one it was armed by: its ledger row is
 * settled afterwards, and nobody would come again. (A recovery's wake comes before its minute.)
 */
export function dueBy(wake: { readonly minute?: number; readonly recovery?: true }, now: number): number {
  if (wake.minute === undefined || wake.recovery === true) return now;
  return Math.max(now, Math.min(wake.minute * MINUTE_MS, now + CLOCKS_APART_MS));
}

/**
 * Whether a wake came before its time by more than our clocks are apart: whoever armed it had another time. What it was
 * for is not due yet, so its ledger row has to stay: the sweeper sends it again after its minute.
 */
export function isPremature(
  wake: { readonly minute: number; readonly recovery?: true },
  now: number,
): boolean {
  const earliest = wake.minute * MINUTE_MS - (wake.recovery === true ? MINUTE_MS : 0);
  return now < earliest - CLOCKS_APART_MS;
}

/** Schedule names allow [0-9a-zA-Z-_.], 64 characters. The same wake always has the same name, so arming twice is harmless. */
export function wakeName(wake: Wake): string {
  return `wake-${wake.endpoint}-${wake.minute}`;
}

/** EventBridge Scheduler's one-time expression, UTC. */
export function wakeExpression(wake: Wake): string {
  return `at(${new Date(wake.minute * MINUTE_MS).toISOString().slice(0, 19)})`;
}
