/** Finding what a request names, in the caller's project only. A text that is no id of ours is simply not found. */
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Event } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import { isId, parseHomedId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { EndpointReader, SubscriptionStore } from '../../ports/config.ts';
import type { EventReader } from '../../ports/event-log.ts';

/** Long texts are not repeated to whoever sent them. */
const MAX_ECHOED_ID = 80;

/** `field` when the id came in a field and not in the path. */
export function notFound(what: string, id: string, field?: string): { ok: false; failure: Failure } {
  const echoed = id.length > MAX_ECHOED_ID ? `${id.slice(0, MAX_ECHOED_ID)}…` : id;
  return fail({ kind: 'not_found', what, id: echoed, ...(field !== undefined && { field }) });
}

export async function findEndpoint(
  deps: { readonly endpoints: EndpointReader },
  project: Project,
  id: string,
  field?: string,
): Promise<Result<Endpoint, Failure>> {
  const [endpoint] = isId('ep', id) ? await deps.endpoints.endpoints(project.id, [id]) : [];
  return endpoint === undefined ? notFound('endpoint', id, field) : ok(endpoint);
}

export async function findSubscription(
  deps: { readonly subscriptions: Pick<SubscriptionStore, 'subscription'> },
  project: Project,
  id: string,
): Promise<Result<Subscription, Failure>> {
  const found = isId('sub', id) ? await deps.subscriptions.subscription(project.id, id) : undefined;
  return found === undefined ? notFound('subscription', id) : ok(found);
}

export async function findEvent(
  deps: { readonly events: EventReader },
  project: Project,
  id: string,
  field?: string,
): Promise<Result<Event, Failure>> {
  const found = parseHomedId('evt', id) === undefined ? undefined : await deps.events.get(project.id, id);
  return found === undefined ? notFound('event', id, field) : ok(found);
}
