/** How an endpoint's failed deliveries are tried again: when, how often, until when, and after which answers. */

import { typeMatches } from '../type-matches.ts';
import { DEFAULT_SCHEDULE_SECONDS, nextDelayMs } from './retry.ts';
import { retriesStatus } from './statuses.ts';

export type RetryPolicy = (ListedDelays | LinearDelays | ExponentialDelays) & RetryLimits;

/** Seconds after attempt 1, 2, 3, ...; one attempt more than delays. */
interface ListedDelays {
  readonly strategy: 'list';
  readonly delaysSeconds: readonly number[];
}

/** The same delay each time. */
interface LinearDelays {
  readonly strategy: 'linear';
  readonly intervalSeconds: number;
  /** The first one counts too. */
  readonly maxAttempts: number;
}

/** Each delay is `factor` times the one before, up to the cap. */
interface ExponentialDelays {
  readonly strategy: 'exponential';
  readonly intervalSeconds: number;
  readonly factor: number;
  readonly capSeconds: number;
  readonly maxAttempts: number;
}

interface RetryLimits {
  /** No attempt is planned later than this after the event (or after its `deliver_at`). */
  readonly maxAgeSeconds?: number;
  /** Which failed answers are tried again (`domain/retry/statuses.ts`); absent: all. No answer at all always is. */
  readonly statuses?: readonly string[];
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  strategy: 'list',
  delaysSeconds: DEFAULT_SCHEDULE_SECONDS,
};
export const DEFAULT_FACTOR = 2;
export const DEFAULT_MAX_ATTEMPTS = 10;

export const MAX_DELAYS = 20;
/** Each attempt stands in the delivery's record, which is written again with each of them. */
export const MAX_ATTEMPTS = 50;
export const MAX_DELAY_SECONDS = 86_400 * 7;
/** All delays of a policy together, and the greatest maximum age: well within what a delivery's record is kept. */
export const MAX_RETRY_SPAN_SECONDS = 86_400 * 14;
export const MIN_AGE_SECONDS = 60;
export const MAX_FACTOR = 10;
export const MAX_STATUS_EXPRESSIONS = 20;
export const MAX_TYPED_POLICIES = 20;

/** Seconds after attempt 1, 2, 3, ..., before jitter. */
export function retrySteps(policy: RetryPolicy): readonly number[] {
  switch (policy.strategy) {
    case 'list':
      return policy.delaysSeconds;
    case 'linear':
      return Array.from({ length: policy.maxAttempts - 1 }, () => policy.intervalSeconds);
    case 'exponential': {
      const { intervalSeconds, factor, capSeconds, maxAttempts } = policy;
      return Array.from({ length: maxAttempts - 1 }, (_, index) =>
        Math.min(capSeconds, intervalSeconds * factor ** index),
      );
    }
  }
}

export interface FailedTry {
  /** Attempts that used up a place in the schedule, this one included. */
  readonly counted: number;
  /** Absent when there was no answer. */
  readonly statusCode?: number;
  /** What the receiver asked for. */
  readonly retryAfterSeconds?: number;
  /** Milliseconds: when the event was published, or was to be delivered first. */
  readonly eventAt: number;
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export type GaveUp = 'not_retryable' | 'exhausted' | 'expired';

export type NextTry =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly why: GaveUp };

/** When to try again after a failed attempt, or why not. */
export function nextTry(policy: RetryPolicy, failed: FailedTry): NextTry {
  const { statusCode, now } = failed;
  if (statusCode !== undefined && policy.statuses && !retriesStatus(policy.statuses, statusCode)) {
    return { retry: false, why: 'not_retryable' };
  }
  const delayMs = nextDelayMs(failed.counted, failed.random, failed.retryAfterSeconds, retrySteps(policy));
  if (delayMs === undefined) return { retry: false, why: 'exhausted' };
  const tooOld =
    policy.maxAgeSeconds !== undefined && now + delayMs > failed.eventAt + policy.maxAgeSeconds * 1000;
  return tooOld ? { retry: false, why: 'expired' } : { retry: true, delayMs };
}

/** Where an endpoint or project keeps its policies; either may be absent. */
export interface RetrySettings {
  readonly retry?: RetryPolicy;
  /** By event type, `invoice.*` or `*`. */
  readonly retryByType?: Readonly<Record<string, RetryPolicy>>;
}

/** The endpoint's policy for the event's type, its own, the project's, or the default: the first there is. */
export function retryPolicyOf(
  type: string,
  endpoint: RetrySettings,
  project: Pick<RetrySettings, 'retry'> | undefined,
): RetryPolicy {
  return typedPolicy(type, endpoint.retryByType) ?? endpoint.retry ?? project?.retry ?? DEFAULT_RETRY_POLICY;
}

/** The exact type first, then the longest prefix, then `*`. */
function typedPolicy(type: string, byType: RetrySettings['retryByType'] = {}): RetryPolicy | undefined {
  if (Object.hasOwn(byType, type)) return byType[type];
  const [nearest] = Object.keys(byType)
    .filter((pattern) => typeMatches(pattern, type))
    .sort((a, b) => b.length - a.length);
  return nearest === undefined ? undefined : byType[nearest];
}
