/** Looking deliveries up. */
import { type DeliveryFilters, listDeliveries, readStatuses } from '../../contract/api/deliveries.ts';
import type { KeptResponse } from '../../domain/delivery/attempt.ts';
import { newDelivery } from '../../domain/delivery/delivery.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Event } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import { type DeliveryKey, parseDeliveryId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EndpointReader } from '../../ports/config.ts';
import type { ResponseStore } from '../../ports/delivery-log.ts';
import type { Call, UseCase } from '../../ports/use-case.ts';
import { targetsOf } from '../publish/targets.ts';
import { deliverySummaryView, deliveryView, type KnownDelivery } from './delivery-view.ts';
import { findEndpoint, findEvent, notFound } from './find.ts';
import { type ListRequest, pageAnswer, readList, readWindow } from './list.ts';
import { type PartitionDeps, pageOfEndpoint } from './page-of-endpoint.ts';
import { type Walk, type WalkDeps, walkDeliveries } from './walk-deliveries.ts';

export interface DeliveriesDeps extends WalkDeps, PartitionDeps {
  readonly clock: Clock;
  readonly endpoints: EndpointReader;
  readonly responses: ResponseStore;
  readonly retentionDays: number;
}

export function deliveryUseCases(
  deps: DeliveriesDeps,
): Readonly<Record<'listDeliveries' | 'getDelivery', UseCase>> {
  return {
    async listDeliveries(call) {
      const request = readList(call, 'listDeliveries', listDeliveries);
      if (!request.ok) return request;
      const named = await findNamed(deps, call, request.value.filters);
      if (!named.ok) return named;
      const walk = toWalk(deps, call, request.value, named.value);
      if (!walk.ok) return walk;
      const now = deps.clock.now();
      const page = inPartition(walk.value, named.value.endpoint)
        ? await pageOfEndpoint(deps, walk.value, named.value.endpoint)
        : await walkDeliveries(deps, walk.value);
      const data = page.items.map(deliverySummaryView);
      return ok(pageAnswer(call, request.value, { data, next: page.next, covered: page.covered, now }));
    },

    async getDelivery({ project, params }) {
      const known = await findDelivery(deps, project, params.id!);
      if (!known.ok) return known;
      return ok({ status: 200, body: deliveryView(known.value, await responsesOf(deps, known.value)) });
    },
  };
}

interface Named {
  readonly endpoint: Endpoint | undefined;
  readonly event: Event | undefined;
}

/** What the filters name must be the caller's. */
async function findNamed(
  deps: DeliveriesDeps,
  call: Call,
  filters: DeliveryFilters,
): Promise<Result<Named, Failure>> {
  const { endpoint_id: endpointId, event_id: eventId } = filters;
  const endpoint =
    endpointId === undefined
      ? ok(undefined)
      : await findEndpoint(deps, call.project, endpointId, 'endpoint_id');
  if (!endpoint.ok) return endpoint;
  const event =
    eventId === undefined ? ok(undefined) : await findEvent(deps, call.project, eventId, 'event_id');
  return event.ok ? ok({ endpoint: endpoint.value, event: event.value }) : event;
}

function toWalk(
  deps: DeliveriesDeps,
  call: Call,
  request: ListRequest<DeliveryFilters>,
  named: Named,
): Result<Walk, Failure> {
  const { filters, limit, position } = request;
  const window = readWindow(filters, deps.clock.now(), deps.retentionDays);
  if (!window.ok) return window;
  return ok({
    project: call.project,
    window: window.value,
    limit,
    ...(filters.owner_id !== undefined && { owner: filters.owner_id }),
    ...(filters.event_type !== undefined && { types: filters.event_type.split(',') }),
    ...(filters.status !== undefined && { statuses: readStatuses(filters.status) }),
    ...(named.endpoint !== undefined && { endpoint: named.endpoint.id }),
    ...(named.event !== undefined && { event: named.event }),
    ...(position !== undefined && { position }),
  });
}

/**
 * An endpoint's own partition answers, unless the question is about what it does not know: what is queued only, or
 * one owner's among a project-wide endpoint's.
 */
function inPartition(walk: Walk, endpoint: Endpoint | undefined): endpoint is Endpoint {
  if (endpoint === undefined || walk.event !== undefined) return false;
  if (walk.owner !== undefined && walk.owner !== endpoint.owner) return false;
  return walk.statuses === undefined || walk.statuses.some((status) => status !== 'queued');
}

/** The delivery an id names: its record, or queued when its event went to its endpoint and nothing is written yet. */
export async function findDelivery(
  deps: WalkDeps,
  project: Project,
  id: string,
): Promise<Result<KnownDelivery, Failure>> {
  const key = parseDeliveryId(id);
  if (key === undefined) return notFound('delivery', id);
  const [record] = await deps.deliveries.getMany([key]);
  if (record !== undefined) {
    return record.project === project.id ? ok({ of: record, record }) : notFound('delivery', id);
  }
  const event = await deps.events.get(project.id, key.event);
  if (event === undefined || !(await wentTo(deps, event, key))) return notFound('delivery', id);
  return ok({ of: newDelivery(event, key.endpoint), record: undefined });
}

async function wentTo(deps: WalkDeps, event: Event, key: DeliveryKey): Promise<boolean> {
  for await (const target of targetsOf(deps, event)) {
    if (target.endpoint === key.endpoint) return true;
  }
  return false;
}

async function responsesOf(
  deps: DeliveriesDeps,
  { of, record }: KnownDelivery,
): Promise<ReadonlyMap<number, KeptResponse>> {
  const aside = (record?.attempts ?? []).filter(({ response }) => response === 'aside');
  const found = await Promise.all(
    aside.map(async ({ number }) => [number, await deps.responses.getResponse(of, number)] as const),
  );
  return new Map(found.flatMap(([number, response]) => (response === undefined ? [] : [[number, response]])));
}
