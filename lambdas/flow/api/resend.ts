/** `POST /v1/deliveries/{id}/retry` and `/v1/events/{id}/replay`: at most one extra attempt for each idempotency key. */
import { checkText } from '../../contract/api/check.ts';
import { noFields } from '../../contract/api/endpoints.ts';
import { replayEvent as replayEventSchema } from '../../contract/api/events.ts';
import { isAskedForSince } from '../../domain/delivery/due-again.ts';
import { deliveryId } from '../../domain/ids.ts';
import { ok } from '../../domain/result.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { type ResendDeps, replayEvent, resendDelivery } from '../waiting/resend.ts';
import { findDelivery } from './deliveries.ts';
import { findEndpoint, findEvent } from './find.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import type { WalkDeps } from './walk-deliveries.ts';

export interface ResendUseCaseDeps extends ResendDeps, OnceDeps, Omit<WalkDeps, 'deliveries' | 'events'> {
  readonly events: WalkDeps['events'];
}

/**
 * The record of a key holds the moment of the first request: a delivery was already asked for since then, or has begun
 * an attempt of its own; only the others are still to do.
 */
export function resendUseCases(
  deps: ResendUseCaseDeps,
): Readonly<Record<'retryDelivery' | 'replayEvent', UseCase>> {
  return {
    async retryDelivery(call) {
      const fields = checkText(noFields, call.text, { mayBeEmpty: true });
      if (!fields.ok) return fields;
      const known = await findDelivery(deps, call.project, call.params.id!);
      if (!known.ok) return known;
      const key = { event: known.value.of.event, endpoint: known.value.of.endpoint };
      const claimed = await claimOnce(deps, call, 'retryDelivery', String(deps.clock.now()));
      if (!claimed.ok) return claimed;
      const { repeat, value: since } = claimed.value;
      const { record } = known.value;
      const done = repeat && record !== undefined && isAskedForSince(record, Number(since));
      const resent = done ? ok(key) : await resendDelivery(deps, call.project, key);
      if (!resent.ok) return resent;
      return ok({
        status: 202,
        body: { id: deliveryId(key), event_id: key.event, endpoint_id: key.endpoint },
      });
    },

    async replayEvent(call) {
      const fields = checkText(replayEventSchema, call.text, { mayBeEmpty: true });
      if (!fields.ok) return fields;
      const event = await findEvent(deps, call.project, call.params.id!);
      if (!event.ok) return event;
      const endpointId = fields.value.endpoint_id;
      if (endpointId !== undefined) {
        const endpoint = await findEndpoint(deps, call.project, endpointId, 'endpoint_id');
        if (!endpoint.ok) return endpoint;
      }
      const claimed = await claimOnce(deps, call, 'replayEvent', String(deps.clock.now()));
      if (!claimed.ok) return claimed;
      const resent = await replayEvent(deps, event.value, {
        ...(endpointId !== undefined && { endpoint: endpointId }),
        ...(claimed.value.repeat && { since: Number(claimed.value.value) }),
      });
      if (!resent.ok) return resent;
      const deliveries = resent.value.map((key) => ({ id: deliveryId(key), endpoint_id: key.endpoint }));
      return ok({ status: 202, body: { id: event.value.id, deliveries } });
    },
  };
}
