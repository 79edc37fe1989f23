/** The net under the timers: every minute, wakes noted for a past minute and not settled are sent again. */
import type { WakeTask } from '../../contract/tasks.ts';
import { MINUTE_MS, type Wake } from '../../domain/delivery/wake.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WakeQueue } from '../../ports/queues.ts';
import type { WakeLedger } from '../../ports/wakes.ts';

/** A schedule fires within its minute; one minute more and it is called lost. */
const GRACE_MINUTES = 2;
/** A first run, or one after a long pause of ours, looks back this far. */
const MAX_LOOK_BACK_MINUTES = 72 * 60;
/** Empty minutes cost half a read unit each, so a first run starts nearer. */
const FIRST_LOOK_BACK_MINUTES = 60;
const PAGE = 100;

export interface SweepDeps {
  readonly clock: Clock;
  readonly ledger: WakeLedger;
  readonly wakeQueue: WakeQueue;
}

export interface Swept {
  readonly minutes: number;
  /** Wakes whose timer was lost, or is more than a minute late. */
  readonly found: number;
}

export async function sweep(deps: SweepDeps): Promise<Swept> {
  const through = await deps.ledger.sweptThrough();
  // After an answer, which tells the clock the time: minutes swept before they came would not be swept again.
  const last = Math.floor(deps.clock.now() / MINUTE_MS) - GRACE_MINUTES;
  const first = Math.max(
    through === undefined ? last - FIRST_LOOK_BACK_MINUTES : through + 1,
    last - MAX_LOOK_BACK_MINUTES,
  );
  let found = 0;
  for (let minute = first; minute <= last; minute++) {
    found += await sweepMinute(deps, minute);
    await deps.ledger.setSweptThrough(minute);
  }
  return { minutes: Math.max(0, last - first + 1), found };
}

/**
 * A recovery's message may have been the one that releases what was held, and its row does not tell: all of them do.
 * While the endpoint is not well, its health comes first.
 */
function toTask(wake: Wake): WakeTask {
  return { v: 1, ...wake, ...(wake.recovery && { release: true, recovered: true }) };
}

async function sweepMinute(deps: SweepDeps, minute: number): Promise<number> {
  let found = 0;
  let after: string | undefined;
  do {
    const page = await deps.ledger.unsettled(minute, PAGE, after);
    await deps.wakeQueue.sendWakes(page.wakes.map(toTask));
    found += page.wakes.length;
    after = page.next;
  } while (after !== undefined);
  return found;
}
