/** Pause, resume, disable, enable, reset the circuit. Each may be repeated without harm. */
import { checkText } from '../../contract/api/check.ts';
import { noFields } from '../../contract/api/endpoints.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { countAnew, forgive } from '../../domain/health/health.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Call, UseCase } from '../../ports/use-case.ts';
import type { HealthDeps } from '../deliver/change-health.ts';
import { releaseEndpoint, releaseLater } from '../waiting/release.ts';
import { type ChangeDeps, changeEndpoint } from './change-endpoint.ts';
import { changeHealthOf } from './change-health-of.ts';
import { endpointView } from './endpoint-view.ts';
import { findEndpoint } from './find.ts';

export type EndpointActionsDeps = ChangeDeps & HealthDeps;

type Name = 'pauseEndpoint' | 'resumeEndpoint' | 'disableEndpoint' | 'enableEndpoint' | 'resetCircuit';

interface Action {
  readonly change: (endpoint: Endpoint) => Result<Endpoint, Failure>;
  /**
   * The caller vouches for the receiver: what counted against it is forgotten. Its deliveries start at a slow pace, one at
   * first: should the receiver fail after all, that one tells.
   */
  readonly forgives?: true;
  /** The caller looks after it again: days of failure are counted from now on. */
  readonly countsAnew?: true;
}

export function endpointActionUseCases(deps: EndpointActionsDeps): Readonly<Record<Name, UseCase>> {
  function action({ change, forgives, countsAnew }: Action): UseCase {
    return async (call) => {
      const fields = checkText(noFields, call.text, { mayBeEmpty: true });
      if (!fields.ok) return fields;
      await releaseFirst(deps, call, change);
      const changed = await changeEndpoint(deps, call, change);
      if (!changed.ok) return changed;
      if (forgives) await changeHealthOf(deps, changed.value, forgive);
      if (countsAnew) await changeHealthOf(deps, changed.value, countAnew);
      // Even when nothing changed: the request before may have stopped between the two.
      if (changed.value.status === 'enabled') await releaseEndpoint(deps, changed.value);
      return ok({ status: 200, body: endpointView(changed.value) });
    };
  }

  return {
    pauseEndpoint: action({ change: unlessDisabled('paused') }),
    resumeEndpoint: action({ change: unlessDisabled('enabled'), countsAnew: true }),
    disableEndpoint: action({ change: (endpoint) => ok(withStatus(endpoint, 'disabled')) }),
    enableEndpoint: action({ change: (endpoint) => ok(withStatus(endpoint, 'enabled')), forgives: true }),
    resetCircuit: action({ change: ok, forgives: true }),
  };
}

/**
 * Before the change: should we stop right after it, what was held is released a minute later. The release after it is the
 * one that is prompt.
 */
async function releaseFirst(deps: EndpointActionsDeps, call: Call, change: Action['change']): Promise<void> {
  const found = await findEndpoint(deps, call.project, call.params.id!);
  if (!found.ok || found.value.status === 'enabled') return;
  const wanted = change(found.value);
  if (wanted.ok && wanted.value.status === 'enabled') await releaseLater(deps, found.value);
}

function unlessDisabled(status: Endpoint['status']): Action['change'] {
  return (endpoint) =>
    endpoint.status === 'disabled' ? isDisabled(endpoint) : ok(withStatus(endpoint, status));
}

function withStatus(endpoint: Endpoint, status: Endpoint['status']): Endpoint {
  if (endpoint.status === status) return endpoint;
  const { disabledReason: _, ...rest } = endpoint;
  return { ...rest, status, ...(status === 'disabled' && { disabledReason: 'manual' }) };
}

const WHY_DISABLED = {
  manual: '',
  gone: ' because its receiver answered 410 Gone',
  asked: ' because its receiver answered `webhook-delivery: disable`',
  failing: ' because it failed for five days',
} as const;

function isDisabled(endpoint: Endpoint): Result<never, Failure> {
  const why = WHY_DISABLED[endpoint.disabledReason ?? 'manual'];
  return fail({
    kind: 'conflict',
    code: 'endpoint_disabled',
    detail: `The endpoint is disabled${why}. Enable it first.`,
  });
}
