import type { EndpointView } from '../../contract/api/endpoints.ts';
import { destinationView } from '../../contract/api/read-destination.ts';
import { retryPolicyView } from '../../contract/api/read-retry-policy.ts';
import type { ForwardView } from '../../contract/api/rewriting.ts';
import type { SubscriptionView } from '../../contract/api/subscriptions.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Forward } from '../../domain/rewrite/forward.ts';
import type { Subscription } from '../../domain/subscription.ts';
import { isoTime } from './views.ts';

/** Never with its secrets: those are shown when they are made. */
export function endpointView(endpoint: Endpoint): EndpointView {
  return {
    id: endpoint.id,
    url: endpoint.destination === undefined ? endpoint.url : null,
    destination:
      endpoint.destination === undefined ? null : destinationView(endpoint.destination, endpoint.project),
    listen: endpoint.listener !== undefined,
    listened_at: endpoint.listener?.askedAt === undefined ? null : isoTime(endpoint.listener.askedAt),
    owner_id: endpoint.owner ?? null,
    description: endpoint.description,
    status: endpoint.status,
    disabled_reason: endpoint.disabledReason ?? null,
    headers: { ...endpoint.headers },
    timeout_seconds: endpoint.timeoutSeconds,
    rate_limit: endpoint.rateLimit ?? null,
    max_in_flight: endpoint.maxInFlight ?? null,
    alert_emails: endpoint.alertEmails === undefined ? null : [...endpoint.alertEmails],
    retry: endpoint.retry === undefined ? null : retryPolicyView(endpoint.retry),
    retry_by_type: Object.fromEntries(
      Object.entries(endpoint.retryByType ?? {}).map(([type, policy]) => [type, retryPolicyView(policy)]),
    ),
    created_at: isoTime(endpoint.createdAt),
    updated_at: isoTime(endpoint.updatedAt),
  };
}

export function subscriptionView(subscription: Subscription): SubscriptionView {
  return {
    id: subscription.id,
    endpoint_id: subscription.endpoint,
    owner_id: subscription.owner ?? null,
    event_types: [...subscription.eventTypes],
    filter: subscription.filter === undefined ? null : JSON.parse(subscription.filter),
    forward: forwardView(subscription.forward),
    transformation: subscription.transformation ?? null,
    created_at: isoTime(subscription.createdAt),
    updated_at: isoTime(subscription.updatedAt),
  };
}

function forwardView(forward: Forward | undefined): ForwardView {
  if (forward === undefined) return null;
  const { method = false, path = false, query = false, headers = [] } = forward;
  return { method, path, query, headers: headers === '*' ? headers : [...headers] };
}
