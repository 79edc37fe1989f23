/** Resident memory of a process and everything it started. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly kilobytes: number;
}

/** Megabytes of the whole tree now. */
export async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,rss=']);
  return treeKilobytes(parseRows(stdout), pid) / 1024;
}

export function parseRows(text: string): ProcessRow[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = 0, parent = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
      return { pid, parent, kilobytes };
    });
}

export function treeKilobytes(rows: readonly ProcessRow[], root: number): number {
  let total = 0;
  const open = [root];
  for (const pid of open) {
    total += rows.find((row) => row.pid === pid)?.kilobytes ?? 0;
    open.push(...rows.filter((row) => row.parent === pid).map((row) => row.pid));
  }
  return total;
}

export interface MemoryWatch {
  /** The highest seen. */
  stop(): number;
}

const EVERY_MS = 500;

export function watchMemory(pid: number): MemoryWatch {
  let highest = 0;
  const look = async () => {
    highest = Math.max(highest, await residentMegabytes(pid).catch(() => 0));
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return highest;
    },
  };
}
