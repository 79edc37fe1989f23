/** Events of EventBridge, as our rules hand them over: `{broker, event}`, since an event alone doesn't name its rule. */
import { HOPS_HEADER } from '../hops.ts';
import { writtenOut } from '../idempotency.ts';
import type { Broker, BrokerMessage } from './broker.ts';
import { attributesOf, field, listAt, textAt } from './fields.ts';

/** Its time is whatever the sender says. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function busMessage({ whole }: Broker, handed: unknown): BrokerMessage | undefined {
  const event = field(handed, 'event');
  const id = textAt(event, 'id');
  const body = writtenOut(whole ? event : field(event, 'detail'));
  if (id === undefined || body === undefined) return undefined;
  const attributes = ['source', 'detail-type', 'account', 'region', 'time'].map(
    (name) => [name, textAt(event, name)] as const,
  );
  return {
    id,
    attributes: attributesOf([...attributes, ...ofDelivery(listAt(event, 'resources'))]),
    body: Buffer.from(body),
    contentType: 'application/json',
  };
}

/** Of a delivery of ours, what stands in attributes elsewhere: `destination/message.ts` writes it. */
function ofDelivery([id, hops]: readonly unknown[]): readonly (readonly [string, unknown])[] {
  if (typeof id !== 'string' || !id.startsWith('evt_')) return [];
  const [name, count] = typeof hops === 'string' ? hops.split(':') : [];
  return [['webhook-id', id], ...(name === HOPS_HEADER ? [[HOPS_HEADER, count] as const] : [])];
}
