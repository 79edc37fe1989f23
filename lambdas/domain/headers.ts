/** Which headers a publisher or an endpoint may add, and the ones every delivery carries. */
import type { Endpoint } from './endpoint.ts';
import { signingKeys } from './endpoint.ts';
import type { EventToSend } from './event.ts';
import type { FieldError } from './failure.ts';
import { signV1 } from './sign.ts';

export const MAX_HEADERS = 20;
export const MAX_HEADER_VALUE_LENGTH = 4096;
export const HEADER_NAME_SHAPE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** A media type with its parameters, such as `text/plain; charset=utf-8`. */
export const MEDIA_TYPE_SHAPE =
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *; *[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/;
/** Of everything that leaves. */
export const USER_AGENT = 'Posthorn/1.0 (+webhooks)';

/** Ours, or of the connection: nobody may set them. */
const RESERVED = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'user-agent',
  'accept-encoding',
]);
const RESERVED_PREFIXES = ['webhook-', 'proxy-', 'posthorn-'];

export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** Checks custom headers at configuration time: a bad one would otherwise be a poison message at every attempt. */
export function checkHeaders(headers: Readonly<Record<string, string>>, field: string): FieldError[] {
  const entries = Object.entries(headers);
  const errors: FieldError[] = [];
  if (entries.length > MAX_HEADERS) {
    return [{ field, code: 'too_many', detail: `at most ${MAX_HEADERS} headers, not ${entries.length}` }];
  }
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    const at = `${field}.${name}`;
    const lower = name.toLowerCase();
    if (!HEADER_NAME_SHAPE.test(name)) {
      errors.push({ field: at, code: 'bad_header_name', detail: 'letters, digits, "-" and "_", at most 64' });
    } else if (isReservedHeader(name)) {
      errors.push({
        field: at,
        code: 'reserved_header',
        detail: `"${name}" is set by the gateway; choose another name`,
      });
    } else if (seen.has(lower)) {
      errors.push({ field: at, code: 'duplicate_header', detail: 'given twice; header names ignore case' });
    }
    if (value.length > MAX_HEADER_VALUE_LENGTH || !PRINTABLE_ASCII.test(value)) {
      errors.push({
        field: at,
        code: 'bad_header_value',
        detail: `printable ASCII, at most ${MAX_HEADER_VALUE_LENGTH} characters`,
      });
    }
    seen.add(lower);
  }
  return errors;
}

/** Every header of one attempt, in lower case. The endpoint's own win over the event's; ours win over both. */
export function deliveryHeaders(event: EventToSend, endpoint: Endpoint, now: number): Record<string, string> {
  const timestamp = Math.floor(now / 1000);
  const signature = signV1({ id: event.id, timestamp, body: event.body }, signingKeys(endpoint, now));
  return {
    ...lowerCased(event.headers),
    ...lowerCased(endpoint.headers),
    'user-agent': USER_AGENT,
    'content-type': event.contentType,
    'content-length': String(event.body.length),
    'webhook-id': event.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
    'webhook-event-type': event.type,
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
