/** How an event looks in a queue, on a topic, on a bus, and to a function. */
import { createHash } from 'node:crypto';
import type { EventToSend } from '../event.ts';
import { HOPS_HEADER } from '../hops.ts';
import { idTimeMs } from '../ids.ts';

/** What each service takes, attributes and all. Queues and topics may be set to less: they then refuse it themselves. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** Of a function that is waited for: 6 MB. */
export const MAX_SYNCHRONOUS_BYTES = 6_291_456;

/** All that SQS and SNS refuse in texts: what XML 1.0 can't hold. */
const REFUSED = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Headers that every delivery carries and that stand in attributes of their own. */
const OWN_ATTRIBUTES = [
  'webhook-id',
  'webhook-event-type',
  'webhook-timestamp',
  'webhook-signature',
  'content-type',
  HOPS_HEADER,
] as const;
/** Of the connection, or of no use in a queue. */
const NOT_CARRIED = new Set<string>([...OWN_ATTRIBUTES, 'user-agent', 'content-length']);

export interface QueueMessage {
  readonly body: string;
  /** At most nine; SQS takes ten. Values are never empty. */
  readonly attributes: Readonly<Record<string, string>>;
  /** As the service counts them: body, and the names, types and values of attributes. */
  readonly bytes: number;
}

/**
 * For SQS and SNS. The body is the event's, byte for byte, so that its signature verifies. Where a message can't hold
 * it as text, it is base64, and `webhook-body-encoding` says so.
 * @param headers of this attempt, in lower case
 */
export function queueMessage(event: EventToSend, headers: Readonly<Record<string, string>>): QueueMessage {
  const { body, encoding } = bodyText(event.body);
  const extra = Object.entries(headers).filter(([name]) => !NOT_CARRIED.has(name));
  const attributes: Record<string, string> = {
    ...Object.fromEntries(OWN_ATTRIBUTES.map((name) => [name, headers[name] ?? ''])),
    ...(event.owner !== undefined && { 'webhook-owner-id': escaped(event.owner) }),
    ...(encoding !== undefined && { 'webhook-body-encoding': encoding }),
    ...(extra.length > 0 && { 'webhook-headers': JSON.stringify(Object.fromEntries(extra)) }),
  };
  const filled = Object.entries(attributes).filter(([, value]) => value !== '');
  const sizes = filled.map(([name, value]) => name.length + 'String'.length + byteLength(value));
  return {
    body,
    attributes: Object.fromEntries(filled),
    bytes: sizes.reduce((sum, size) => sum + size, byteLength(body)),
  };
}

/** An empty message is refused, so that an empty body is a blank and a word that says so. */
function bodyText(bytes: Uint8Array): { readonly body: string; readonly encoding?: 'base64' | 'empty' } {
  if (bytes.length === 0) return { body: ' ', encoding: 'empty' };
  const text = asText(bytes);
  if (text !== undefined && text.search(REFUSED) < 0) return { body: text };
  return { body: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(REFUSED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Of FIFO queues and topics. The gateway retries, so order within a group is that of the attempts that succeeded. */
export interface FifoIds {
  readonly group: string;
  readonly deduplication: string;
}

const GROUP_SHAPE = /^[\x21-\x7e]{1,128}$/;

/** One group per owner; an event without one is a group of its own, so that none waits for another. */
export function fifoIds(event: EventToSend): FifoIds {
  const group = event.owner ?? event.id;
  const spelled = GROUP_SHAPE.test(group) ? group : createHash('sha256').update(group).digest('hex');
  return { group: spelled, deduplication: event.id };
}

export interface BusEntry {
  readonly detailType: string;
  /** A JSON object. */
  readonly detail: string;
  /** Of the event, in milliseconds. */
  readonly time: number;
  /** The event's id, and its hops where it has any: a bus has no attributes, and its own ids differ for each attempt. */
  readonly resources: readonly string[];
  /** As EventBridge counts them. */
  readonly bytes: number;
}

/** For EventBridge, which knows the receiver by IAM and carries no signature. */
export function busEntry(event: EventToSend, source: string): BusEntry {
  const detail = busDetail(event);
  const hops = event.headers[HOPS_HEADER];
  const resources = hops === undefined ? [event.id] : [event.id, `${HOPS_HEADER}:${hops}`];
  const texts = [source, event.type, detail, ...resources];
  // A time counts as 14.
  const bytes = texts.reduce((sum, text) => sum + byteLength(text), 14);
  return { detailType: event.type, detail, time: idTimeMs(event.id), resources, bytes };
}

/** The data itself when it is a JSON object, with the bytes the publisher wrote; rules can then look into it. */
function busDetail({ body, contentType }: EventToSend): string {
  const text = isJson(contentType) ? asText(body) : undefined;
  const data = text === undefined ? undefined : parsed(text);
  if (text === undefined || data === undefined) {
    return JSON.stringify({ body_base64: Buffer.from(body).toString('base64'), content_type: contentType });
  }
  const isObject = typeof data.value === 'object' && data.value !== null && !Array.isArray(data.value);
  return isObject ? text : `{"data":${text}}`;
}

function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i.test(contentType);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** For Lambda: what the function is called with. */
export interface FunctionPayload {
  readonly id: string;
  readonly type: string;
  readonly owner_id: string | null;
  /** When the event was made: ISO 8601. */
  readonly timestamp: string;
  readonly content_type: string;
  /** In lower case, the signature among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The event's bytes: as text, or base64 where they are none. */
  readonly body: string;
  readonly is_base64: boolean;
}

export function functionPayload(
  event: EventToSend,
  headers: Readonly<Record<string, string>>,
): FunctionPayload {
  const text = asText(event.body);
  return {
    id: event.id,
    type: event.type,
    owner_id: event.owner ?? null,
    timestamp: new Date(idTimeMs(event.id)).toISOString(),
    content_type: event.contentType,
    headers,
    body: text ?? Buffer.from(event.body).toString('base64'),
    is_base64: text === undefined,
  };
}
