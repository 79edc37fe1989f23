/** A person wants another attempt: one delivery, or an event to all the endpoints it went to. */
import { bareTask } from '../../contract/tasks.ts';
import type { Delivery } from '../../domain/delivery/delivery.ts';
import { isAskedForSince, requestResend } from '../../domain/delivery/due-again.ts';
import { wakeMinute } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Event } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import { type DeliveryKey, deliveryId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EndpointReader } from '../../ports/config.ts';
import type { DeliveryReader, DeliveryWriter } from '../../ports/delivery-log.ts';
import type { EventReader, MatchChunks } from '../../ports/event-log.ts';
import type { DeliveryQueue } from '../../ports/queues.ts';
import type { WakeLedger } from '../../ports/wakes.ts';
import { type Target, targetsOf } from '../publish/targets.ts';

export interface ResendDeps {
  readonly clock: Clock;
  readonly endpoints: EndpointReader;
  readonly deliveries: DeliveryReader & DeliveryWriter;
  readonly events: EventReader;
  readonly chunks: MatchChunks;
  readonly ledger: WakeLedger;
  readonly deliveryQueue: DeliveryQueue;
}

export interface Resent {
  readonly event: string;
  readonly endpoint: string;
}

/** Where it is to go, and through which subscription if that rewrites it. */
type Aim = Pick<Target, 'endpoint' | 'via'>;

const MAX_ROUNDS = 3;
/** A delivery's attempts share one record of at most 400 KB; more than these would end in writes that are refused. */
const MAX_ATTEMPTS = 100;
/** One request replays an event to this many endpoints at most. */
export const MAX_REPLAY_ENDPOINTS = 1_000;
/** One after another, a thousand would take longer than a request may. */
const RESENT_AT_ONCE = 50;

/** One more attempt of a delivery, now. If it fails, the delivery is again what it was, one attempt richer. */
export async function resendDelivery(
  deps: ResendDeps,
  project: Project,
  key: DeliveryKey,
): Promise<Result<Resent, Failure>> {
  const event = await deps.events.get(project.id, key.event);
  const [endpoint] = await deps.endpoints.endpoints(project.id, [key.endpoint]);
  const target = event && (await targetAt(deps, event, key.endpoint));
  if (event === undefined || target === undefined) return noDelivery(key);
  if (endpoint === undefined)
    return cannot('endpoint_deleted', 'Its endpoint was deleted. Publish the event again.');
  return resendOne(deps, event, endpoint, target.via);
}

export interface ReplayWish {
  /** One of the event's endpoints; all of them when absent. */
  readonly endpoint?: string;
  /** Milliseconds: when the call was first made that this one repeats. What was asked for since is done. */
  readonly since?: number;
}

/** An event again to the endpoints it went to, or to one of them. What went out, in the order of the endpoints. */
export async function replayEvent(
  deps: ResendDeps,
  event: Event,
  { endpoint, since }: ReplayWish = {},
): Promise<Result<readonly Resent[], Failure>> {
  const named = endpoint === undefined ? undefined : await targetAt(deps, event, endpoint);
  if (endpoint !== undefined && named === undefined) return noDelivery({ event: event.id, endpoint });
  const targets = named === undefined ? await allTargets(deps, event) : ok([named]);
  if (!targets.ok) return targets;
  const results: Result<Resent, Failure>[] = [];
  for (let from = 0; from < targets.value.length; from += RESENT_AT_ONCE) {
    const some = targets.value.slice(from, from + RESENT_AT_ONCE);
    results.push(...(await resendSome(deps, event, some, since)));
  }
  const resent = results.flatMap((result) => (result.ok ? [result.value] : []));
  const refused = results.findLast((result) => !result.ok);
  // Something was sent, or there was nothing to send: the rest shows in the deliveries. Only refusals: say the last.
  return resent.length === 0 && refused !== undefined ? refused : ok(resent);
}

