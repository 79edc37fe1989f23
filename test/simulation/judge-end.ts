/** When the world is quiet: every promise was kept, and every request is accounted for. */
import { type Delivery, hasEnded } from '../../lambdas/domain/delivery/delivery.ts';
import type { Event } from '../../lambdas/domain/event.ts';
import { deliveryId } from '../../lambdas/domain/ids.ts';
import { DEFAULT_EVENT_SHARDS } from '../../lambdas/domain/project.ts';
import type { Subscription } from '../../lambdas/domain/subscription.ts';
import type { Promised, SentRequest } from './history.ts';
import { addressOf } from './http-model.ts';
import { judgeLimits } from './judge-limits.ts';
import { LONGEST_INVOCATION_MS } from './limits.ts';
import { wantedBy } from './oracle.ts';
import { REGION } from './wiring.ts';
import type { World } from './world.ts';

export async function judgeEnd(world: World, subscriptions: readonly Subscription[]): Promise<void> {
  const { history, stores, queues } = world;
  const records = new Map(stores.deliveries.all().map((delivery) => [deliveryId(delivery), delivery]));
  for (const promised of history.promised) await judgePromise(world, promised, records, subscriptions);
  for (const delivery of records.values()) {
    await judgeRest(world, delivery);
    judgeRecords(world, delivery);
  }
  judgeManual(world, records);
  judgeLimits(world);
  judgeUnrecorded(world, records);
  await judgeRefused(world);
  const poison = [...history.poison];
  for (const queue of Object.values(queues)) {
    for (const body of queue.deadLetters) {
      const at = poison.indexOf(`${queue.name}: ${body}`);
      if (at >= 0) poison.splice(at, 1);
      else history.violate('only poison is dead-lettered', `${queue.name}: ${body.slice(0, 200)}`);
    }
    if (queue.size() > 0) history.violate('everything comes to rest', `${queue.name} is not empty`);
  }
  for (const one of poison) {
    history.violate('only poison is dead-lettered', `${one} vanished, and nobody hears of it`);
  }
}

/** A message that can be no event stands among the project's rejected requests, once and with a reason. */
async function judgeRefused({ history, stores, startedAt, time }: World): Promise<void> {
  const window = { from: startedAt, to: time.now() + 1 };
  for (const { project, message } of history.refused) {
    const query = {
      project,
      window,
      shards: DEFAULT_EVENT_SHARDS,
      region: REGION,
      limit: 1_000,
      budget: 1_000,
    };
    const { items } = await stores.requests.requests(query);
    const kept = items.filter((one) => one.source === 'queue' && one.messageId === message);
    if (kept.length === 1 && kept[0]!.verdict === 'rejected' && kept[0]!.reason !== '') continue;
    history.violate('what is refused is kept', `${message} is kept ${kept.length} times`);
  }
}

/** Stored, sent to the right endpoints, and each of those deliveries has a record. */
async function judgePromise(
  world: World,
  promised: Promised,
  records: ReadonlyMap<string, Delivery>,
  subscriptions: readonly Subscription[],
): Promise<void> {
  const lost = (what: string): void =>
    world.history.violate('no accepted event is lost', `${promised.event} ${what}`);
  const event = await world.stores.events.get(promised.project, promised.event);
  if (event === undefined) return lost('was accepted and is not stored');
  judgeDue(world, promised, event);
  const targets = await targetsOf(world, event);
  const ofProject = subscriptions.filter(({ project }) => project === promised.project);
  const wanted = wantedBy(ofProject, promised);
  // What was not deleted meanwhile was there all the time.
  const { items: left } = await world.stores.config.listSubscriptions({
    project: event.project,
    limit: 10_000,
  });
  for (const endpoint of wantedBy(left, promised)) {
    if (!targets.includes(endpoint)) lost(`was not routed to ${endpoint}`);
  }
  for (const endpoint of targets) {
    if (!wanted.has(endpoint)) lost(`was routed to ${endpoint}, which did not subscribe`);
    if (!records.has(deliveryId({ event: event.id, endpoint }))) lost(`never reached ${endpoint}`);
  }
}

