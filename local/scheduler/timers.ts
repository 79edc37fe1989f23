/** Fires armed schedules at their time. */
import { randomUUID } from 'node:crypto';
import type { Journal } from './journal.ts';
import { atMs, fillInput, type Schedule, scheduleKey } from './schedule.ts';

/** Sends an input to a target's ARN. */
export type Fire = (targetArn: string, input: string) => Promise<void>;

export interface Timers {
  arm(schedule: Schedule): void;
  disarm(key: string): void;
  close(): void;
}

/** The longest a Node timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Scheduler goes on for a day by default; whoever uses this machine has noticed by then. */
const MAX_TRIES = 20;
const RETRY_MS = 1000;

/** Kept schedules whose time passed while nothing ran fire at once, as the real ones did in the meantime. */
export function startTimers(journal: Journal, fire: Fire): Timers {
  const timers = new Map<string, NodeJS.Timeout>();

  function arm(schedule: Schedule): void {
    disarm(keyOf(schedule));
    if (schedule.State === 'DISABLED') return;
    const dueAt = atMs(schedule.ScheduleExpression) ?? 0;
    const wait = Math.max(0, dueAt - Date.now());
    const then = wait > MAX_TIMER_MS ? () => arm(schedule) : () => void run(schedule, 1);
    timers.set(keyOf(schedule), setTimeout(then, Math.min(wait, MAX_TIMER_MS)));
  }

  async function run(schedule: Schedule, attempt: number): Promise<void> {
    const key = keyOf(schedule);
    try {
      await fire(schedule.Target.Arn, fillInput(schedule, attempt, randomUUID()));
    } catch {
      if (attempt < MAX_TRIES && timers.has(key)) {
        timers.set(
          key,
          setTimeout(() => void run(schedule, attempt + 1), RETRY_MS),
        );
        return;
      }
    }
    timers.delete(key);
    // After it fired: a crash in between fires it again, which is what "at least once" means.
    if (schedule.ActionAfterCompletion === 'DELETE') journal.remove(key);
    else journal.put({ ...schedule, State: 'DISABLED' });
  }

  function disarm(key: string): void {
    clearTimeout(timers.get(key));
    timers.delete(key);
  }

  for (const schedule of journal.schedules.values()) arm(schedule);
  return {
    arm,
    disarm,
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function keyOf(schedule: Schedule): string {
  return scheduleKey(schedule.GroupName, schedule.Name);
}
