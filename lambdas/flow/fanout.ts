/** Routes one stored event to the next page of matching endpoints. Resumable at every line: each page is a chunk written once. */
import { bareTask, type DeliveryTask, deliveryTask, type FanoutTask } from '../contract/tasks.ts';
import type { Event } from '../domain/event.ts';
import { matchEndpoints } from '../domain/routing.ts';
import type { RoutingReader, SubscriptionPage } from '../ports/config.ts';
import type { EventReader, MatchChunks } from '../ports/event-log.ts';
import type { Log } from '../ports/log.ts';
import type { DeliveryQueue, FanoutQueue } from '../ports/queues.ts';

/** Subscriptions looked at per task: small enough that a task ends in seconds. */
const PAGE = 200;

export interface FanoutDeps {
  readonly events: EventReader;
  readonly routing: RoutingReader;
  readonly chunks: MatchChunks;
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
  const page = await subscriptionsAt(deps.routing, task);
  const chunk = await deps.chunks.putChunk({
    project: task.project,
    event: task.event,
    index: task.index,
    endpoints: matchEndpoints(page.subscriptions, task),
    ...(page.next !== undefined && { next: page.next }),
  });
  const repeats = mayRepeat || task.mayRepeat === true;
  const tasks = chunk.endpoints.map((endpoint) =>
    // The page before may have ended inside this endpoint's subscriptions.
    taskOf(event, endpoint, repeats || task.cursor?.includes(endpoint) === true),
  );
  await deps.deliveryQueue.sendDeliveries(tasks);
  if (chunk.next !== undefined) {
    const { mayRepeat: _, ...rest } = task;
    await deps.fanoutQueue.sendFanouts([
      { ...rest, index: task.index + 1, cursor: chunk.next, ...(repeats && { mayRepeat: true }) },
    ]);
  }
}

/** A body in the bucket is left there: it is too large to ride along, and each delivery reads it for itself. */
function taskOf(event: Event, endpoint: string, mayRepeat: boolean): DeliveryTask {
  if (event.body.at === 'bucket') return bareTask(event, endpoint, mayRepeat);
  return deliveryTask({ ...event, body: event.body.bytes }, endpoint, mayRepeat);
}

/** The owner's subscriptions first, then the project-wide ones; a cursor says which and where. */
async function subscriptionsAt(routing: RoutingReader, task: FanoutTask): Promise<SubscriptionPage> {
  const [part, after] = splitCursor(task);
  const owner = part === 'owner' ? task.owner : undefined;
  const page = await routing.subscriptionsOf(task.project, owner, PAGE, after);
  if (page.next !== undefined) return { ...page, next: `${part}:${page.next}` };
  return part === 'owner' ? { ...page, next: 'project:' } : page;
}

function splitCursor(task: FanoutTask): ['owner' | 'project', string | undefined] {
  if (task.cursor === undefined) return [task.owner === undefined ? 'project' : 'owner', undefined];
  const colon = task.cursor.indexOf(':');
  const part = task.cursor.slice(0, colon) === 'owner' ? 'owner' : 'project';
  const after = task.cursor.slice(colon + 1);
  return [part, after === '' ? undefined : after];
}
