/** An endpoint's own retry policies, as a request changes them. */
import { readRetryPolicy } from '../../contract/api/read-retry-policy.ts';
import type { RetryPolicyFields } from '../../contract/api/retry.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { FieldError } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { MAX_TYPED_POLICIES, type RetryPolicy, type RetrySettings } from '../../domain/retry/policy.ts';
import { EVENT_TYPE_PATTERN_SHAPE, MAX_EVENT_TYPE_LENGTH } from '../../domain/routing.ts';

/** Of a creation or a merge patch: null takes a policy away, what is not named stays. A policy is replaced whole. */
export interface RetryFields {
  readonly retry?: RetryPolicyFields | null | undefined;
  readonly retry_by_type?: Readonly<Record<string, RetryPolicyFields | null>> | null | undefined;
}

export function changeRetry(
  before: RetrySettings,
  fields: RetryFields,
): Result<RetrySettings, readonly FieldError[]> {
  const errors: FieldError[] = [];
  const read = (wanted: RetryPolicyFields, at: string): RetryPolicy[] => {
    const policy = readRetryPolicy(wanted, at);
    if (policy.ok) return [policy.value];
    errors.push(...policy.failure);
    return [];
  };
  const retry = fields.retry === undefined ? before.retry : fields.retry && read(fields.retry, 'retry')[0];
  const byType = new Map(fields.retry_by_type === null ? [] : Object.entries(before.retryByType ?? {}));
  for (const [pattern, wanted] of Object.entries(fields.retry_by_type ?? {})) {
    const at = `retry_by_type.${pattern}`;
    if (!isEventTypePattern(pattern)) {
      const detail = 'use an event type such as invoice.paid, a prefix such as invoice.*, or *';
      errors.push({ field: at, code: 'bad_format', detail });
    } else if (wanted === null) byType.delete(pattern);
    else for (const policy of read(wanted, at)) byType.set(pattern, policy);
  }
  if (byType.size > MAX_TYPED_POLICIES) {
    const detail = `at most ${MAX_TYPED_POLICIES} policies, not ${byType.size}`;
    errors.push({ field: 'retry_by_type', code: 'too_big', detail });
  }
  if (errors.length > 0) return fail(errors);
  return ok({
    ...(retry && { retry }),
    ...(byType.size > 0 && { retryByType: Object.fromEntries(byType) }),
  });
}

/** The endpoint with these policies and no others. */
export function withRetry(endpoint: Endpoint, settings: RetrySettings): Endpoint {
  const { retry: _, retryByType: __, ...rest } = endpoint;
  return { ...rest, ...settings };
}

function isEventTypePattern(text: string): boolean {
  return text.length <= MAX_EVENT_TYPE_LENGTH && EVENT_TYPE_PATTERN_SHAPE.test(text);
}
