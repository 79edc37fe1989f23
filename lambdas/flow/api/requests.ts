/** Requests that were refused: messages of the publish queue, with the reason and their bytes. */
import { listRequests, type RequestSummaryView } from '../../contract/api/requests.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { parseHomedId } from '../../domain/ids.ts';
import { LOOK_BUDGET } from '../../domain/listing.ts';
import { DEFAULT_EVENT_SHARDS, type Project, UNASSIGNED_PROJECT } from '../../domain/project.ts';
import type { RejectedRequest } from '../../domain/request.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RequestReader } from '../../ports/request-log.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { notFound } from './find.ts';
import { pageAnswer, readList, readWindow } from './list.ts';
import { isoTime, textOrBase64 } from './views.ts';

export interface RequestsDeps {
  readonly clock: Clock;
  readonly requests: RequestReader;
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
      const body = { ...requestSummaryView(found), ...textOrBase64(found.body, found.truncated) };
      return ok({ status: 200, body });
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

function requestSummaryView(request: RejectedRequest): RequestSummaryView {
  return {
    id: request.id,
    source: request.source,
    message_id: request.messageId,
    verdict: request.verdict,
    reason: request.reason,
    errors: [...request.errors],
    truncated: request.truncated,
    received_at: isoTime(request.receivedAt),
  };
}