/** Stored with the time it asked for, and not sent before, unless a person wished it. */
function judgeDue({ history, faults: { skewMs = 0 } }: World, promised: Promised, event: Event): void {
  const { deliverAt = 0 } = promised;
  const wanted = deliverAt > event.createdAt ? deliverAt : undefined;
  const early = (what: string): void =>
    history.violate('nothing is sent before it is due', `${event.id} ${what}`);
  if (event.deliverAt !== wanted) early(`is due at ${event.deliverAt}, and not at ${wanted}`);
  if (history.asked.has(event.id)) return;
  for (const request of history.requests) {
    if (request.event === event.id && request.sentAt + skewMs < deliverAt) {
      early(`left as request ${request.number}, ${deliverAt - request.sentAt} ms before it was due`);
    }
  }
}

async function targetsOf(world: World, event: Event): Promise<readonly string[]> {
  if (event.matches.kind === 'listed') return event.matches.endpoints;
  const chunks = await world.stores.events.chunks(event.project, event.id, -1, 1_000);
  return chunks.flatMap((chunk) => chunk.endpoints);
}

/** Ended, or held by an endpoint that is still paused or disabled. Nothing waits for a wake that will not come. */
async function judgeRest(world: World, delivery: Delivery): Promise<void> {
  const { state } = delivery;
  if (hasEnded(state)) return;
  const [endpoint] = await world.stores.config.endpoints(delivery.project, [delivery.endpoint]);
  if (state.status === 'held' && endpoint !== undefined && endpoint.status !== 'enabled') return;
  const { history } = world;
  const what = `${deliveryId(delivery)} is ${state.status} for ever; its endpoint is ${endpoint?.status ?? 'deleted'}`;
  history.violate('everything comes to rest', what);
  history.violate('no accepted event is lost', what);
}

/** An unknown outcome is recorded only where something went wrong. */
function judgeRecords(world: World, delivery: Delivery): void {
  const unknown = delivery.attempts.filter(({ outcome }) => outcome === 'unknown').length;
  if (unknown > world.history.troubles(delivery)) {
    world.history.violate(
      'attempt records equal requests that left',
      `${deliveryId(delivery)} has ${unknown} attempts of unknown outcome and met fewer faults`,
    );
  }
}

/** A manual request that was accepted led to an attempt, unless somebody stopped the endpoint. */
function judgeManual(world: World, records: ReadonlyMap<string, Delivery>): void {
  const { skewMs = 0 } = world.faults;
  for (const wanted of world.history.manual) {
    const attempts = records.get(deliveryId(wanted))?.attempts ?? [];
    const tried = attempts.some(
      ({ startedAt, durationMs }) => startedAt + durationMs >= wanted.from - skewMs,
    );
    // A receiver may have answered 410 meanwhile.
    const held = records.get(deliveryId(wanted))?.state.status === 'held';
    if (tried || held || world.history.operated.has(wanted.endpoint)) continue;
    world.history.violate('no accepted event is lost', `${deliveryId(wanted)} was not sent again`);
  }
}

/** A request without a record of its own: its worker met a fault, and then an unknown outcome stands for it. */
function judgeUnrecorded(world: World, records: ReadonlyMap<string, Delivery>): void {
  const { history } = world;
  const recorded = new Set(
    [...records.values()].flatMap(({ attempts }) => attempts.map(({ address }) => address)),
  );
  const lost = history.requests.filter((request) => !recorded.has(addressOf(request)));
  for (const [id, some] of Map.groupBy(lost, deliveryId)) {
    const wrong = (what: string): void =>
      history.violate('attempt records equal requests that left', `${id}: ${what}`);
    for (const request of some) {
      const fault = history.lastFault(request.by.name);
      if (fault === undefined || fault < request.sentAt) {
        wrong(`request ${request.number} has no record, and its worker met no fault`);
      }
    }
    const unknown = records.get(id)?.attempts.filter(({ outcome }) => outcome === 'unknown').length ?? 0;
    const excused = some.filter((request) => hadCompany(world, request, records.get(id))).length;
    if (unknown + excused < some.length) {
      wrong(`${some.length} requests were lost and ${unknown} outcomes are recorded as unknown`);
    }
  }
}

/**
 * A first request whose task had a copy: one of the two went out unclaimed, and the other one's record may be all
 * there is. Which of them had the claim cannot be told from outside when one worker held both.
 */
function hadCompany(
  { history, faults: { skewMs = 0 } }: World,
  lost: SentRequest,
  record: Delivery | undefined,
): boolean {
  // By the clock of whoever wrote it.
  const recordedAt = (record?.createdAt ?? lost.sentAt) + skewMs;
  return history.copies(lost, recordedAt) > 1 && lost.sentAt <= recordedAt + LONGEST_INVOCATION_MS;
}
