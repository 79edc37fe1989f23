/** From a broker's message to an event to publish. */
import { MAX_BODY_BYTES } from '../event.ts';
import type { Failure } from '../failure.ts';
import { MEDIA_TYPE_SHAPE } from '../headers.ts';
import { headersOfWay } from '../hops.ts';
import { IDEMPOTENCY_TTL_MS } from '../idempotency.ts';
import { parsedBody } from '../inbound/body/parsed-body.ts';
import { inboundEventType } from '../inbound/event-type.ts';
import { pickOwner } from '../inbound/pick.ts';
import { lookedType } from '../looked-type.ts';
import type { PublishCommand } from '../publish-command.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Broker, type BrokerMessage, messageKey } from './broker.ts';

/** For messages that do not say. */
export const UNNAMED_MESSAGE_TYPE = 'message.received';
/** They are stored with the event, whose item ends at 400 KB; Kafka sets no bound. */
export const MAX_ATTRIBUTES_BYTES = 32 * 1024;
const MAX_CONTENT_TYPE_LENGTH = 128;

/**
 * Without an id: a message whose time is to be believed gets one made of its broker's, any other one is remembered by it
 * for 72 hours, and one that has neither is a new event each time.
 */
export function brokerCommand(
  broker: Broker,
  message: BrokerMessage,
): Result<Omit<PublishCommand, 'id'>, Failure> {
  if (message.body.length > MAX_BODY_BYTES) return tooLarge('body', MAX_BODY_BYTES);
  if (sizeOf(message.attributes) > MAX_ATTRIBUTES_BYTES) return tooLarge('attributes', MAX_ATTRIBUTES_BYTES);
  const headers = headersOfWay(message.attributes);
  if (!headers.ok) return headers;
  const contentType = contentTypeOf(broker, message);
  const picked = { headers: message.attributes, body: parsedBody(contentType, message.body) };
  const owner = broker.owner && pickOwner(broker.owner, picked);
  const remembered = message.sentAt === undefined && message.id !== undefined;
  return ok({
    type: inboundEventType(broker.eventType, picked, UNNAMED_MESSAGE_TYPE),
    ...(owner !== undefined && { owner }),
    contentType,
    headers: headers.value,
    body: message.body,
    ...(remembered && {
      rememberAs: { key: `b:${messageKey(broker, message.id!)}`, windowMs: IDEMPOTENCY_TTL_MS },
    }),
    broker: {
      name: broker.name,
      ...(message.id !== undefined && { message: message.id }),
      attributes: message.attributes,
    },
  });
}

function tooLarge(what: string, limitBytes: number) {
  return fail({ kind: 'too_large', field: what, limitBytes } as const);
}

function sizeOf(attributes: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(JSON.stringify(attributes));
}

/** As the settings say, else as the message does, else as its bytes look. */
function contentTypeOf(broker: Broker, { attributes, body, contentType }: BrokerMessage): string {
  const said = broker.contentType ?? contentType ?? attributes['content-type'];
  // It leaves as a header later.
  if (said !== undefined && said.length <= MAX_CONTENT_TYPE_LENGTH && MEDIA_TYPE_SHAPE.test(said))
    return said;
  return lookedType(body);
}
