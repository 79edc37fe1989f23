import { MINUTE_MS, type Wake, wakeKey, wakeName } from '../../domain/delivery/wake.ts';
import type { DrainMark, DrainMarks, WakeLedger, WakeTimer } from '../../ports/wakes.ts';

export interface MemoryWakeTimer extends WakeTimer {
  readonly armed: () => readonly Wake[];
  /** Takes the wakes whose minute has come, earliest first. */
  readonly fire: (now: number) => readonly Wake[];
}

/** Timers that fire when they are asked to. */
export function memoryWakeTimer(): MemoryWakeTimer {
  const wakes = new Map<string, Wake>();
  return {
    async arm(wake) {
      wakes.set(wakeName(wake), wake);
    },
    armed: () => [...wakes.values()],
    fire(now) {
      const due = [...wakes.values()].filter((wake) => wake.minute * MINUTE_MS <= now);
      for (const wake of due) wakes.delete(wakeName(wake));
      return due.sort((a, b) => a.minute - b.minute);
    },
  };
}

function rowOf(wake: Wake): string {
  return `${wake.minute} ${wakeKey(wake)}`;
}

/** Rows of wakes by minute and endpoint. */
export function memoryWakeLedger(): WakeLedger {
  const rows = new Map<string, Wake>();
  let swept: number | undefined;
  return {
    async note(wake) {
      rows.set(rowOf(wake), wake);
    },
    async unsettled(minute, limit, after = '') {
      const left = [...rows.values()]
        .filter((wake) => wake.minute === minute && wakeKey(wake) > after)
        .sort((a, b) => (wakeKey(a) < wakeKey(b) ? -1 : 1));
      const wakes = left.slice(0, limit);
      return { wakes, ...(left.length > limit && { next: wakeKey(wakes.at(-1)!) }) };
    },
    async settle(wake) {
      rows.delete(rowOf(wake));
    },
    async sweptThrough() {
      return swept;
    },
    async setSweptThrough(minute) {
      swept = minute;
    },
  };
}

/** One mark an endpoint. */
export function memoryDrainMarks(): DrainMarks {
  const marks = new Map<string, DrainMark>();
  return {
    async mark(endpoint) {
      return marks.get(endpoint);
    },
    async setMark(endpoint, mark) {
      marks.set(endpoint, mark);
    },
  };
}
