/** Armed schedules, kept in a file that only grows until the next start: every line stands before its call is answered. */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { type Schedule, scheduleKey } from './schedule.ts';

export interface Journal {
  readonly schedules: ReadonlyMap<string, Schedule>;
  put(schedule: Schedule): void;
  remove(key: string): void;
  close(): void;
}

type Line = { readonly put: Schedule } | { readonly remove: string };

/** @param file absent: nothing is kept */
export function openJournal(file: string | undefined): Journal {
  const schedules = file === undefined ? new Map<string, Schedule>() : replay(file);
  if (file !== undefined) compact(file, schedules);
  const descriptor = file === undefined ? undefined : openSync(file, 'a');
  const append = (line: Line) => {
    if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };
  return {
    schedules,
    put: (schedule) => {
      append({ put: schedule });
      schedules.set(scheduleKey(schedule.GroupName, schedule.Name), schedule);
    },
    remove: (key) => {
      if (!schedules.delete(key)) return;
      append({ remove: key });
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

function replay(file: string): Map<string, Schedule> {
  const schedules = new Map<string, Schedule>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n')) {
    const change = parse(line);
    if (change === undefined) continue;
    if ('put' in change) schedules.set(scheduleKey(change.put.GroupName, change.put.Name), change.put);
    else schedules.delete(change.remove);
  }
  return schedules;
}

/** A line cut off by the end of the process was never answered, so nobody relies on it. */
function parse(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined;
  }
}

function compact(file: string, schedules: ReadonlyMap<string, Schedule>): void {
  const lines = [...schedules.values()].map((schedule) => `${JSON.stringify({ put: schedule })}\n`);
  writeFileSync(`${file}.new`, lines.join(''));
  renameSync(`${file}.new`, file);
}
