/** CPU time of a process with its threads: unlike events a second, it hardly depends on what else the machine does. */
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Milliseconds since it started; undefined where the system does not say (outside Linux). */
export function cpuMilliseconds(pid: number): number | undefined {
  try {
    return ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** User and system time: fields 14 and 15. The name before them is in parentheses and may hold anything. */
export function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
