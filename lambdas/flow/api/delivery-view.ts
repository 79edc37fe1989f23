import type {
  AttemptSummaryView,
  AttemptView,
  DeliverySummaryView,
  DeliveryView,
} from '../../contract/api/deliveries.ts';
import type { Attempt, KeptResponse } from '../../domain/delivery/attempt.ts';
import type { Delivery, NewDelivery } from '../../domain/delivery/delivery.ts';
import { deliveryId, idTimeMs } from '../../domain/ids.ts';
import { explain } from '../../domain/why.ts';
import { isoTime, textOrBase64 } from './views.ts';

/** A delivery as it is known: `record` is absent while it is queued. */
export interface KnownDelivery {
  readonly of: NewDelivery;
  readonly record: Delivery | undefined;
}

export function deliverySummaryView(known: KnownDelivery): DeliverySummaryView {
  const last = known.record?.attempts.at(-1);
  return { ...commonView(known), last_attempt: last === undefined ? null : attemptSummaryView(last) };
}

/** `aside` finds the responses that are kept beside the record, by attempt number. */
export function deliveryView(known: KnownDelivery, aside: ReadonlyMap<number, KeptResponse>): DeliveryView {
  const attempts = known.record?.attempts ?? [];
  return { ...commonView(known), attempts: attempts.map((attempt) => attemptView(attempt, aside)) };
}

function commonView({ of, record }: KnownDelivery): Omit<DeliverySummaryView, 'last_attempt'> {
  const state = record?.state;
  const createdAt = isoTime(idTimeMs(of.event));
  return {
    id: deliveryId(of),
    event_id: of.event,
    endpoint_id: of.endpoint,
    owner_id: of.owner ?? null,
    event_type: of.type,
    status: state?.status ?? 'queued',
    stop_reason: state !== undefined && 'stopReason' in state ? state.stopReason : null,
    held_reason: state?.status === 'held' ? state.why : null,
    next_attempt_at: state?.status === 'waiting' ? isoTime(state.dueAt) : null,
    attempt_count: record?.attempts.length ?? 0,
    created_at: createdAt,
    updated_at: record === undefined ? createdAt : isoTime(record.updatedAt),
  };
}

function attemptSummaryView(attempt: Attempt): AttemptSummaryView {
  return {
    number: attempt.number,
    trigger: attempt.trigger,
    started_at: isoTime(attempt.startedAt),
    duration_ms: attempt.durationMs,
    url: attempt.url,
    outcome: attempt.outcome,
    status_code: attempt.statusCode ?? null,
    error: errorView(attempt),
  };
}

function attemptView(attempt: Attempt, aside: ReadonlyMap<number, KeptResponse>): AttemptView {
  const response = attempt.response === 'aside' ? aside.get(attempt.number) : attempt.response;
  return {
    ...attemptSummaryView(attempt),
    address: attempt.address ?? null,
    phases: { ...attempt.phases },
    response:
      response === undefined
        ? null
        : {
            headers: { ...response.headers },
            ...textOrBase64(response.body, response.truncated),
            truncated: response.truncated,
          },
  };
}

function errorView(attempt: Attempt): AttemptSummaryView['error'] {
  const { error, statusCode, detail, durationMs } = attempt;
  if (error === undefined) return null;
  const why = explain({
    error,
    ...(statusCode !== undefined && { statusCode }),
    ...(detail !== undefined && { detail }),
    // A call that timed out took as long as it was allowed to.
    timeoutSeconds: Math.max(1, Math.round(durationMs / 1000)),
  });
  return { code: error, sentence: why.sentence, fault: why.fault };
}
