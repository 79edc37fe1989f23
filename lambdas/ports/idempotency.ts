import type { IdempotencyAnswer, IdempotencyClaim } from '../domain/idempotency.ts';

export interface IdempotencyStore {
  /** One conditional write: the first claim of a key wins, later ones are compared with it. */
  claim(claim: IdempotencyClaim, now: number): Promise<IdempotencyAnswer>;
}
