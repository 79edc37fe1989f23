/** Claims what waits for an endpoint's listener, each delivery for one listener only. */
import { advance, type Delivery, type Ended, resendOf } from '../../domain/delivery/delivery.ts';
import { settleAttempt } from '../../domain/delivery/settle.ts';
import { wakeMinute } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { type PickUp, pickUp } from '../../domain/listen.ts';
import { retryPolicyOf } from '../../domain/retry/policy.ts';
import type { Outgoing } from '../../domain/rewrite/rewrite.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Backlog, BacklogEntry, DeliveryReader, DeliveryWriter } from '../../ports/delivery-log.ts';
import type { Log } from '../../ports/log.ts';
import type { WakeLedger } from '../../ports/wakes.ts';
import { carriedBody, carriedBytes, MAX_CARRIED_BYTES } from '../carried-body.ts';
import { type LoadEventDeps, loadEvent } from './load-event.ts';
import { type Rewriting, type Rewritten, rewriteEvent } from './rewrite-event.ts';

export interface PickUpDeps extends LoadEventDeps, Rewriting {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly backlog: Backlog;
  readonly ledger: Pick<WakeLedger, 'note'>;
}

export interface PickedUp extends PickUp {
  readonly outgoing: Outgoing;
}

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
  const loaded = withinOneAnswer(await load(deps, endpoint, claims));
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
async function load(
  deps: PickUpDeps,
  endpoint: Endpoint,
  claims: readonly PickUp[],
): Promise<readonly PickedUp[]> {
  const loaded = await Promise.all(
    claims.map(async (claim) => {
      const { project, event: id, via } = claim.delivery;
      try {
        const event = await loadEvent(deps, project, id);
        const { clock } = deps;
        const rewritten = event && (await rewriteEvent({ clock, rewriting: deps }, event, endpoint, via));
        if (rewritten?.do === 'send') return [{ ...claim, outgoing: rewritten.outgoing }];
        await deps.deliveries.save(withoutClaim(claim, endpoint, rewritten, clock.now()));
        return [];
      } catch (cause) {
        deps.log.error('listen.event_not_read', { event: id, endpoint: endpoint.id, cause: String(cause) });
        return [];
      }
    }),
  );
  return loaded.flat();
}

/** Nothing to pick up. The claim is not written yet: this takes its place. */
function withoutClaim(
  { delivery: claimed, lease }: PickUp,
  endpoint: Endpoint,
  why: Exclude<Rewritten, { do: 'send' }> | undefined,
  now: number,
): Delivery {
  const before = { ...claimed, version: claimed.version - 1 };
  if (why?.do === 'hold') {
    const { trigger } = lease;
    const retry = retryPolicyOf(claimed.type, endpoint, undefined);
    const tried = { trigger, startedAt: now, url: endpoint.url, result: why.result, receives: 1 };
    return settleAttempt({ now, of: before, delivery: before, lease, retry, random: 0, ...tried }).delivery;
  }
  const end: Ended =
    why === undefined
      ? { status: 'failed', stopReason: 'event_expired' }
      : { status: 'canceled', stopReason: 'subscription_deleted' };
  return advance(before, resendOf(claimed.state) ?? end, now);
}

/** At least one. */
function withinOneAnswer(all: readonly PickedUp[]): readonly PickedUp[] {
  let bytes = 0;
  return all.filter(({ outgoing }, index) => {
    bytes += carriedBytes(carriedBody(outgoing.event.body));
    return index === 0 || bytes <= MAX_CARRIED_BYTES;
  });
}
