/** `POST /v1/endpoints`: an endpoint, its first subscription and its secret. */
import { checkText } from '../../contract/api/check.ts';
import {
  CREATE_ENDPOINT_HINTS,
  type CreateEndpointFields,
  createEndpoint,
} from '../../contract/api/endpoints.ts';
import { DEFAULT_TIMEOUT_SECONDS, type Endpoint } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { checkHeaders } from '../../domain/headers.ts';
import { idTimeMs, newId, randomFrom } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { RetrySettings } from '../../domain/retry/policy.ts';
import { formatSecret, SECRET_BYTES } from '../../domain/sign.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { Random } from '../../ports/clock.ts';
import type { EndpointStore, SubscriptionStore } from '../../ports/config.ts';
import type { Transformer } from '../../ports/transformer.ts';
import type { Answer, UseCase } from '../../ports/use-case.ts';
import { changeRetry } from './endpoint-retry.ts';
import { type EndpointTarget, type EndpointTargetDeps, readNewTarget } from './endpoint-target.ts';
import { endpointView, subscriptionView } from './endpoint-view.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { readFilter } from './read-filter.ts';
import { readRewriting } from './read-rewriting.ts';
import { tryRole } from './try-role.ts';

export interface CreateEndpointDeps extends OnceDeps, EndpointTargetDeps {
  readonly random: Random;
  readonly endpoints: EndpointStore;
  readonly subscriptions: SubscriptionStore;
  readonly transformer: Transformer;
}

/** A repeat under the same key finds what the first made, and makes what it did not come to. */
export function createEndpointUseCase(deps: CreateEndpointDeps): UseCase {
  return async (call) => {
    const fields = checkText(createEndpoint, call.text, { hints: CREATE_ENDPOINT_HINTS });
    if (!fields.ok) return fields;
    const target = await checkTarget(deps, fields.value, call.project);
    if (!target.ok) return target;
    const proposed = newId('ep', deps.clock.now(), deps.random.bytes(16));
    const claimed = await claimOnce(deps, call, 'createEndpoint', proposed);
    if (!claimed.ok) return claimed;
    const wanted = newEndpoint(deps, call.project, claimed.value.value, target.value, fields.value);
    const endpoint = await storeEndpoint(deps, wanted);
    const subscription = firstSubscription(endpoint, fields.value.event_types ?? ['*'], target.value);
    const existing = await deps.subscriptions.subscription(endpoint.project, subscription.id);
    if (existing === undefined) await deps.subscriptions.putSubscription(subscription);
    return ok(createdAnswer(endpoint, existing ?? subscription));
  };
}

/** What to store of the fields that are judged beyond their schema. */
interface Target {
  readonly target: EndpointTarget;
  readonly retry: RetrySettings;
  readonly filter: string | undefined;
  readonly rewriting: Pick<Subscription, 'forward' | 'transformation'>;
}

/** Or every mistake in them. */
async function checkTarget(
  deps: CreateEndpointDeps,
  fields: CreateEndpointFields,
  project: Project,
): Promise<Result<Target, Failure>> {
  const target = readNewTarget(deps, fields, project);
  const errors = checkHeaders(fields.headers ?? {}, 'headers');
  if (!target.ok) errors.unshift(...target.failure);
  const retry = changeRetry({}, fields);
  if (!retry.ok) errors.push(...retry.failure);
  const filter = readFilter(fields.filter);
  if (!filter.ok) errors.push(...filter.failure);
  const rewriting = await readRewriting(deps, project.id, fields);
  if (!rewriting.ok) errors.push(...rewriting.failure);
  if (!target.ok || !retry.ok || !filter.ok || !rewriting.ok || errors.length > 0) {
    return fail({ kind: 'invalid', errors });
  }
  const tried = await tryRole(deps, target.value.destination ?? {}, project.id);
  if (!tried.ok) return tried;
  return ok({
    target: target.value,
    retry: retry.value,
    filter: filter.value,
    rewriting: rewriting.value,
  });
}

function newEndpoint(
  deps: CreateEndpointDeps,
  project: Project,
  id: string,
  { target, retry }: Target,
  fields: CreateEndpointFields,
): Endpoint {
  const createdAt = idTimeMs(id);
  return {
    id,
    project: project.id,
    ...(fields.owner_id !== undefined && { owner: fields.owner_id }),
    ...target,
    description: fields.description ?? '',
    status: 'enabled',
    timeoutSeconds: fields.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS,
    headers: fields.headers ?? {},
    ...(fields.rate_limit !== undefined && { rateLimit: fields.rate_limit }),
    ...(fields.max_in_flight !== undefined && { maxInFlight: fields.max_in_flight }),
    ...(fields.alert_emails !== undefined && { alertEmails: fields.alert_emails }),
    ...retry,
    secrets: [{ key: fields.secret ?? formatSecret(deps.random.bytes(SECRET_BYTES)) }],
    createdAt,
    updatedAt: createdAt,
    version: 1,
  };
}

async function storeEndpoint(deps: CreateEndpointDeps, wanted: Endpoint): Promise<Endpoint> {
  if ((await deps.endpoints.createEndpoint(wanted)) === 'created') return wanted;
  const [stored] = await deps.endpoints.endpoints(wanted.project, [wanted.id]);
  if (stored === undefined) throw new Error(`endpoint ${wanted.id} exists and cannot be read`);
  return stored;
}

/** Its id follows from the endpoint's, so that a repeat makes the same one. */
function firstSubscription(
  endpoint: Endpoint,
  eventTypes: readonly string[],
  { filter, rewriting }: Pick<Target, 'filter' | 'rewriting'>,
): Subscription {
  return {
    id: newId('sub', endpoint.createdAt, randomFrom(`first subscription of ${endpoint.id}`)),
    project: endpoint.project,
    ...(endpoint.owner !== undefined && { owner: endpoint.owner }),
    endpoint: endpoint.id,
    eventTypes,
    ...(filter !== undefined && { filter }),
    ...rewriting,
    createdAt: endpoint.createdAt,
    updatedAt: endpoint.createdAt,
  };
}

function createdAnswer(endpoint: Endpoint, subscription: Subscription): Answer {
  return {
    status: 201,
    body: {
      ...endpointView(endpoint),
      subscriptions: [subscriptionView(subscription)],
      secret: endpoint.secrets[0]!.key,
    },
  };
}
