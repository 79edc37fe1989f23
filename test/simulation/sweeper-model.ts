/** The recurring schedule that runs the sweeper. Runs that would look at nothing but empty minutes are skipped. */

import { MINUTE_MS } from '../../lambdas/domain/delivery/wake.ts';
import { type SweepDeps, sweep } from '../../lambdas/flow/waiting/sweep.ts';
import type { WakeLedger } from '../../lambdas/ports/wakes.ts';
import type { LambdaModel } from './lambda-model.ts';
import type { World } from './world.ts';

/** A minute is swept two minutes after it began. */
const SWEPT_AFTER_MINUTES = 2;

export function startSweeper(world: World, ledger: WakeLedger, sweeper: LambdaModel<SweepDeps>): void {
  const { time, dice } = world;
  const unswept = new Set<number>();

  const run = async (): Promise<void> => {
    if (unswept.size === 0) return;
    const oldest = oldestOf(unswept);
    // What the skipped runs would have done.
    const skipped = Math.min(oldest, Math.floor(time.now() / MINUTE_MS) - SWEPT_AFTER_MINUTES) - 1;
    if (((await ledger.sweptThrough()) ?? 0) < skipped) await ledger.setSweptThrough(skipped);
    try {
      await sweeper.run((deps) => sweep(deps));
    } catch {
      // The schedule runs it again, whatever became of this run.
    }
    const swept = (await ledger.sweptThrough()) ?? 0;
    for (const minute of unswept) if (minute <= swept) unswept.delete(minute);
    if (unswept.size > 0) schedule(time.now());
  };

  let next: number | undefined;
  const schedule = (after: number): void => {
    const due = (oldestOf(unswept) + SWEPT_AFTER_MINUTES) * MINUTE_MS;
    const tick = Math.ceil(Math.max(due, after + 1) / MINUTE_MS) * MINUTE_MS;
    if (next !== undefined && next <= tick && next > time.now()) return;
    next = tick;
    time.at(tick + dice.between(0, 2_000), () => {
      if (next !== tick) return;
      next = undefined;
      void run();
    });
  };

  // Hears of every row, to know when there is something to sweep.
  const { note } = ledger;
  ledger.note = async (wake) => {
    await note(wake);
    unswept.add(wake.minute);
    schedule(time.now());
  };
}

function oldestOf(minutes: ReadonlySet<number>): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const minute of minutes) if (minute < oldest) oldest = minute;
  return oldest;
}
