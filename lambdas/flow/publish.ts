/**
 * Accepts events: claim the idempotency key, match, store in one conditional write, queue one task per endpoint.
 * A result that is ok means: stored, and its tasks are in the queue. When the queue refuses, the whole call throws
 * after the events are stored; the same call again finds them and sends again.
 */
import { type DeliveryTask, deliveryTask, type FanoutTask } from '../contract/tasks.ts';
import { type Event, type EventSource, type Matches, placeOfBody } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import { fingerprint, IDEMPOTENCY_TTL_MS } from '../domain/idempotency.ts';
import { homeOf, newHomedId } from '../domain/ids.ts';
import type { Project } from '../domain/project.ts';
import type { PublishCommand } from '../domain/publish-command.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { BodyStore } from '../ports/body-store.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { DeliveryReader } from '../ports/delivery-log.ts';
import type { EventReader, EventWriter } from '../ports/event-log.ts';
import type { IdempotencyStore } from '../ports/idempotency.ts';
import type { DeliveryQueue, FanoutQueue } from '../ports/queues.ts';
import type { Match, Matcher } from './match.ts';

export interface PublishDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Home region of new events. */
  readonly region: string;
  readonly matcher: Matcher;
  readonly events: EventWriter & EventReader;
  readonly bodies: BodyStore;
  readonly deliveries: DeliveryReader;
  readonly idempotency: IdempotencyStore;
  readonly deliveryQueue: DeliveryQueue;
  readonly fanoutQueue: FanoutQueue;
}

export interface Published {
  readonly id: string;
  /** The same event was published before under the same key. */
  readonly duplicate: boolean;
  /** Matched endpoints; empty for a fan-out, whose endpoints are found by a task of its own. */
  readonly endpoints: readonly string[];
  readonly fanout: boolean;
}

/** What one accepted event still has to send. */
interface Accepted {
  readonly published: Published;
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
  const claimed = await claimId(deps, project, command);
  if (!claimed.ok) return claimed;
  const { id, duplicate } = claimed.value;
  const event = await toEvent(deps, project, command, source, match, id);
  if ((await deps.events.put(event)) === 'stored') {
    return ok(tasksOf(event, command.body, duplicate, event.matches, false, matchedNow(match)));
  }
  return ok(await repeatOf(deps, project, event, command));
}

/** The id this command has: a new one, the one its source fixed, or the one an earlier call claimed under its key. */
async function claimId(
  deps: PublishDeps,
  project: Project,
  command: PublishCommand,
): Promise<Result<{ id: string; duplicate: boolean }, Failure>> {
  const now = deps.clock.now();
  const home = { region: deps.region, shards: project.eventShards };
  let id = command.id ?? newHomedId('evt', now, deps.random.bytes(16), home);
  let duplicate = false;
  const keys = [
    ...(command.uid === undefined ? [] : [{ key: `uid:${command.uid}`, field: 'uid' }]),
    ...(command.idempotencyKey === undefined
      ? []
      : [{ key: command.idempotencyKey, field: 'idempotency key' }]),
  ];
  for (const { key, field } of keys) {
    const claim = {
      project: project.id,
      key,
      fingerprint: fingerprintOf(command),
      value: id,
      expiresAt: now + IDEMPOTENCY_TTL_MS,
    };
    const answer = await deps.idempotency.claim(claim, now);
    if (answer.kind === 'conflict') {
      return fail({
        kind: 'conflict',
        code: 'idempotency_key_reused',
        detail: `The ${field} was used for another event in the last 72 hours. Send the same event, or use a new one.`,
      });
    }
    if (answer.kind === 'repeat') {
      id = answer.value;
      duplicate = true;
    }
  }
  return ok({ id, duplicate });
}

function fingerprintOf(command: PublishCommand): string {
  const { type, owner, uid, contentType, headers, body } = command;
  return fingerprint([JSON.stringify([type, owner, uid, contentType, Object.entries(headers).sort()]), body]);
}

async function toEvent(
  deps: PublishDeps,
  project: Project,
  command: PublishCommand,
  source: EventSource,
  match: Match,
  id: string,
): Promise<Event> {
  const inBucket = placeOfBody(command.body) === 'bucket';
  // Before the event, so that an event never points to a body that is not there.
  if (inBucket) await deps.bodies.put(project.id, id, command.body);
  return {
    id,
    project: project.id,
    ...(command.owner !== undefined && { owner: command.owner }),
    type: command.type,
    source,
    ...(command.uid !== undefined && { uid: command.uid }),
    contentType: command.contentType,
    headers: command.headers,
    body: inBucket ? { at: 'bucket', size: command.body.length } : { at: 'inline', bytes: command.body },
    matches: match.kind === 'direct' ? { kind: 'listed', endpoints: match.endpoints } : { kind: 'chunked' },
    createdAt: homeOf('evt', id).timeMs,
  };
}

function matchedNow(match: Match): readonly string[] {
  return match.kind === 'direct' ? match.endpoints : [];
}

/** The event was stored by an earlier call, with the matches of that time. What has no record yet is queued again. */
async function repeatOf(
  deps: PublishDeps,
  project: Project,
  event: Event,
  command: PublishCommand,
): Promise<Accepted> {
  const stored = await deps.events.get(project.id, event.id);
  if (stored === undefined) throw new Error(`event ${event.id} exists and cannot be read`);
  const listed = stored.matches.kind === 'listed' ? stored.matches.endpoints : [];
  const keys = listed.map((endpoint) => ({ event: event.id, endpoint }));
  const records = keys.length === 0 ? [] : await deps.deliveries.getMany(keys);
  const unsent = listed.filter((_, index) => records[index] === undefined);
  return tasksOf(stored, command.body, true, stored.matches, true, unsent);
}

function tasksOf(
  event: Event,
  body: Uint8Array,
  duplicate: boolean,
  matches: Matches,
  mayRepeat: boolean,
  endpoints: readonly string[],
): Accepted {
  const fanout = matches.kind === 'chunked';
  const published = { id: event.id, duplicate, endpoints: fanout ? [] : matches.endpoints, fanout };
  const deliveries = endpoints.map((endpoint) => deliveryTask({ ...event, body }, endpoint, mayRepeat));
  return { published, deliveries, fanouts: fanout ? [firstFanout(event, mayRepeat)] : [] };
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
