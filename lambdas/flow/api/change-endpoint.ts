/** Read, change, write on the version read; again when somebody else was faster. */
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EndpointStore } from '../../ports/config.ts';
import type { Call } from '../../ports/use-case.ts';
import { findEndpoint } from './find.ts';

export interface ChangeDeps {
  readonly clock: Clock;
  readonly endpoints: EndpointStore;
}

const MAX_ROUNDS = 5;

/** `change` may be asked several times. Giving back the endpoint it got means: nothing to write. */
export async function changeEndpoint(
  deps: ChangeDeps,
  call: Call,
  change: (endpoint: Endpoint) => Result<Endpoint, Failure> | Promise<Result<Endpoint, Failure>>,
): Promise<Result<Endpoint, Failure>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await findEndpoint(deps, call.project, call.params.id!);
    if (!found.ok) return found;
    const changed = await change(found.value);
    if (!changed.ok || changed.value === found.value) return changed;
    const next = { ...changed.value, updatedAt: deps.clock.now(), version: found.value.version + 1 };
    if ((await deps.endpoints.replaceEndpoint(next)) === 'replaced') return ok(next);
  }
  return fail({
    kind: 'conflict',
    code: 'endpoint_changing',
    detail: 'The endpoint is being changed by others at the same time. Try again.',
  });
}
