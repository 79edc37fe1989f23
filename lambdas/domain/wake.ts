/** Wakes: "drain this endpoint's backlog now", armed for a minute. */

export const MINUTE_MS = 60_000;

export interface Wake {
  readonly project: string;
  readonly endpoint: string;
  /** Minutes since 1970: the moment it fires is the start of this minute. */
  readonly minute: number;
}

/** The first whole minute at or after the due time and after now: firing before the due time would drain nothing. */
export function wakeMinute(dueAt: number, now: number): number {
  return Math.max(Math.ceil(dueAt / MINUTE_MS), Math.floor(now / MINUTE_MS) + 1);
}

/** Schedule names allow [0-9a-zA-Z-_.], 64 characters. The same wake always has the same name, so arming twice is harmless. */
export function wakeName(wake: Wake): string {
  return `wake-${wake.endpoint}-${wake.minute}`;
}

/** EventBridge Scheduler's one-time expression, UTC. */
export function wakeExpression(wake: Wake): string {
  return `at(${new Date(wake.minute * MINUTE_MS).toISOString().slice(0, 19)})`;
}
