/** Claims what waits for an endpoint's listener, each delivery for one listener only. */
import { advance, type Delivery, resendOf } from '../domain/delivery.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import type { EventToSend } from '../domain/event.ts';
import { type PickUp, pickUp } from '../domain/listen.ts';
import { wakeMinute } from '../domain/wake.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Backlog, BacklogEntry, DeliveryReader, DeliveryWriter } from '../ports/delivery-log.ts';
import type { Log } from '../ports/log.ts';
import type { WakeLedger } from '../ports/wakes.ts';
import { type LoadEventDeps, loadEvent } from './load-event.ts';

export interface PickUpDeps extends LoadEventDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly backlog: Backlog;
  readonly ledger: Pick<WakeLedger, 'note'>;
}

export interface PickedUp extends PickUp {
  readonly event: EventToSend;
}

/** An answer of Lambda ends at 6 MB, and bytes may travel as base64 inside JSON. */
const MAX_BODIES_BYTES = 3 * 1024 * 1024;
const TOKEN_BYTES = 9;

/** Retries that are due first, then what is held in the order of its events. */
export async function pickUpSome(
  deps: PickUpDeps,
  endpoint: Endpoint,
  limit: number,
): Promise<readonly PickedUp[]> {
  const now = deps.clock.now();
  const entries = await waitingFor(deps, endpoint.id, limit, now);
  if (entries.length === 0) return [];
  const records = await deps.deliveries.getMany(entries);
  const claims = records.flatMap((delivery) => {
    const token = Buffer.from(deps.random.bytes(TOKEN_BYTES)).toString('base64url');
    return delivery === undefined ? [] : (pickUp(endpoint, delivery, now, token) ?? []);
  });
  // Before any claim: a fault while reading must not look like an attempt that was made.
  const loaded = withinOneAnswer(await load(deps, claims));
  if (loaded.length === 0) return [];
  // Should the listener vanish, the sweeper brings back what it had.
  const until = Math.max(...loaded.map(({ lease }) => lease.until));
  await deps.ledger.note({
    project: endpoint.project,
    endpoint: endpoint.id,
    minute: wakeMinute(until, now),
  });
  const saved = await Promise.all(
    loaded.map(async (one) => ((await deps.deliveries.save(one.delivery)) === 'saved' ? [one] : [])),
  );
  return saved.flat();
}

async function waitingFor(
  deps: PickUpDeps,
  endpoint: string,
  limit: number,
  now: number,
): Promise<readonly BacklogEntry[]> {
  const [due, held] = await Promise.all([
    deps.backlog.due(endpoint, now, limit),
    deps.backlog.held(endpoint, limit),
  ]);
  return [...due.entries, ...held.entries].slice(0, limit);
}

/** One that can't be read now keeps no other from being picked up. */
async function load(deps: PickUpDeps, claims: readonly PickUp[]): Promise<readonly PickedUp[]> {
  const loaded = await Promise.all(
    claims.map(async (claim) => {
      const { project, event: id, endpoint } = claim.delivery;
      try {
        const event = await loadEvent(deps, project, id);
        if (event === undefined) await giveUpExpired(deps, claim.delivery);
        return event === undefined ? [] : [{ ...claim, event }];
      } catch (cause) {
        deps.log.error('listen.event_not_read', { event: id, endpoint, cause: String(cause) });
        return [];
      }
    }),
  );
  return loaded.flat();
}

/** The claim is not written yet: this takes its place. */
async function giveUpExpired(deps: PickUpDeps, claimed: Delivery): Promise<void> {
  const ended = resendOf(claimed.state) ?? ({ status: 'failed', stopReason: 'event_expired' } as const);
  const before = { ...claimed, version: claimed.version - 1 };
  await deps.deliveries.save(advance(before, ended, deps.clock.now()));
}

/** At least one. */
function withinOneAnswer(all: readonly PickedUp[]): readonly PickedUp[] {
  let bytes = 0;
  return all.filter(({ event }, index) => {
    bytes += event.body.length;
    return index === 0 || bytes <= MAX_BODIES_BYTES;
  });
}
