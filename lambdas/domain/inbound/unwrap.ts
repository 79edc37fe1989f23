/** Messages inside the envelopes of services that push them over HTTP or through a queue. */
import type { PresetName } from './presets/preset.ts';

/** What the sender wrote, without what the service in between put around it. */
export interface Unwrapped {
  readonly id: string;
  /** Milliseconds; absent when the envelope's can't be read. */
  readonly sentAt?: number;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Only where Pub/Sub was told to leave its envelope off; the message may look like one all the same. */
const UNWRAPPED = 'x-goog-pubsub-message-id';

type Fields = Readonly<Record<string, unknown>>;

/** How each envelope is read, and what stands before the names of its attributes among the headers. */
const ENVELOPES = {
  'aws-sns': { read: snsNotification, prefix: 'sns' },
  'google-pubsub': { read: pubsubPush, prefix: 'pubsub' },
} as const;

/**
 * They are stored beside a body of up to 200 KB, in an item that ends at 400. Pub/Sub takes 100 of 1,280 bytes; SNS takes
 * 256 KB with the message, but signs none of them, so anybody can put more into a message they have seen.
 */
const MAX_ATTRIBUTE_BYTES = 150_000;

/** Presets whose calls carry a message of somebody else. */
export const ENVELOPE_PRESETS = Object.keys(ENVELOPES);

export function hasEnvelope(preset: PresetName): preset is keyof typeof ENVELOPES {
  return Object.hasOwn(ENVELOPES, preset);
}

/**
 * The message in a call, and its attributes as headers: `pubsub-attribute-` or `sns-attribute-` and the name in lower
 * case, `-message-id`, and for SNS `-subject`. Undefined for a call that is no such envelope, or one with
 * attributes too large to be kept: it is taken as it came.
 */
export function unwrapCall(
  preset: PresetName,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
): { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> } | undefined {
  if (!hasEnvelope(preset) || UNWRAPPED in headers) return undefined;
  const { read, prefix } = ENVELOPES[preset];
  const message = read(Buffer.from(body).toString('utf8'));
  if (message === undefined || sizeOf(message.attributes) > MAX_ATTRIBUTE_BYTES) return undefined;
  const attributes = Object.entries(message.attributes).map(([name, value]) => [
    `${prefix}-attribute-${name.toLowerCase()}`,
    value,
  ]);
  return {
    body: message.body,
    headers: {
      ...Object.fromEntries(attributes),
      [`${prefix}-message-id`]: message.id,
      ...(message.subject !== undefined && { [`${prefix}-subject`]: message.subject }),
    },
  };
}

function sizeOf(attributes: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(JSON.stringify(attributes));
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function snsNotification(text: string): Unwrapped | undefined {
  const envelope = objectIn(text);
  if (envelope?.Type !== 'Notification' || typeof envelope.TopicArn !== 'string') return undefined;
  const { MessageId: id, Message: message, Subject: subject } = envelope;
  if (typeof id !== 'string' || typeof message !== 'string') return undefined;
  return {
    id,
    ...timeOf(envelope.Timestamp),
    ...(typeof subject === 'string' && { subject }),
    attributes: snsAttributes(envelope.MessageAttributes),
    body: Buffer.from(message),
  };
}

/** `{name: {Type, Value}}`; binary ones are base64 text already. */
export function snsAttributes(given: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isFields(given) ? given : {}).flatMap(([name, attribute]) => {
    const value = isFields(attribute) ? attribute.Value : undefined;
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** https://cloud.google.com/pubsub/docs/push#receive_push */
function pubsubPush(text: string): Unwrapped | undefined {
  const message = objectIn(text)?.message;
  if (!isFields(message)) return undefined;
  const id = message.messageId ?? message.message_id;
  // A message of attributes alone has no data.
  const { data = '', attributes } = message;
  if (typeof id !== 'string' || typeof data !== 'string') return undefined;
  const texts = Object.entries(isFields(attributes) ? attributes : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    id,
    ...timeOf(message.publishTime ?? message.publish_time),
    attributes: Object.fromEntries(texts),
    body: Buffer.from(data, 'base64'),
  };
}

function timeOf(text: unknown): { readonly sentAt?: number } {
  const sentAt = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(sentAt) ? {} : { sentAt };
}

function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
