/**
 * Deliveries found by walking events, newest first: each event tells its endpoints, and a delivery without a record
 * is queued. Reads more than an endpoint's own partition would, and is the only way to see what is queued.
 */
import { type DeliveryStatus, newDelivery } from '../../domain/delivery/delivery.ts';
import type { Event } from '../../domain/event.ts';
import { idTimeMs } from '../../domain/ids.ts';
import { LOOK_BUDGET, type LogPage, type Window } from '../../domain/listing.ts';
import type { Project } from '../../domain/project.ts';
import type { DeliveryReader } from '../../ports/delivery-log.ts';
import type { EventLister, EventReader, MatchChunks } from '../../ports/event-log.ts';
import { eventOfPosition, isInsideEvent, type Target, targetsOf } from '../publish/targets.ts';
import type { KnownDelivery } from './delivery-view.ts';

export interface WalkDeps {
  readonly events: EventReader & EventLister;
  readonly chunks: MatchChunks;
  readonly deliveries: DeliveryReader;
  readonly region: string;
}

export interface Walk {
  readonly project: Project;
  readonly window: Window;
  readonly owner?: string;
  readonly types?: readonly string[];
  readonly endpoint?: string;
  /** Only this event's deliveries. */
  readonly event?: Event;
  readonly statuses?: readonly DeliveryStatus[];
  /** Position of the target the page before ended with. */
  readonly position?: string;
  readonly limit: number;
  /** Events, and deliveries of them, to look at. */
  readonly budget?: number;
}

const READ_AT_ONCE = 100;
const EVENTS_AT_ONCE = 250;
/** Pages of events one request reads, however few deliveries it finds in them. */
const MAX_EVENT_PAGES = 8;

/** `stopped`: the budget is used up; continue below this event. */
type Step = Target | { readonly stopped: string };

export async function walkDeliveries(deps: WalkDeps, walk: Walk): Promise<LogPage<KnownDelivery>> {
  const rows: { readonly row: KnownDelivery; readonly position: string }[] = [];
  const budget = walk.budget ?? LOOK_BUDGET;
  let looked = 0;
  let batch: Target[] = [];
  let last: string | undefined;

  const page = (next: string | undefined): LogPage<KnownDelivery> => ({
    items: rows.slice(0, walk.limit).map(({ row }) => row),
    ...(next !== undefined && { next }),
    covered: coveredBy(walk, next),
  });
  /** True when one row more than the page holds was found: then the page has a next one for certain. */
  const take = async (): Promise<boolean> => {
    rows.push(...(await readTargets(deps, walk, batch)));
    batch = [];
    return rows.length > walk.limit;
  };
  const full = () => page(rows[walk.limit - 1]!.position);

  // Deliveries of some statuses only may be rare: then each read takes as many as it can.
  const atOnce = () =>
    walk.statuses === undefined ? Math.min(READ_AT_ONCE, walk.limit + 1 - rows.length) : READ_AT_ONCE;
  for await (const step of steps(deps, walk, budget)) {
    if ('stopped' in step) return (await take()) ? full() : page(step.stopped);
    if (looked >= budget) return (await take()) ? full() : page(last);
    looked++;
    last = step.position;
    if (walk.endpoint === undefined || walk.endpoint === step.endpoint) batch.push(step);
    if (batch.length >= atOnce() && (await take())) return full();
  }
  return (await take()) ? full() : page(undefined);
}

async function* steps(deps: WalkDeps, walk: Walk, budget: number): AsyncGenerator<Step> {
  const { project, position } = walk;
  let before = position === undefined ? undefined : eventOfPosition(position);
  if (walk.event !== undefined) {
    yield* targetsOf(deps, walk.event, position);
    return;
  }
  if (position !== undefined && isInsideEvent(position)) {
    const event = await deps.events.get(project.id, eventOfPosition(position));
    if (event !== undefined) yield* targetsOf(deps, event, position);
  }
  for (let pages = 0; pages < MAX_EVENT_PAGES; pages++) {
    const page = await deps.events.page({
      project: project.id,
      shards: project.eventShards,
      region: deps.region,
      window: walk.window,
      ...(walk.owner !== undefined && { owner: walk.owner }),
      ...(walk.types !== undefined && { types: walk.types }),
      ...(before !== undefined && { before }),
      limit: walk.statuses === undefined ? READ_AT_ONCE : EVENTS_AT_ONCE,
      budget,
    });
    for (const event of page.items) yield* targetsOf(deps, event);
    if (page.next === undefined) return;
    before = page.next;
    // An empty page that goes on has used its budget up on events nobody asked for.
    if (page.items.length === 0) break;
  }
  yield { stopped: before! };
}

async function readTargets(deps: WalkDeps, walk: Walk, targets: readonly Target[]) {
  if (targets.length === 0) return [];
  const keys = targets.map(({ event, endpoint }) => ({ event: event.id, endpoint }));
  const records = await deps.deliveries.getMany(keys);
  return targets.flatMap(({ event, endpoint, position }, index) => {
    const record = records[index];
    const status = record?.state.status ?? 'queued';
    if (walk.statuses !== undefined && !walk.statuses.includes(status)) return [];
    return [{ row: { of: newDelivery(event, endpoint), record }, position }];
  });
}

function coveredBy(walk: Walk, next: string | undefined): Window {
  const { window, position } = walk;
  const to =
    position === undefined ? window.to : Math.min(window.to, idTimeMs(eventOfPosition(position)) + 1);
  return { from: next === undefined ? window.from : idTimeMs(eventOfPosition(next)), to };
}
