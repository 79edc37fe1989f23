/** Routes one stored event to the next page of matching endpoints. Resumable at every line: each page is a chunk written once. */
import { bareTask, type DeliveryTask, deliveryTask, type FanoutTask } from '../../contract/tasks.ts';
import { newDelivery } from '../../domain/delivery/delivery.ts';
import type { Event } from '../../domain/event.ts';
import type { FilterSubject } from '../../domain/filter/filter.ts';
import { subjectOf } from '../../domain/filter/subject.ts';
import { listedMatches, matchingNeedsBody, matchSubscriptions } from '../../domain/routing.ts';
import type { BodyStore } from '../../ports/body-store.ts';
import type { RoutingReader, SubscriptionPage } from '../../ports/config.ts';
import type { EventReader, MatchChunk, MatchChunks } from '../../ports/event-log.ts';
import type { Log } from '../../ports/log.ts';
import type { DeliveryQueue, FanoutQueue } from '../../ports/queues.ts';
import { withBody } from '../deliver/load-event.ts';
import { type ScheduleDeps, scheduleDeliveries } from '../waiting/schedule-deliveries.ts';
import { filterFaults } from './match.ts';

/** Subscriptions looked at per task: small enough that a task ends in seconds. */
const PAGE = 200;

export interface FanoutDeps extends ScheduleDeps {
  readonly events: EventReader;
  readonly routing: RoutingReader;
  readonly chunks: MatchChunks;
  readonly bodies: Pick<BodyStore, 'get'>;
  readonly deliveryQueue: DeliveryQueue;
  readonly fanoutQueue: FanoutQueue;
  readonly log: Log;
}

/** `mayRepeat`: the queue handed this task out before, so its deliveries may be on their way already. */
export async function fanOut(deps: FanoutDeps, task: FanoutTask, mayRepeat: boolean): Promise<void> {
  const event = await deps.events.get(task.project, task.event);
  if (event === undefined) {
    deps.log.warn('fanout.event_expired', { event: task.event });
    return;
  }
  if (event.matches.kind !== 'chunked') {
    // Its deliveries were queued when it was published. No task of ours says otherwise: publishers share this queue.
    deps.log.warn('fanout.not_chunked', { event: task.event });
    return;
  }
  const page = withoutMatched(task, await subscriptionsAt(deps.routing, task, event.owner));
  const subject = await subjectFor(deps, event, page);
  const faults = filterFaults(deps.log, task.project);
  const chunk = await deps.chunks.putChunk({
    project: task.project,
    event: task.event,
    index: task.index,
    // By the event as it is stored, whatever the task says: one owner's event never goes to another's endpoints.
    ...listedMatches(matchSubscriptions(page.subscriptions, event, subject, faults), event),
    ...(event.deliverAt !== undefined && { deliverAt: event.deliverAt }),
    ...(page.next !== undefined && { next: page.next }),
  });
  const repeats = mayRepeat || task.mayRepeat === true;
  const { deliverAt } = event;
  if (deliverAt !== undefined && deliverAt > deps.clock.now()) {
    const later = chunk.endpoints.map((endpoint) => ({
      of: newDelivery(event, endpoint, chunk.via?.[endpoint]),
      deliverAt,
    }));
    await scheduleDeliveries(deps, later);
  } else {
    const tasks = chunk.endpoints.map((endpoint) =>
      // The page before may have ended inside this endpoint's subscriptions; due by now, it may have been scheduled.
      taskOf(
        event,
        endpoint,
        repeats || deliverAt !== undefined || task.cursor?.includes(endpoint) === true,
        chunk.via?.[endpoint],
      ),
    );
    await deps.deliveryQueue.sendDeliveries(tasks);
  }
  if (chunk.next !== undefined) {
    const { mayRepeat: _, matched: __, ...rest } = task;
    await deps.fanoutQueue.sendFanouts([
      {
        ...rest,
        index: task.index + 1,
        cursor: chunk.next,
        ...(endsMatched(task, chunk) && { matched: true }),
        ...(repeats && { mayRepeat: true }),
      },
    ]);
  }
}

/** An endpoint's first matching subscription decides for it, also when its others come on the next page. */
function withoutMatched({ matched, cursor = '' }: FanoutTask, page: SubscriptionPage): SubscriptionPage {
  if (matched !== true) return page;
  return { ...page, subscriptions: page.subscriptions.filter(({ endpoint }) => !cursor.includes(endpoint)) };
}

/** Whether the endpoint the next page may begin with has had its match. */
function endsMatched({ matched, cursor }: FanoutTask, { endpoints, next }: MatchChunk): boolean {
  const endpoint = endpointOf(next);
  if (endpoint === undefined) return false;
  return endpoints.includes(endpoint) || (matched === true && endpointOf(cursor) === endpoint);
}

/** Of a cursor: `owner:<endpoint>#<subscription>`. */
function endpointOf(cursor: string | undefined): string | undefined {
  return /^[a-z]+:([^#]+)#/.exec(cursor ?? '')?.[1];
}

/** A body in the bucket is fetched only when a filter on this page looks at it. */
async function subjectFor(deps: FanoutDeps, event: Event, page: SubscriptionPage): Promise<FilterSubject> {
  const needed = event.body.at === 'inline' || matchingNeedsBody(page.subscriptions, event);
  const body = needed ? (await withBody(deps, event)).body : undefined;
  return subjectOf({ ...event, body });
}

/** A body in the bucket is left there: it is too large to ride along, and each delivery reads it for itself. */
function taskOf(event: Event, endpoint: string, mayRepeat: boolean, via: string | undefined): DeliveryTask {
  if (event.body.at === 'bucket') return bareTask(event, endpoint, mayRepeat, via);
  return deliveryTask({ ...event, body: event.body.bytes }, endpoint, mayRepeat, via);
}

/** The owner's subscriptions first, then the project-wide ones; a cursor says which and where. */
async function subscriptionsAt(
  routing: RoutingReader,
  { project, cursor }: FanoutTask,
  owner: string | undefined,
): Promise<SubscriptionPage> {
  const [part, after] = splitCursor(cursor, owner);
  const page = await routing.subscriptionsOf(project, part === 'owner' ? owner : undefined, PAGE, after);
  if (page.next !== undefined) return { ...page, next: `${part}:${page.next}` };
  return part === 'owner' ? { ...page, next: 'project:' } : page;
}

function splitCursor(
  cursor: string | undefined,
  owner: string | undefined,
): ['owner' | 'project', string | undefined] {
  if (cursor === undefined) return [owner === undefined ? 'project' : 'owner', undefined];
  const colon = cursor.indexOf(':');
  const part = cursor.slice(0, colon) === 'owner' && owner !== undefined ? 'owner' : 'project';
  const after = cursor.slice(colon + 1);
  return [part, after === '' ? undefined : after];
}
