/**
 * Accepts events: claim the idempotency key, match, store in one conditional write, queue one task per endpoint.
 * A result that is ok means: stored, and its tasks are in the queue. When the queue refuses, the whole call throws
 * after the events are stored; the same call again finds them and sends again.
 */
import { MAX_DELIVER_AHEAD_DAYS } from '../../contract/schema.ts';
import { bareTask, type DeliveryTask, deliveryTask, type FanoutTask } from '../../contract/tasks.ts';
import { newDelivery } from '../../domain/delivery/delivery.ts';
import { bodyName, type Event, type EventSource } from '../../domain/event.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { DAY_MS } from '../../domain/listing.ts';
import type { Project } from '../../domain/project.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { BodyStore } from '../../ports/body-store.ts';
import type { DeliveryReader, DeliveryWriter } from '../../ports/delivery-log.ts';
import type { EventReader, EventWriter } from '../../ports/event-log.ts';
import type { DeliveryQueue, FanoutQueue } from '../../ports/queues.ts';
import type { WakeArmer } from '../waiting/arm-wake.ts';
import { type LaterDelivery, scheduleDeliveries } from '../waiting/schedule-deliveries.ts';
import { type ClaimDeps, claimEventId } from './claim-event-id.ts';
import type { Match, Matcher } from './match.ts';
import { toEvent } from './to-event.ts';

export interface PublishDeps extends ClaimDeps {
  readonly matcher: Matcher;
  readonly events: EventWriter & EventReader;
  readonly bodies: BodyStore;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly deliveryQueue: DeliveryQueue;
  readonly fanoutQueue: FanoutQueue;
  readonly wakes: WakeArmer;
}

export interface Published {
  readonly id: string;
  /** The same event was published before under the same key. */
  readonly duplicate: boolean;
  /** Matched endpoints; empty for a fan-out, whose endpoints are found by a task of its own. */
  readonly endpoints: readonly string[];
  readonly fanout: boolean;
}

/** What one accepted event still has to send, or to schedule. */
interface Accepted {
  readonly published: Published;
  readonly later: readonly LaterDelivery[];
  readonly deliveries: readonly DeliveryTask[];
  readonly fanouts: readonly FanoutTask[];
}

/** One verdict per command, in order. Every command is judged on its own; only our own faults throw. */
export async function publishEvents(
  deps: PublishDeps,
  project: Project,
  commands: readonly PublishCommand[],
  source: EventSource,
): Promise<readonly Result<Published, Failure>[]> {
  const match = await deps.matcher.at(project.id);
  const results = await Promise.all(
    commands.map(async (command) => acceptEvent(deps, project, command, source, await match(command))),
  );
  const accepted = results.flatMap((result) => (result.ok ? [result.value] : []));
  await Promise.all([
    deps.deliveryQueue.sendDeliveries(accepted.flatMap((one) => one.deliveries)),
    deps.fanoutQueue.sendFanouts(accepted.flatMap((one) => one.fanouts)),
    scheduleDeliveries(
      deps,
      accepted.flatMap((one) => one.later),
    ),
  ]);
  return results.map((result) => (result.ok ? ok(result.value.published) : result));
}

async function acceptEvent(
  deps: PublishDeps,
  project: Project,
  command: PublishCommand,
  source: EventSource,
  match: Match,
): Promise<Result<Accepted, Failure>> {
  const tooFar = checkDeliverAt(command, deps.clock.now());
  if (tooFar !== undefined) return fail(tooFar);
  const claimed = await claimEventId(deps, project, command);
  if (!claimed.ok) return claimed;
  const { id, duplicate } = claimed.value;
  // Looked for before anything is written: under a key of deduplication, a repeat may hold another body.
  const before = duplicate ? await deps.events.get(project.id, id) : undefined;
  if (before !== undefined) return ok(await repeatOf(deps, before));
  const event = toEvent(project, command, source, match, id);
  // Before the event, so that an event never points to a body that is not there.
  if (event.body.at === 'bucket') await deps.bodies.put(bodyName(event, event.body), command.body);
  if ((await deps.events.put(event)) === 'stored') {
    return ok(tasksOf(deps, event, duplicate, false, matchedNow(match)));
  }
  const stored = await deps.events.get(project.id, id);
  if (stored === undefined) throw new Error(`event ${id} exists and cannot be read`);
  return ok(await repeatOf(deps, stored));
}

function checkDeliverAt({ deliverAt }: PublishCommand, now: number): Failure | undefined {
  if (deliverAt === undefined || deliverAt <= now + MAX_DELIVER_AHEAD_DAYS * DAY_MS) return undefined;
  return invalid('deliver_at', 'too_far', `at most ${MAX_DELIVER_AHEAD_DAYS} days ahead`);
}

function matchedNow(match: Match): readonly string[] {
  return match.kind === 'direct' ? match.endpoints : [];
}

/** The event was stored by an earlier call, with the matches of that time. What has no record yet is queued again. */
async function repeatOf(deps: PublishDeps, stored: Event): Promise<Accepted> {
  const listed = stored.matches.kind === 'listed' ? stored.matches.endpoints : [];
  const keys = listed.map((endpoint) => ({ event: stored.id, endpoint }));
  const records = keys.length === 0 ? [] : await deps.deliveries.getMany(keys);
  const unsent = listed.filter((_, index) => records[index] === undefined);
  return tasksOf(deps, stored, true, true, unsent);
}

function tasksOf(
  deps: Pick<PublishDeps, 'clock'>,
  event: Event,
  duplicate: boolean,
  mayRepeat: boolean,
  endpoints: readonly string[],
): Accepted {
  const { matches, deliverAt } = event;
  const fanout = matches.kind === 'chunked';
  const via = matches.kind === 'listed' ? matches.via : undefined;
  const published = { id: event.id, duplicate, endpoints: fanout ? [] : matches.endpoints, fanout };
  const fanouts = fanout ? [firstFanout(event, mayRepeat)] : [];
  if (deliverAt !== undefined && deliverAt > deps.clock.now()) {
    const later = endpoints.map((endpoint) => ({
      of: newDelivery(event, endpoint, via?.[endpoint]),
      deliverAt,
    }));
    return { published, deliveries: [], later, fanouts };
  }
  // An event that is due by now may have been scheduled by another call: its tasks claim.
  const claims = mayRepeat || deliverAt !== undefined;
  const { body } = event;
  const deliveries = endpoints.map((endpoint) =>
    body.at === 'inline'
      ? deliveryTask({ ...event, body: body.bytes }, endpoint, claims, via?.[endpoint])
      : bareTask(event, endpoint, claims, via?.[endpoint]),
  );
  return { published, deliveries, later: [], fanouts };
}

function firstFanout(event: Event, mayRepeat: boolean): FanoutTask {
  return {
    v: 1,
    kind: 'fanout',
    project: event.project,
    event: event.id,
    type: event.type,
    ...(event.owner !== undefined && { owner: event.owner }),
    index: 0,
    ...(mayRepeat && { mayRepeat }),
  };
}
