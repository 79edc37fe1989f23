/** Events about the gateway's own doing, published into the project like any other event. */
import type { Alert, AlertStage, ExhaustedDelivery } from './alerts/record.ts';
import type { Endpoint } from './endpoint.ts';
import { deliveryId } from './ids.ts';
import { operationalKey } from './operational-type.ts';
import { explain } from './why.ts';

export interface OperationalEvent {
  readonly project: string;
  readonly owner?: string;
  readonly type: string;
  /** The same for the same news: publishing it twice makes one event. */
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const TYPES: Readonly<Record<Exclude<AlertStage, 'exhausted'>, string>> = {
  opened: 'posthorn.circuit.opened',
  still_failing: 'posthorn.endpoint.still_failing',
  disabling_soon: 'posthorn.endpoint.disabling_soon',
  disabled: 'posthorn.endpoint.disabled',
  recovered: 'posthorn.circuit.closed',
};

/** One event for an alert; for a digest one per delivery. Made of what was written with the alert, so repeats are equal. */
export function operationalEvents(alert: Alert, endpoint: Endpoint): readonly OperationalEvent[] {
  if (alert.stage === 'exhausted') return (alert.exhausted ?? []).map((one) => exhaustedEvent(one, endpoint));
  const { cause, lastSuccessAt, disablesAt, disabledReason } = alert;
  const data = {
    endpoint_id: endpoint.id,
    owner_id: endpoint.owner ?? null,
    url: alert.url,
    since: iso(alert.since),
    reason: cause === undefined ? null : { code: cause, sentence: explain({ error: cause }).sentence },
    last_success_at: lastSuccessAt === undefined ? null : iso(lastSuccessAt),
    ...(alert.stage === 'disabling_soon' && disablesAt !== undefined && { disables_at: iso(disablesAt) }),
    ...(disabledReason !== undefined && { disabled_reason: disabledReason }),
  };
  return [eventOf(endpoint, TYPES[alert.stage], alert.id, data)];
}

/** The same from a notice and from the digest: it says nothing that can change between them. */
export function exhaustedEvent(one: ExhaustedDelivery, endpoint: Endpoint): OperationalEvent {
  const id = deliveryId({ event: one.event, endpoint: endpoint.id });
  const data = {
    endpoint_id: endpoint.id,
    owner_id: endpoint.owner ?? null,
    delivery_id: id,
    event_id: one.event,
    event_type: one.type,
    stop_reason: one.why,
  };
  return eventOf(endpoint, 'posthorn.delivery.exhausted', one.event, data);
}

function eventOf(
  endpoint: Endpoint,
  type: string,
  of: string,
  data: OperationalEvent['data'],
): OperationalEvent {
  const { project, owner, id } = endpoint;
  return { project, ...(owner !== undefined && { owner }), type, key: operationalKey(type, id, of), data };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
