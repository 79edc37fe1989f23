/** `POST /v1/endpoints/{id}/listen`: picks up what waits for a machine that listens, and waits a while for more. */
import { checkText } from '../../contract/api/check.ts';
import { listen, type PickedUpView } from '../../contract/api/listen.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { deliveryHeaders } from '../../domain/headers.ts';
import { deliveryId } from '../../domain/ids.ts';
import { formatClaim, MAX_PICKED_UP } from '../../domain/listen.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { EndpointStore } from '../../ports/config.ts';
import type { Patience } from '../../ports/message-source.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { carriedBody } from '../carried-body.ts';
import { type PickedUp, type PickUpDeps, pickUpSome } from '../deliver/pick-up.ts';
import { findEndpoint } from './find.ts';
import { isoTime } from './views.ts';

export interface ListenDeps extends PickUpDeps {
  readonly patience: Patience;
  readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'>;
}

/** Each look costs one read unit: two queries of an index that find nothing. */
const LOOK_EVERY_MS = 1_000;
/** To tell a listener that is gone from one that waits; a write for each look would cost more than the looks. */
const NOTE_EVERY_MS = 3_600_000;

export function listenUseCase(deps: ListenDeps): UseCase {
  return async (call) => {
    const fields = checkText(listen, call.text, { mayBeEmpty: true });
    if (!fields.ok) return fields;
    const found = await findEndpoint(deps, call.project, call.params.id!);
    if (!found.ok) return found;
    const refused = whyNot(found.value);
    if (refused !== undefined) return refused;
    await noteListener(deps, found.value);
    const { wait_seconds: waitSeconds = 0, limit = MAX_PICKED_UP } = fields.value;
    const until = deps.clock.now() + waitSeconds * 1000;
    for (;;) {
      const some = await pickUpSome(deps, found.value, limit);
      const left = until - deps.clock.now();
      if (some.length > 0 || left <= 0) {
        return ok({ status: 200, body: { data: some.map((one) => pickedUpView(found.value, one)) } });
      }
      await deps.patience.sleep(Math.min(LOOK_EVERY_MS, left));
    }
  };
}

function whyNot({ listener, status }: Endpoint): Result<never, Failure> | undefined {
  if (listener === undefined) {
    const detail = 'Its deliveries are sent to its URL. Make one with "listen": true to pick them up.';
    return fail({ kind: 'conflict', code: 'not_a_listener', detail });
  }
  if (status === 'enabled') return undefined;
  const undo = status === 'paused' ? 'Resume' : 'Enable';
  return fail({
    kind: 'conflict',
    code: `endpoint_${status}`,
    detail: `The endpoint is ${status}. ${undo} it first.`,
  });
}

async function noteListener(deps: ListenDeps, endpoint: Endpoint): Promise<void> {
  const now = deps.clock.now();
  if (now - (endpoint.listener?.askedAt ?? 0) < NOTE_EVERY_MS) return;
  // Whoever changed it in between was not the last to ask: the next look notes it.
  await deps.endpoints.replaceEndpoint({
    ...endpoint,
    listener: { askedAt: now },
    version: endpoint.version + 1,
  });
}

function pickedUpView(endpoint: Endpoint, { delivery, lease, outgoing }: PickedUp): PickedUpView {
  return {
    delivery_id: deliveryId(delivery),
    event_id: delivery.event,
    event_type: delivery.type,
    attempt: delivery.attempts.length + 1,
    claim: formatClaim(lease),
    report_by: isoTime(lease.until),
    timeout_seconds: endpoint.timeoutSeconds,
    method: outgoing.method,
    url: outgoing.url,
    headers: deliveryHeaders(outgoing.event, endpoint, lease.startedAt),
    ...carriedBody(outgoing.event.body),
  };
}
