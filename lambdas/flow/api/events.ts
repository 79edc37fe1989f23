/** Looking events up. */
import { type EventSummaryView, listEvents } from '../../contract/api/events.ts';
import type { Event } from '../../domain/event.ts';
import { deliveryId } from '../../domain/ids.ts';
import { LOOK_BUDGET } from '../../domain/listing.ts';
import { ok } from '../../domain/result.ts';
import type { BodyStore } from '../../ports/body-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { withBody } from '../deliver/load-event.ts';
import { findEvent } from './find.ts';
import { pageAnswer, readList, readWindow } from './list.ts';
import { isoTime, utf8 } from './views.ts';
import { type WalkDeps, walkDeliveries } from './walk-deliveries.ts';

export interface EventsDeps extends WalkDeps {
  readonly clock: Clock;
  readonly bodies: BodyStore;
  readonly retentionDays: number;
}

/** Deliveries shown with their event. */
const DELIVERIES_SHOWN = 100;

export function eventUseCases(deps: EventsDeps): Readonly<Record<'listEvents' | 'getEvent', UseCase>> {
  return {
    async listEvents(call) {
      const request = readList(call, 'listEvents', listEvents);
      if (!request.ok) return request;
      const { filters, limit, position } = request.value;
      const now = deps.clock.now();
      const window = readWindow(filters, now, deps.retentionDays);
      if (!window.ok) return window;
      const page = await deps.events.page({
        project: call.project.id,
        shards: call.project.eventShards,
        region: deps.region,
        window: window.value,
        ...(filters.owner_id !== undefined && { owner: filters.owner_id }),
        ...(filters.event_type !== undefined && { types: filters.event_type.split(',') }),
        ...(position !== undefined && { before: position }),
        limit,
        budget: LOOK_BUDGET,
      });
      const data = page.items.map(eventSummaryView);
      return ok(pageAnswer(call, request.value, { data, next: page.next, covered: page.covered, now }));
    },

    async getEvent({ project, params }) {
      const found = await findEvent(deps, project, params.id!);
      if (!found.ok) return found;
      const event = found.value;
      const [{ body }, page] = await Promise.all([
        withBody(deps, event),
        walkDeliveries(deps, {
          project,
          event,
          window: { from: event.createdAt, to: event.createdAt + 1 },
          limit: DELIVERIES_SHOWN,
        }),
      ]);
      const deliveries = page.items.map(({ of, record }) => ({
        id: deliveryId(of),
        endpoint_id: of.endpoint,
        status: record?.state.status ?? 'queued',
      }));
      const fields = {
        ...eventSummaryView(event),
        headers: event.headers,
        inbound: inboundView(event),
        broker_message: messageView(event),
      };
      const rest = { deliveries, has_more_deliveries: page.next !== undefined };
      const json = jsonBody(event, body);
      if (json === undefined) {
        return ok({
          status: 200,
          body: { ...fields, body_base64: Buffer.from(body).toString('base64'), ...rest },
        });
      }
      return ok({ status: 200, json: spliced({ ...fields, ...rest }, 'data', json) });
    },
  };
}

function eventSummaryView(event: Event): EventSummaryView {
  return {
    id: event.id,
    type: event.type,
    owner_id: event.owner ?? null,
    uid: event.uid ?? null,
    source: event.source,
    source_id: event.inbound?.source ?? null,
    broker: event.broker?.name ?? null,
    content_type: event.contentType,
    size_bytes: event.body.at === 'inline' ? event.body.bytes.length : event.body.size,
    endpoint_count: event.matches.kind === 'listed' ? event.matches.endpoints.length : null,
    deliver_at: event.deliverAt === undefined ? null : isoTime(event.deliverAt),
    created_at: isoTime(event.createdAt),
  };
}

function inboundView({ inbound }: Event) {
  if (inbound === undefined) return null;
  const { method, path, query, headers, address } = inbound;
  return { method, path, query, headers, address };
}

function messageView({ broker }: Event) {
  return broker === undefined ? null : { id: broker.message ?? null, attributes: broker.attributes };
}

/** The text of a body that can stand in an answer as it is: JSON, and valid UTF-8. */
function jsonBody(event: Event, body: Uint8Array): string | undefined {
  const text = event.contentType === 'application/json' ? utf8(body) : undefined;
  if (text === undefined) return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** The object as JSON with one more member whose value is JSON already, not touched by parsing and printing. */
function spliced(object: object, name: string, json: string): string {
  return `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${json}}`;
}
