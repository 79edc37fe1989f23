import type { Endpoint } from '../domain/endpoint.ts';
import type { Clock } from '../ports/clock.ts';
import type { EndpointStore } from '../ports/config.ts';

const MAX_ROUNDS = 3;

/** 410 Gone: the receiver asks us to stop (Standard Webhooks). A URL changed meanwhile is not the one that is gone. */
export async function disableGoneEndpoint(
  deps: { readonly clock: Clock; readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'> },
  seen: Endpoint,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [endpoint] = await deps.endpoints.endpoints(seen.project, [seen.id]);
    if (endpoint === undefined || endpoint.status === 'disabled' || endpoint.url !== seen.url) return;
    const disabled: Endpoint = {
      ...endpoint,
      status: 'disabled',
      disabledReason: 'gone',
      updatedAt: deps.clock.now(),
      version: endpoint.version + 1,
    };
    if ((await deps.endpoints.replaceEndpoint(disabled)) === 'replaced') return;
  }
}
