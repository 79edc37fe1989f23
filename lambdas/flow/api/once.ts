/** Idempotency keys of the API's own POST requests: the first one decides, later ones learn what it decided. */
import type { RouteName } from '../../contract/api/routes.ts';
import type { Failure } from '../../domain/failure.ts';
import { fingerprint, IDEMPOTENCY_TTL_MS } from '../../domain/idempotency.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdempotencyStore } from '../../ports/idempotency.ts';
import type { Call } from '../../ports/use-case.ts';

export interface OnceDeps {
  readonly clock: Clock;
  readonly idempotency: IdempotencyStore;
}

export interface Claimed {
  /** What the first request under this key decided; this request's own proposal when it is the first, or has no key. */
  readonly value: string;
  readonly repeat: boolean;
}

/**
 * Proposes a value (an id, a moment) before anything is done with it. A repeat gets the first one's value and
 * does what is still to do: the first may have stopped anywhere.
 */
export async function claimOnce(
  deps: OnceDeps,
  call: Call,
  route: RouteName,
  value: string,
): Promise<Result<Claimed, Failure>> {
  if (call.idempotencyKey === undefined) return ok({ value, repeat: false });
  const now = deps.clock.now();
  const claim = {
    project: call.project.id,
    key: `${route}:${call.idempotencyKey}`,
    fingerprint: fingerprint([route, JSON.stringify(call.params), call.text ?? '']),
    value,
    expiresAt: now + IDEMPOTENCY_TTL_MS,
  };
  const answer = await deps.idempotency.claim(claim, now);
  switch (answer.kind) {
    case 'fresh':
      return ok({ value, repeat: false });
    case 'repeat':
      return ok({ value: answer.value, repeat: true });
    case 'conflict':
      return fail({
        kind: 'conflict',
        code: 'idempotency_key_reused',
        detail:
          'This Idempotency-Key was used for another request in the last 72 hours. Use a new key, or send the same request.',
      });
  }
}
