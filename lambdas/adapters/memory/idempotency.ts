import { compareClaims, type IdempotencyClaim } from '../../domain/idempotency.ts';
import type { IdempotencyStore } from '../../ports/idempotency.ts';

/** Claims by project and key; expired ones give way. */
export function memoryIdempotency(): IdempotencyStore {
  const claims = new Map<string, IdempotencyClaim>();
  return {
    async claim(claim, now) {
      const at = `${claim.project}#${claim.key}`;
      const answer = compareClaims(claims.get(at), claim, now);
      if (answer.kind === 'fresh') claims.set(at, claim);
      return answer;
    },
  };
}
