/** `POST /v1/endpoints/{id}/test`: one event for this endpoint alone, whatever it subscribes to. */
import { checkText } from '../../contract/api/check.ts';
import { noFields } from '../../contract/api/endpoints.ts';
import { deliveryTask } from '../../contract/tasks.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Event } from '../../domain/event.ts';
import { homeOf, newHomedId } from '../../domain/ids.ts';
import { fail, ok } from '../../domain/result.ts';
import type { Random } from '../../ports/clock.ts';
import type { EndpointReader } from '../../ports/config.ts';
import type { EventWriter } from '../../ports/event-log.ts';
import type { DeliveryQueue } from '../../ports/queues.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { findEndpoint } from './find.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { publishedView } from './publish-events.ts';
import { isoTime } from './views.ts';

export const TEST_EVENT_TYPE = 'posthorn.test';

export interface TestEndpointDeps extends OnceDeps {
  readonly random: Random;
  /** Home region of new events. */
  readonly region: string;
  readonly endpoints: EndpointReader;
  readonly events: EventWriter;
  readonly deliveryQueue: DeliveryQueue;
}

export function testEndpointUseCase(deps: TestEndpointDeps): UseCase {
  return async (call) => {
    const fields = checkText(noFields, call.text, { mayBeEmpty: true });
    if (!fields.ok) return fields;
    const found = await findEndpoint(deps, call.project, call.params.id!);
    if (!found.ok) return found;
    const endpoint = found.value;
    if (endpoint.status !== 'enabled') {
      const undo = endpoint.status === 'paused' ? 'Resume' : 'Enable';
      const detail = `The endpoint is ${endpoint.status}, so nothing would be sent. ${undo} it first.`;
      return fail({ kind: 'conflict', code: `endpoint_${endpoint.status}`, detail });
    }
    const home = { region: deps.region, shards: call.project.eventShards };
    const proposed = newHomedId('evt', deps.clock.now(), deps.random.bytes(16), home);
    const claimed = await claimOnce(deps, call, 'testEndpoint', proposed);
    if (!claimed.ok) return claimed;
    const { value: id, repeat } = claimed.value;
    const { event, body } = testEvent(id, endpoint);
    await deps.events.put(event);
    // A repeat sends again: the first may have stopped before it did. The worker claims, so it is delivered once.
    await deps.deliveryQueue.sendDeliveries([deliveryTask({ ...event, body }, endpoint.id, repeat)]);
    const view = publishedView({ id, duplicate: repeat, endpoints: [endpoint.id] });
    return ok({ status: 202, body: view });
  };
}

/** Made from its id and endpoint alone, so that a repeat makes the same bytes. */
function testEvent(id: string, endpoint: Endpoint): { readonly event: Event; readonly body: Uint8Array } {
  const createdAt = homeOf('evt', id).timeMs;
  const message = 'A test event. If you can read this and its signature verifies, the endpoint works.';
  const data = { endpoint_id: endpoint.id, message };
  const body = Buffer.from(JSON.stringify({ type: TEST_EVENT_TYPE, timestamp: isoTime(createdAt), data }));
  const event: Event = {
    id,
    project: endpoint.project,
    ...(endpoint.owner !== undefined && { owner: endpoint.owner }),
    type: TEST_EVENT_TYPE,
    source: 'test',
    contentType: 'application/json',
    headers: {},
    body: { at: 'inline', bytes: body },
    matches: { kind: 'listed', endpoints: [endpoint.id] },
    createdAt,
  };
  return { event, body };
}
