/** Messages of Amazon MQ. https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html */
import type { Broker, BrokerMessage } from './broker.ts';
import { attributesOf, bytesAt, bytesOfList, entriesAt, field, textAt, textOfBytes } from './fields.ts';

/** Its time is the sender's, so nothing rests on it. Without a message id a redelivery can't be told from a new message. */
export function rabbitmqMessage(_broker: Broker, message: unknown): BrokerMessage | undefined {
  const properties = field(message, 'basicProperties');
  const body = bytesAt(message, 'data');
  if (body === undefined) return undefined;
  const id = textAt(properties, 'messageId');
  const contentType = textAt(properties, 'contentType');
  return {
    ...(id !== undefined && { id }),
    attributes: attributesOf([
      ['type', textAt(properties, 'type')],
      ['app-id', textAt(properties, 'appId')],
      ['correlation-id', textAt(properties, 'correlationId')],
      ...entriesAt(properties, 'headers').map(([name, value]) => [name, headerText(value)] as const),
    ]),
    body,
    ...(contentType !== undefined && { contentType }),
  };
}

export function activemqMessage(_broker: Broker, message: unknown): BrokerMessage | undefined {
  const id = textAt(message, 'messageID');
  const body = bytesAt(message, 'data');
  if (id === undefined || body === undefined) return undefined;
  return {
    id,
    attributes: attributesOf([
      ['type', textAt(message, 'type')],
      ['correlation-id', textAt(message, 'correlationId') ?? textAt(message, 'correlationID')],
      ...entriesAt(message, 'properties'),
    ]),
    body,
  };
}

/** Texts come as their bytes, numbers and truths as they are. */
function headerText(value: unknown): unknown {
  const bytes = field(value, 'bytes');
  return Array.isArray(bytes) ? textOfBytes(bytesOfList(bytes)) : value;
}
