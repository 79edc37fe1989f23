/** Deliveries of an event that is due later: they enter their endpoints' backlogs at once, and wakes fetch them. */
import { delayedDelivery, type NewDelivery } from '../../domain/delivery/delivery.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeliveryWriter } from '../../ports/delivery-log.ts';
import type { WakeArmer } from './arm-wake.ts';

export interface ScheduleDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryWriter;
  readonly wakes: WakeArmer;
}

export interface LaterDelivery {
  readonly of: NewDelivery;
  /** Milliseconds. */
  readonly deliverAt: number;
}

const AT_ONCE = 20;

/** May be repeated: one that has a record already was scheduled, or has come further. */
export async function scheduleDeliveries(deps: ScheduleDeps, later: readonly LaterDelivery[]): Promise<void> {
  for (let from = 0; from < later.length; from += AT_ONCE) {
    await Promise.all(later.slice(from, from + AT_ONCE).map((one) => scheduleOne(deps, one)));
  }
}

/** The ledger row first: from then on a crash costs minutes, whatever was not yet done. */
async function scheduleOne(deps: ScheduleDeps, { of, deliverAt }: LaterDelivery): Promise<void> {
  await deps.wakes.note(of.project, of.endpoint, deliverAt);
  await deps.deliveries.save(delayedDelivery(of, deliverAt, deps.clock.now()));
  await deps.wakes.arm(of.project, of.endpoint, deliverAt);
}
