/** Answers of the API as the contract has them, with overrides. */
import type {
  AttemptView,
  DeliverySummaryView,
  DeliveryView,
} from '../../lambdas/contract/api/deliveries.ts';
import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';
import type { RequestSummaryView } from '../../lambdas/contract/api/requests.ts';
import type { SourceView } from '../../lambdas/contract/api/sources.ts';
import { deliveryId } from '../../lambdas/domain/ids.ts';
import { ENDPOINT_ID, EVENT_ID, NOW } from '../factories.ts';

export const DELIVERY_ID = deliveryId({ event: EVENT_ID, endpoint: ENDPOINT_ID });

export function iso(afterMs = 0): string {
  return new Date(NOW + afterMs).toISOString();
}

export function endpointView(over: Partial<EndpointView> = {}): EndpointView {
  return {
    id: ENDPOINT_ID,
    url: 'https://receiver.example/hooks',
    destination: null,
    listen: false,
    listened_at: null,
    owner_id: null,
    description: '',
    status: 'enabled',
    disabled_reason: null,
    headers: {},
    timeout_seconds: 15,
    rate_limit: null,
    max_in_flight: null,
    retry: null,
    retry_by_type: {},
    alert_emails: null,
    created_at: iso(),
    updated_at: iso(),
    ...over,
  };
}

export function attemptView(over: Partial<AttemptView> = {}): AttemptView {
  return {
    number: 1,
    trigger: 'first',
    started_at: iso(),
    duration_ms: 38.2,
    url: 'https://receiver.example/hooks',
    outcome: 'succeeded',
    status_code: 200,
    error: null,
    address: '192.0.2.7',
    phases: {},
    response: null,
    ...over,
  };
}

export function failedAttempt(over: Partial<AttemptView> = {}): AttemptView {
  return attemptView({
    outcome: 'failed',
    status_code: 503,
    error: { code: 'gateway_error', sentence: 'The server answered 503.', fault: 'receiver' },
    ...over,
  });
}

export function deliveryView(over: Partial<DeliveryView> = {}): DeliveryView {
  const attempts = over.attempts ?? [attemptView()];
  return {
    id: DELIVERY_ID,
    event_id: EVENT_ID,
    endpoint_id: ENDPOINT_ID,
    owner_id: null,
    event_type: 'invoice.paid',
    status: 'succeeded',
    stop_reason: null,
    held_reason: null,
    next_attempt_at: null,
    attempt_count: attempts.length,
    created_at: iso(),
    updated_at: iso(),
    attempts,
    ...over,
  };
}

export function summaryView(over: Partial<DeliveryView> = {}): DeliverySummaryView {
  const { attempts, ...delivery } = deliveryView(over);
  return { ...delivery, last_attempt: attempts.at(-1) ?? null };
}

export function page<T>(data: readonly T[], next: string | null = null) {
  return { data, pagination: { limit: 250, next, has_more: next !== null } };
}

export function sourceView(over: Partial<SourceView> = {}): SourceView {
  return {
    id: 'src_1',
    url: 'https://hooks.example/in/src_1',
    name: 'GitHub',
    status: 'enabled',
    verification: { preset: 'github' },
    secrets: [{ hint: '…1234', expires_at: null }],
    event_type: { header: 'x-github-event' },
    owner_id: null,
    deduplication: { by: 'auto', window_seconds: 259_200 },
    content: null,
    answer: null,
    public_url: null,
    warnings: [],
    created_at: iso(),
    updated_at: iso(),
    ...over,
  };
}

export function requestView(over: Partial<RequestSummaryView> = {}): RequestSummaryView {
  return {
    id: 'req_1',
    source: 'http',
    source_id: 'src_1',
    broker: null,
    verdict: 'accepted',
    reason: '',
    detail: null,
    event_id: EVENT_ID,
    status: 200,
    method: 'POST',
    path: '',
    query: '',
    address: '192.0.2.7',
    message_id: null,
    errors: [],
    truncated: false,
    received_at: iso(),
    ...over,
  };
}
