/** Pause, resume, disable, enable. Each may be repeated without harm. */
import { checkText } from '../../contract/api/check.ts';
import { noFields } from '../../contract/api/endpoints.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { WakeQueue } from '../../ports/queues.ts';
import type { Call, UseCase } from '../../ports/use-case.ts';
import { releaseEndpoint } from '../release.ts';
import { type ChangeDeps, changeEndpoint } from './change-endpoint.ts';
import { endpointView } from './endpoint-view.ts';
import { findEndpoint } from './find.ts';

export interface EndpointActionsDeps extends ChangeDeps {
  readonly wakeQueue: WakeQueue;
}

type Name = 'pauseEndpoint' | 'resumeEndpoint' | 'disableEndpoint' | 'enableEndpoint';

export function endpointActionUseCases(deps: EndpointActionsDeps): Readonly<Record<Name, UseCase>> {
  function action(change: (endpoint: Endpoint) => Result<Endpoint, Failure>): UseCase {
    return async (call) => {
      const fields = checkText(noFields, call.text, { mayBeEmpty: true });
      if (!fields.ok) return fields;
      await releaseFirst(deps, call, change);
      const changed = await changeEndpoint(deps, call, change);
      if (!changed.ok) return changed;
      // Even when nothing changed: the request before may have stopped between the two.
      if (changed.value.status === 'enabled') await releaseEndpoint(deps, changed.value);
      return ok({ status: 200, body: endpointView(changed.value) });
    };
  }

  return {
    pauseEndpoint: action((endpoint) =>
      endpoint.status === 'disabled' ? isDisabled(endpoint) : ok(withStatus(endpoint, 'paused')),
    ),
    resumeEndpoint: action((endpoint) =>
      endpoint.status === 'disabled' ? isDisabled(endpoint) : ok(withStatus(endpoint, 'enabled')),
    ),
    disableEndpoint: action((endpoint) => ok(withStatus(endpoint, 'disabled'))),
    enableEndpoint: action((endpoint) => ok(withStatus(endpoint, 'enabled'))),
  };
}

/**
 * Before the change too: should we stop right after it, what was held is in the queue, and each of those messages
 * is looked at once more when the change shows. The release after it is the one that is prompt.
 */
async function releaseFirst(
  deps: EndpointActionsDeps,
  call: Call,
  change: (endpoint: Endpoint) => Result<Endpoint, Failure>,
): Promise<void> {
  const found = await findEndpoint(deps, call.project, call.params.id!);
  if (!found.ok || found.value.status === 'enabled') return;
  const wanted = change(found.value);
  if (wanted.ok && wanted.value.status === 'enabled') await releaseEndpoint(deps, found.value);
}

function withStatus(endpoint: Endpoint, status: Endpoint['status']): Endpoint {
  if (endpoint.status === status) return endpoint;
  const { disabledReason: _, ...rest } = endpoint;
  return { ...rest, status, ...(status === 'disabled' && { disabledReason: 'manual' }) };
}

function isDisabled(endpoint: Endpoint): Result<never, Failure> {
  const why = endpoint.disabledReason === 'gone' ? ' because its receiver answered 410 Gone' : '';
  return fail({
    kind: 'conflict',
    code: 'endpoint_disabled',
    detail: `The endpoint is disabled${why}. Enable it first.`,
  });
}
