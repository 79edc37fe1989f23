/** Arms wakes once per endpoint and minute in this process; the ledger row first, so that a lost timer is found. */
import { MINUTE_MS, type Wake, wakeMinute, wakeName } from '../../domain/delivery/wake.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { WakeLedger, WakeTimer } from '../../ports/wakes.ts';

const MAX_REMEMBERED = 5_000;

export interface WakeArmer {
  /** Before a delivery enters the backlog: from here on the sweeper will look at it, whatever happens to us. */
  note(project: string, endpoint: string, dueAt: number): Promise<void>;
  /** After it entered. A timer that can't be set is left to the sweeper. */
  arm(project: string, endpoint: string, dueAt: number): Promise<void>;
}

export interface ArmWakeDeps {
  readonly clock: Clock;
  readonly ledger: WakeLedger;
  readonly timer: WakeTimer;
  readonly log: Log;
}

export function createWakeArmer(deps: ArmWakeDeps): WakeArmer {
  const noted = new Set<string>();
  const armed = new Set<string>();

  function wakeFor(project: string, endpoint: string, dueAt: number): Wake {
    return { project, endpoint, minute: wakeMinute(dueAt, deps.clock.now()) };
  }

  async function noteOnce(wake: Wake): Promise<void> {
    await once(noted, wake, () => deps.ledger.note(wake));
  }

  return {
    note: (project, endpoint, dueAt) => noteOnce(wakeFor(project, endpoint, dueAt)),

    async arm(project, endpoint, dueAt) {
      // The minute may have passed since it was noted: then this is a later wake, with a row of its own.
      const wake = wakeFor(project, endpoint, dueAt);
      await noteOnce(wake);
      try {
        await once(armed, wake, () => deps.timer.arm(wake));
      } catch (cause) {
        const at = new Date(wake.minute * MINUTE_MS).toISOString();
        deps.log.warn('wake.not_armed', { endpoint, at, cause: String(cause), next: 'the sweeper fires it' });
      }
    },
  };
}

async function once(done: Set<string>, wake: Wake, act: () => Promise<void>): Promise<void> {
  const name = wakeName(wake);
  if (done.has(name)) return;
  await act();
  done.add(name);
  if (done.size > MAX_REMEMBERED) done.delete(done.values().next().value!);
}
