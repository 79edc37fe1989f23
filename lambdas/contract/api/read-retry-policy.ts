/** From a retry policy as the API writes it to the one that is kept, and back. */
import type { FieldError } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import {
  DEFAULT_FACTOR,
  DEFAULT_MAX_ATTEMPTS,
  MAX_DELAY_SECONDS,
  MAX_RETRY_SPAN_SECONDS,
  type RetryPolicy,
  retrySteps,
} from '../../domain/retry/policy.ts';
import type { RetryPolicyFields as Fields } from './retry.ts';

const BELONGS_TO: Readonly<Record<Fields['strategy'], readonly (keyof Fields)[]>> = {
  list: ['delays_seconds'],
  linear: ['interval_seconds', 'max_attempts'],
  exponential: ['interval_seconds', 'factor', 'cap_seconds', 'max_attempts'],
};
const NEEDED = {
  list: 'delays_seconds',
  linear: 'interval_seconds',
  exponential: 'interval_seconds',
} as const satisfies Record<Fields['strategy'], keyof Fields>;

/** What the schema can't tell: which fields go together, and how long it all lasts. `at` is the policy's own name. */
export function readRetryPolicy(fields: Fields, at: string): Result<RetryPolicy, readonly FieldError[]> {
  const errors = [...foreignFields(fields, at), ...missingFields(fields, at)];
  if (errors.length > 0) return fail(errors);
  const policy = toPolicy(fields);
  const wrong = tooLong(policy, at) ?? capBelowInterval(policy, at);
  return wrong === undefined ? ok(policy) : fail([wrong]);
}

function foreignFields(fields: Fields, at: string): FieldError[] {
  const { strategy } = fields;
  const known = new Set(Object.values(BELONGS_TO).flat());
  return (Object.keys(fields) as (keyof Fields)[])
    .filter((name) => known.has(name) && !BELONGS_TO[strategy].includes(name))
    .map((name) => ({
      field: `${at}.${name}`,
      code: 'not_allowed',
      detail: `does not go with the strategy "${strategy}", which takes ${BELONGS_TO[strategy].join(', ')}`,
    }));
}

function missingFields(fields: Fields, at: string): FieldError[] {
  const name = NEEDED[fields.strategy];
  if (fields[name] !== undefined) return [];
  const detail = `is missing; the strategy "${fields.strategy}" needs it`;
  return [{ field: `${at}.${name}`, code: 'required', detail }];
}

function toPolicy(fields: Fields): RetryPolicy {
  const limits = {
    ...(fields.max_age_seconds !== undefined && { maxAgeSeconds: fields.max_age_seconds }),
    ...(fields.statuses !== undefined && { statuses: fields.statuses }),
  };
  const maxAttempts = fields.max_attempts ?? DEFAULT_MAX_ATTEMPTS;
  const intervalSeconds = fields.interval_seconds!;
  switch (fields.strategy) {
    case 'list':
      return { strategy: 'list', delaysSeconds: fields.delays_seconds!, ...limits };
    case 'linear':
      return { strategy: 'linear', intervalSeconds, maxAttempts, ...limits };
    case 'exponential': {
      const factor = fields.factor ?? DEFAULT_FACTOR;
      const capSeconds = fields.cap_seconds ?? MAX_DELAY_SECONDS;
      return { strategy: 'exponential', intervalSeconds, factor, capSeconds, maxAttempts, ...limits };
    }
  }
}

function tooLong(policy: RetryPolicy, at: string): FieldError | undefined {
  const total = retrySteps(policy).reduce((sum, step) => sum + step, 0);
  if (total <= MAX_RETRY_SPAN_SECONDS) return undefined;
  const fix = policy.strategy === 'list' ? 'shorten the delays' : 'lower max_attempts, or the delays';
  return {
    field: policy.strategy === 'list' ? `${at}.delays_seconds` : `${at}.max_attempts`,
    code: 'too_long',
    detail: `the last attempt would come after ${inDays(total)} days; at most ${inDays(MAX_RETRY_SPAN_SECONDS)}: ${fix}`,
  };
}

function capBelowInterval(policy: RetryPolicy, at: string): FieldError | undefined {
  if (policy.strategy !== 'exponential' || policy.capSeconds >= policy.intervalSeconds) return undefined;
  const detail = `must not be below interval_seconds, which is ${policy.intervalSeconds}`;
  return { field: `${at}.cap_seconds`, code: 'too_small', detail };
}

function inDays(seconds: number): number {
  return Math.ceil((seconds / 86_400) * 10) / 10;
}

/** As it would be written to get the same policy. */
export function retryPolicyView(policy: RetryPolicy): Fields {
  const limits = {
    ...(policy.maxAgeSeconds !== undefined && { max_age_seconds: policy.maxAgeSeconds }),
    ...(policy.statuses !== undefined && { statuses: [...policy.statuses] }),
  };
  switch (policy.strategy) {
    case 'list':
      return { strategy: 'list', delays_seconds: [...policy.delaysSeconds], ...limits };
    case 'linear': {
      const { intervalSeconds, maxAttempts } = policy;
      return {
        strategy: 'linear',
        interval_seconds: intervalSeconds,
        max_attempts: maxAttempts,
        ...limits,
      };
    }
    case 'exponential':
      return {
        strategy: 'exponential',
        interval_seconds: policy.intervalSeconds,
        factor: policy.factor,
        cap_seconds: policy.capSeconds,
        max_attempts: policy.maxAttempts,
        ...limits,
      };
  }
}