/** All of them are tried before a fault of ours is thrown, so that a repeat has the least left to do. */
async function resendSome(
  deps: ResendDeps,
  event: Event,
  targets: readonly Aim[],
  since: number | undefined,
): Promise<readonly Result<Resent, Failure>[]> {
  const ids = targets.map(({ endpoint }) => endpoint);
  const keys = ids.map((endpoint) => ({ event: event.id, endpoint }));
  const [endpoints, records] = await Promise.all([
    deps.endpoints.endpoints(event.project, ids),
    deps.deliveries.getMany(keys),
  ]);
  const settled = await Promise.allSettled(
    keys.map(async (key, index) => {
      const record = records[index];
      if (record !== undefined && since !== undefined && isAskedForSince(record, since)) return ok(key);
      const endpoint = endpoints[index];
      return endpoint === undefined
        ? cannot('endpoint_deleted', 'Its endpoint was deleted.')
        : resendOne(deps, event, endpoint, targets[index]!.via, record);
    }),
  );
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function resendOne(
  deps: ResendDeps,
  event: Event,
  endpoint: Endpoint,
  via: string | undefined,
  known?: Delivery,
): Promise<Result<Resent, Failure>> {
  if (endpoint.status !== 'enabled') {
    const undo = endpoint.status === 'paused' ? 'Resume' : 'Enable';
    return cannot(`endpoint_${endpoint.status}`, `The endpoint is ${endpoint.status}. ${undo} it first.`);
  }
  const key = { event: event.id, endpoint: endpoint.id };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [delivery] = round === 0 && known !== undefined ? [known] : await deps.deliveries.getMany([key]);
    if (delivery !== undefined) {
      if (delivery.attempts.length >= MAX_ATTEMPTS) {
        return cannot('too_many_attempts', `It was tried ${MAX_ATTEMPTS} times. Publish the event again.`);
      }
      const requested = requestResend(delivery, deps.clock.now());
      if (requested === undefined)
        return cannot('delivery_in_progress', 'An attempt is on its way. Wait for it to end.');
      if (!(await saveWithNet(deps, requested))) continue;
    }
    await deps.deliveryQueue.sendDeliveries([bareTask(event, endpoint.id, true, via)]);
    return ok(key);
  }
  return cannot('delivery_in_progress', 'The delivery is changing right now. Try again.');
}

/** The record enters the backlog, due now; a wake is noted first, so that a crash before the task is sent costs minutes. */
async function saveWithNet(deps: ResendDeps, delivery: Delivery): Promise<boolean> {
  const now = deps.clock.now();
  await deps.ledger.note({
    project: delivery.project,
    endpoint: delivery.endpoint,
    minute: wakeMinute(now, now),
  });
  return (await deps.deliveries.save(delivery)) === 'saved';
}

async function allTargets(deps: ResendDeps, event: Event): Promise<Result<readonly Aim[], Failure>> {
  const targets: Aim[] = [];
  for await (const target of targetsOf(deps, event)) {
    if (targets.length === MAX_REPLAY_ENDPOINTS) {
      return cannot(
        'too_many_deliveries',
        `The event went to more than ${MAX_REPLAY_ENDPOINTS} endpoints. Name one with endpoint_id.`,
      );
    }
    targets.push(target);
  }
  return ok(targets);
}

/** A record says so at once; without one (still queued) the event's own matches are looked through. */
async function targetAt(deps: ResendDeps, event: Event, wanted: string): Promise<Aim | undefined> {
  const [delivery] = await deps.deliveries.getMany([{ event: event.id, endpoint: wanted }]);
  if (delivery !== undefined) return delivery.project === event.project ? delivery : undefined;
  for await (const target of targetsOf(deps, event)) {
    if (target.endpoint === wanted) return target;
  }
  return undefined;
}

function noDelivery(key: DeliveryKey): Result<never, Failure> {
  return fail({ kind: 'not_found', what: 'delivery', id: deliveryId(key) });
}

function cannot(code: string, detail: string): Result<never, Failure> {
  return fail({ kind: 'conflict', code, detail });
}
