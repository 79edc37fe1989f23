import { bodyName, type Event, type EventToSend } from '../../domain/event.ts';
import type { BodyStore } from '../../ports/body-store.ts';
import type { EventReader } from '../../ports/event-log.ts';

export interface LoadEventDeps {
  readonly events: EventReader;
  readonly bodies: BodyStore;
}

/** An event with its body, wherever that is kept; undefined once it has expired. */
export async function loadEvent(
  deps: LoadEventDeps,
  project: string,
  id: string,
): Promise<EventToSend | undefined> {
  const event = await deps.events.get(project, id);
  return event === undefined ? undefined : withBody(deps, event);
}

export async function withBody(
  deps: { readonly bodies: Pick<BodyStore, 'get'> },
  event: Event,
): Promise<EventToSend> {
  const body =
    event.body.at === 'inline' ? event.body.bytes : await deps.bodies.get(bodyName(event, event.body));
  return {
    id: event.id,
    type: event.type,
    ...(event.owner !== undefined && { owner: event.owner }),
    contentType: event.contentType,
    headers: event.headers,
    body,
    ...(event.inbound !== undefined && { inbound: event.inbound }),
    ...(event.broker !== undefined && { broker: event.broker }),
  };
}
