/** What of the call that an inbound event came in with goes out again with its deliveries. */
import type { InboundCall } from '../event.ts';
import type { FieldError } from '../failure.ts';
import {
  HEADER_NAME_SHAPE,
  isReservedHeader,
  MAX_HEADER_VALUE_LENGTH,
  MAX_HEADERS,
  PRINTABLE_ASCII,
} from '../headers.ts';

/** Set per subscription. An event that was published came with no call: nothing of this concerns it. */
export interface Forward {
  readonly method?: true;
  /** What stood behind the source's address, behind the endpoint's URL. */
  readonly path?: true;
  readonly query?: true;
  /** Names in lower case, or `*`: all but those of the connection and those that prove who sent them. */
  readonly headers?: '*' | readonly string[];
}

/** Methods a delivery may have. Others (HEAD, OPTIONS) are no way to hand something over. */
export const DELIVERY_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;
export type DeliveryMethod = (typeof DELIVERY_METHODS)[number];

export function forwardedMethod(call: InboundCall, forward: Forward): DeliveryMethod {
  const method = DELIVERY_METHODS.find((one) => one === call.method);
  return (forward.method && method) || 'POST';
}

/**
 * Credentials and signatures: the sender meant them for the gateway, which has checked them, and a signature is stale by
 * the time a retry goes out. Whoever names one gets it.
 */
const PROVES_WHO =
  /(^|[-_])(signature|sig|hmac|token|secret|authorization|auth|cookie|jwt|password|credentials?|digest|api[-_]?key)([-_]|$)/;
/** Of the way it came, which ended here (RFC 9110, 7.6). */
const OF_THE_WAY = /^(forwarded|via|cdn-loop|x-real-ip|x-forwarded-.*|x-amzn-.*|max-forwards|accept)$/;

/** Many frameworks take these for the method or the path, and those go out only where they are forwarded themselves. */
const OVERRIDES = /^(x-http-method|x-http-method-override|x-method-override|x-original-url|x-rewrite-url)$/;

/** Header values a delivery can't carry are left out: one poisoned header must not stop the event. */
export function forwardedHeaders(call: InboundCall, forward: Forward): Readonly<Record<string, string>> {
  const { headers: wanted } = forward;
  if (wanted === undefined) return {};
  const connection = new Set((call.headers.connection ?? '').toLowerCase().split(/ *, */));
  const goes = (name: string): boolean => {
    if (isReservedHeader(name) || connection.has(name)) return false;
    if (wanted !== '*') return wanted.includes(name);
    return !PROVES_WHO.test(name) && !OF_THE_WAY.test(name) && !OVERRIDES.test(name);
  };
  return Object.fromEntries(
    Object.entries(call.headers).filter(
      ([name, value]) => HEADER_NAME_SHAPE.test(name) && isSendable(value) && goes(name),
    ),
  );
}

function isSendable(value: string): boolean {
  return value.length <= MAX_HEADER_VALUE_LENGTH && PRINTABLE_ASCII.test(value);
}

/** Every mistake in the names of headers to forward. */
export function checkForwardedNames(names: readonly string[], field: string): FieldError[] {
  if (names.length > MAX_HEADERS) {
    const detail = `at most ${MAX_HEADERS} headers, not ${names.length}; "*" forwards all but credentials and signatures`;
    return [{ field, code: 'too_many', detail }];
  }
  return names.flatMap((name, index): FieldError[] => {
    const at = `${field}[${index}]`;
    if (!HEADER_NAME_SHAPE.test(name)) {
      return [{ field: at, code: 'bad_header_name', detail: 'letters, digits, "-" and "_", at most 64' }];
    }
    if (!isReservedHeader(name)) return [];
    return [{ field: at, code: 'reserved_header', detail: `"${name}" is set by the gateway; leave it out` }];
  });
}
