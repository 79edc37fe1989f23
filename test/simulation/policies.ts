/** Retry policies, and what each must come to, written out by hand. */
import { randomFrom } from '../../lambdas/domain/ids.ts';
import type { RetryPolicy } from '../../lambdas/domain/retry/policy.ts';

export interface PolicyCase {
  /** Absent: the default. */
  readonly policy?: RetryPolicy;
  /** Seconds that must pass at least after counted attempt 1, 2, 3, ...; one attempt more than entries. */
  readonly floors: readonly number[];
  readonly maxAgeMs?: number;
  readonly isRetried: (status: number) => boolean;
}

const always = (): boolean => true;
/** The default: with full jitter, the step before. */
export const INHERITED: PolicyCase = {
  floors: [5, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000],
  isRetried: always,
};
const OWN: readonly PolicyCase[] = [
  {
    policy: { strategy: 'list', delaysSeconds: [1, 2, 61, 600] },
    floors: [1, 2, 61, 61],
    isRetried: always,
  },
  {
    policy: { strategy: 'linear', intervalSeconds: 90, maxAttempts: 7, maxAgeSeconds: 400 },
    floors: [90, 90, 90, 90, 90, 90],
    maxAgeMs: 400_000,
    isRetried: always,
  },
  {
    policy: {
      strategy: 'exponential',
      intervalSeconds: 10,
      factor: 4,
      capSeconds: 240,
      maxAttempts: 6,
      statuses: ['500-599', '429', '!504'],
    },
    floors: [10, 40, 160, 240, 240],
    isRetried: (status) => status === 429 || (status >= 500 && status !== 504),
  },
];

/** Some endpoints have a policy of their own; which follows from the id, so that the dice fall as they did before. */
export function ownPolicyOf(endpoint: string): PolicyCase | undefined {
  return OWN[randomFrom(endpoint)[0]! % 8];
}
