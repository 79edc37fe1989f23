/** Events of EventBridge, as our rules hand them over: `{broker, event}`, since an event alone doesn't name its rule. */
import { writtenOut } from '../idempotency.ts';
import type { Broker, BrokerMessage } from './broker.ts';
import { attributesOf, field, textAt } from './fields.ts';

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
    attributes: attributesOf(attributes),
    body: Buffer.from(body),
    contentType: 'application/json',
  };
}
