/** One step of an endpoint's health: decided on what is stored, written on its version, then what follows from it. */
import type { WakeTask } from '../../contract/tasks.ts';
import { type Wake, wakeMinute } from '../../domain/delivery/wake.ts';
import { wakeAfter } from '../../domain/health/circuit.ts';
import { type Health, type HealthSignal, type HealthStep, healthy } from '../../domain/health/health.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { HealthStore } from '../../ports/health.ts';
import type { Log } from '../../ports/log.ts';
import type { Patience } from '../../ports/message-source.ts';
import type { WakeQueue } from '../../ports/queues.ts';
import type { WakeLedger } from '../../ports/wakes.ts';
import type { AlertNotices } from '../alerts/alert-notices.ts';
import { goAside } from './go-aside.ts';

export interface HealthDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly health: HealthStore;
  readonly ledger: Pick<WakeLedger, 'note'>;
  readonly wakeQueue: WakeQueue;
  readonly notices: AlertNotices;
  readonly log: Log;
}

export interface WhoseHealth {
  readonly project: string;
  readonly endpoint: string;
}

/** A pure step; asked again, on newer health, when somebody else wrote first. */
export type HealthChange = (health: Health, now: number, random: number) => HealthStep | undefined;

export interface ChangedHealth {
  /** As it stands now. */
  readonly health: Health;
  /** Whether this change wrote it. */
  readonly changed: boolean;
  readonly signals: readonly HealthSignal[];
}

/** Many workers of one endpoint may meet here, and each of them has to win once. */
const MAX_ROUNDS = 12;

/**
 * `known`: as it was read before, perhaps a moment old. `patience`: for what may not be lost. A hundred workers may write
 * at once; without it each win costs all the others a write, and the last of them lose too often.
 */
export async function changeHealth(
  deps: HealthDeps,
  whose: WhoseHealth,
  known: Health | undefined,
  change: HealthChange,
  patience?: Patience,
): Promise<ChangedHealth> {
  let before = known ?? healthy(whose.endpoint);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const now = deps.clock.now();
    const step = change(before, now, deps.random.uniform());
    if (step === undefined) return { health: before, changed: false, signals: [] };
    const wakeAt = wakeAfter(before.circuit, step.health.circuit, now);
    const wake = wakeAt === undefined ? undefined : recoveryWake(whose, wakeAt, now);
    // Before the record: from here on the sweeper wakes the endpoint, whatever happens to us.
    if (wake !== undefined) await deps.ledger.note(wake);
    const isNews = step.signals.length > 0;
    if (isNews) await deps.notices.expect(whose);
    if ((await deps.health.save(step.health)) === 'saved') {
      if (wake !== undefined) await wakeThen(deps, wake, step.health, wakeAt! - now);
      for (const signal of step.signals) deps.log.warn(`signal.${signal.kind}`, { ...signal });
      if (isNews) await deps.notices.tell(whose);
      return { health: step.health, changed: true, signals: step.signals };
    }
    if (patience !== undefined) await goAside({ random: deps.random, patience }, round);
    before = (await deps.health.get(whose.endpoint)) ?? healthy(whose.endpoint);
  }
  throw new Error(`lost every conditional write of the health of ${whose.endpoint}`);
}

function recoveryWake({ project, endpoint }: WhoseHealth, at: number, now: number): Wake {
  return { project, endpoint, minute: wakeMinute(at, now), recovery: true };
}

/** A delayed message, to the second; its ledger row is the net under it. */
async function wakeThen(deps: HealthDeps, wake: Wake, health: Health, delayMs: number): Promise<void> {
  const { circuit } = health;
  const isWell = circuit.state === 'closed' && circuit.ramp === undefined;
  const task: WakeTask = { v: 1, ...wake, ...(isWell && { release: true, recovered: true }) };
  try {
    await deps.wakeQueue.sendWakes([task], Math.max(0, delayMs));
  } catch (cause) {
    deps.log.warn('wake.not_sent', {
      endpoint: wake.endpoint,
      cause: String(cause),
      next: 'the sweeper sends it',
    });
  }
}
