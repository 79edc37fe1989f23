import type { Clock } from '../../ports/clock.ts';

export interface MemoryClock extends Clock {
  /** Moves to a moment; time never runs backwards, so an earlier one is refused. */
  set(ms: number): void;
  advance(ms: number): void;
}

/** Time that moves only when it is told to. */
export function memoryClock(startMs: number): MemoryClock {
  let now = startMs;
  const set = (ms: number): void => {
    if (ms < now) throw new RangeError(`time runs forward: ${ms} is before ${now}`);
    now = ms;
  };
  return { now: () => now, set, advance: (ms) => set(now + ms) };
}
