/** Looking at endpoints, changing and deleting them. */
import { checkText } from '../../contract/api/check.ts';
import {
  type EndpointPatch,
  listEndpoints,
  UPDATE_ENDPOINT_HINTS,
  updateEndpoint,
} from '../../contract/api/endpoints.ts';
import { MAX_WAITING_COUNTED } from '../../contract/api/health.ts';
import { DEFAULT_TIMEOUT_SECONDS, type Endpoint, isSameReceiver } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { checkHeaders } from '../../domain/headers.ts';
import { forgive } from '../../domain/health/health.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { SubscriptionStore } from '../../ports/config.ts';
import type { Backlog } from '../../ports/delivery-log.ts';
import type { UseCase } from '../../ports/use-case.ts';
import type { HealthDeps } from '../deliver/change-health.ts';
import { countWaiting } from '../waiting/count-waiting.ts';
import { cancelWaiting } from '../waiting/release.ts';
import { type ChangeDeps, changeEndpoint } from './change-endpoint.ts';
import { changeHealthOf } from './change-health-of.ts';
import { changeRetry, withRetry } from './endpoint-retry.ts';
import { type EndpointTargetDeps, readTarget } from './endpoint-target.ts';
import { endpointView, subscriptionView } from './endpoint-view.ts';
import { findEndpoint } from './find.ts';
import { healthView } from './health-view.ts';
import { pageAnswer, readList } from './list.ts';
import { tryRole } from './try-role.ts';

export interface EndpointsDeps extends ChangeDeps, EndpointTargetDeps, HealthDeps {
  readonly subscriptions: SubscriptionStore;
  readonly backlog: Pick<Backlog, 'held' | 'due' | 'unsendable'>;
}

type Name = 'listEndpoints' | 'getEndpoint' | 'updateEndpoint' | 'deleteEndpoint';

export function endpointUseCases(deps: EndpointsDeps): Readonly<Record<Name, UseCase>> {
  return {
    async listEndpoints(call) {
      const request = readList(call, 'listEndpoints', listEndpoints);
      if (!request.ok) return request;
      const { filters, limit, position } = request.value;
      const page = await deps.endpoints.listEndpoints({
        project: call.project.id,
        limit,
        ...(filters.owner_id !== undefined && { owner: filters.owner_id }),
        ...(position !== undefined && { after: position }),
      });
      const next = page.more ? page.items.at(-1)?.id : undefined;
      return ok(pageAnswer(call, request.value, { data: page.items.map(endpointView), next }));
    },

    async getEndpoint(call) {
      const found = await findEndpoint(deps, call.project, call.params.id!);
      if (!found.ok) return found;
      const [subscriptions, health, waiting] = await Promise.all([
        deps.subscriptions.subscriptionsOfEndpoint(found.value),
        deps.health.get(found.value.id),
        countWaiting(deps.backlog, found.value.id, MAX_WAITING_COUNTED),
      ]);
      return ok({
        status: 200,
        body: {
          ...endpointView(found.value),
          subscriptions: subscriptions.map(subscriptionView),
          health: healthView(health, waiting),
        },
      });
    },

    async updateEndpoint(call) {
      const patch = checkText(updateEndpoint, call.text, { hints: UPDATE_ENDPOINT_HINTS });
      if (!patch.ok) return patch;
      let isMoved = false;
      const changed = await changeEndpoint(deps, call, async (endpoint) => {
        const next = await applyPatch(deps, endpoint, patch.value, call.project);
        isMoved = next.ok && !isSameReceiver(endpoint, next.value);
        return next;
      });
      if (!changed.ok) return changed;
      // What failed was another receiver. Should we stop in between, the circuit's next probe goes to the new one.
      if (isMoved) await changeHealthOf(deps, changed.value, forgive);
      return ok({ status: 200, body: endpointView(changed.value) });
    },

    async deleteEndpoint(call) {
      const found = await findEndpoint(deps, call.project, call.params.id!);
      if (!found.ok) return found;
      // First, so that no event matches an endpoint that is gone.
      for (const subscription of await deps.subscriptions.subscriptionsOfEndpoint(found.value)) {
        await deps.subscriptions.deleteSubscription(subscription);
      }
      // What is held has no wake of its own, and a deleted endpoint can't be released by anybody later. Even when it is
      // enabled: whoever enabled it may have stopped before releasing.
      await cancelWaiting(deps, found.value);
      await deps.endpoints.deleteEndpoint(call.project.id, found.value.id);
      return ok({ status: 204 });
    },
  };
}

/** Merge patch (RFC 7386) on the fields a person may change. */
async function applyPatch(
  deps: EndpointTargetDeps,
  endpoint: Endpoint,
  patch: EndpointPatch,
  project: Project,
): Promise<Result<Endpoint, Failure>> {
  const headers = mergeHeaders(endpoint.headers, patch.headers);
  const errors = checkHeaders(headers, 'headers');
  const target = readTarget(deps, patch, project);
  if (!target.ok) errors.push(...target.failure);
  if (endpoint.listener !== undefined && (patch.url ?? patch.destination) !== undefined) {
    const detail = 'stays: whoever listens picks its deliveries up; create another endpoint';
    errors.push({ field: patch.url === undefined ? 'destination' : 'url', code: 'not_allowed', detail });
  }
  const retry = changeRetry(endpoint, patch);
  if (!retry.ok) errors.push(...retry.failure);
  if (!target.ok || !retry.ok || errors.length > 0) return fail({ kind: 'invalid', errors });
  const tried = await tryRole(deps, target.value?.destination ?? {}, project.id);
  if (!tried.ok) return tried;
  const { rateLimit, maxInFlight, alertEmails, ...rest } = withRetry(endpoint, retry.value);
  const limit = patch.rate_limit === undefined ? rateLimit : patch.rate_limit;
  const inFlight = patch.max_in_flight === undefined ? maxInFlight : patch.max_in_flight;
  const emails = patch.alert_emails === undefined ? alertEmails : patch.alert_emails;
  return ok({
    ...(target.value === undefined ? rest : { ...withoutTarget(rest), ...target.value }),
    headers,
    ...(limit && { rateLimit: limit }),
    ...(inFlight && { maxInFlight: inFlight }),
    ...(emails && { alertEmails: emails }),
    ...(patch.description !== undefined && { description: patch.description ?? '' }),
    ...(patch.timeout_seconds !== undefined && {
      timeoutSeconds: patch.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS,
    }),
  });
}

/** A URL takes the place of a destination, and the other way round. */
function withoutTarget({ destination: _, ...rest }: Endpoint): Endpoint {
  return rest;
}

function mergeHeaders(
  before: Readonly<Record<string, string>>,
  patch: Readonly<Record<string, string | null>> | null | undefined,
): Readonly<Record<string, string>> {
  if (patch === undefined) return before;
  if (patch === null) return {};
  const merged = Object.entries({ ...before, ...patch });
  return Object.fromEntries(merged.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
