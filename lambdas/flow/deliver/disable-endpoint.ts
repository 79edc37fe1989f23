import type { Endpoint } from '../../domain/endpoint.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EndpointStore } from '../../ports/config.ts';
import type { AlertNotices } from '../alerts/alert-notices.ts';

const MAX_ROUNDS = 3;

export interface DisableDeps {
  readonly clock: Clock;
  readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'>;
  readonly notices: AlertNotices;
}

/**
 * `gone`: the receiver answered 410 and asks us to stop (Standard Webhooks). `asked`: it did so with
 * `webhook-delivery: disable`. `failing`: nothing but failure for days.
 * `url`: where that was; a URL changed meanwhile is not the one that is gone.
 */
export async function disableEndpoint(
  deps: DisableDeps,
  whose: { readonly project: string; readonly endpoint: string; readonly url?: string },
  reason: 'gone' | 'asked' | 'failing',
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [endpoint] = await deps.endpoints.endpoints(whose.project, [whose.endpoint]);
    if (endpoint === undefined || endpoint.status === 'disabled') return;
    if (whose.url !== undefined && whose.url !== endpoint.url) return;
    const now = deps.clock.now();
    const disabled: Endpoint = {
      ...endpoint,
      status: 'disabled',
      disabledReason: reason,
      disabledAt: now,
      updatedAt: now,
      version: endpoint.version + 1,
    };
    await deps.notices.expect(whose);
    if ((await deps.endpoints.replaceEndpoint(disabled)) === 'replaced') return deps.notices.tell(whose);
  }
}
