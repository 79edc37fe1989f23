/** Calls to sources, and refused messages of the publish queue: what came, what became of it, and why. */
import { listRequests, type RequestSummaryView } from '../../contract/api/requests.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { parseHomedId } from '../../domain/ids.ts';
import { LOOK_BUDGET } from '../../domain/listing.ts';
import { DEFAULT_EVENT_SHARDS, type Project, UNASSIGNED_PROJECT } from '../../domain/project.ts';
import type { KeptRequest } from '../../domain/request.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { BodyStore } from '../../ports/body-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventReader } from '../../ports/event-log.ts';
import type { RequestReader } from '../../ports/request-log.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { withBody } from '../deliver/load-event.ts';
import { notFound } from './find.ts';
import { pageAnswer, readList, readWindow } from './list.ts';
import { isoTime, textOrBase64 } from './views.ts';

export interface RequestsDeps {
  readonly clock: Clock;
  readonly requests: RequestReader;
  readonly events: EventReader;
  readonly bodies: BodyStore;
  readonly region: string;
  readonly retentionDays: number;
}

export function requestUseCases(
  deps: RequestsDeps,
): Readonly<Record<'listRequests' | 'getRequest', UseCase>> {
  return {
    async listRequests(call) {
      const request = readList(call, 'listRequests', listRequests);
      if (!request.ok) return request;
      const { filters, limit, position } = request.value;
      const now = deps.clock.now();
      const window = readWindow(filters, now, deps.retentionDays);
      if (!window.ok) return window;
      const of = partitionsOf(call.project, filters.unassigned === 'true');
      if (!of.ok) return of;
      const page = await deps.requests.requests({
        ...of.value,
        region: deps.region,
        window: window.value,
        ...(filters.source_id !== undefined && { source: filters.source_id }),
        ...(filters.verdict !== undefined && { verdicts: [filters.verdict] }),
        ...(position !== undefined && { before: position }),
        limit,
        budget: LOOK_BUDGET,
      });
      const data = page.items.map(requestSummaryView);
      return ok(pageAnswer(call, request.value, { data, next: page.next, covered: page.covered, now }));
    },

    async getRequest({ project, params }) {
      const id = params.id!;
      if (parseHomedId('req', id) === undefined) return notFound('request', id);
      const found =
        (await deps.requests.request(project.id, id)) ??
        (project.operator ? await deps.requests.request(UNASSIGNED_PROJECT, id) : undefined);
      if (found === undefined) return notFound('request', id);
      const { headers, body, truncated } = await contentOf(deps, found);
      return ok({
        status: 200,
        body: { ...requestSummaryView(found), headers, ...textOrBase64(body, truncated) },
      });
    },
  };
}

interface Partitions {
  readonly project: string;
  readonly shards: number;
}

/** Only the operator sees what belongs to nobody. */
function partitionsOf(project: Project, unassigned: boolean): Result<Partitions, Failure> {
  if (!unassigned) return ok({ project: project.id, shards: project.eventShards });
  if (!project.operator) {
    return fail(invalid('unassigned', 'not_allowed', 'is for keys of the operator’s project only'));
  }
  return ok({ project: UNASSIGNED_PROJECT, shards: DEFAULT_EVENT_SHARDS });
}

interface Content {
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

/** A call that became an event is kept there. */
async function contentOf(deps: RequestsDeps, request: KeptRequest): Promise<Content> {
  const { body, truncated } = request;
  if (request.source !== 'http') return { headers: null, body, truncated };
  const { verdict, event: id } = request;
  const event =
    verdict === 'accepted' && id !== undefined ? await deps.events.get(request.project, id) : undefined;
  if (event?.inbound === undefined) return { headers: request.headers, body, truncated };
  const whole = await withBody(deps, event);
  return { headers: event.inbound.headers, body: whole.body, truncated: false };
}

function requestSummaryView(request: KeptRequest): RequestSummaryView {
  const call = request.source === 'http' ? request : undefined;
  const message = request.source === 'http' ? undefined : request;
  return {
    id: request.id,
    source: request.source,
    source_id: call?.sourceId ?? null,
    broker: message?.broker ?? null,
    verdict: request.verdict,
    reason: request.reason,
    detail: call === undefined || call.detail === '' ? null : call.detail,
    event_id: call?.event ?? null,
    status: call?.status ?? null,
    method: call?.method ?? null,
    path: call?.path ?? null,
    query: call?.query ?? null,
    address: call?.address ?? null,
    message_id: message?.messageId || null,
    errors: [...(message?.errors ?? [])],
    truncated: request.truncated,
    received_at: isoTime(request.receivedAt),
  };
}
