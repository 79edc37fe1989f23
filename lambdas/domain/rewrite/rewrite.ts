/** One event as a subscription has it go out: by its own method, to its own address, with its own headers and body. */
import type { Endpoint } from '../endpoint.ts';
import type { EventToSend } from '../event.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Subscription } from '../subscription.ts';
import { type DeliveryMethod, forwardedHeaders, forwardedMethod } from './forward.ts';
import { joinUrl } from './join-url.ts';
import type { TransformedParts } from './transformation.ts';

/** What is signed and sent. */
export interface Outgoing {
  readonly event: EventToSend;
  readonly url: string;
  readonly method: DeliveryMethod;
}

/** Whether an event that comes through it may go out as anything but itself. */
export function rewrites(
  { forward, transformation }: Subscription,
  event: { readonly inbound?: unknown },
): boolean {
  return transformation !== undefined || (forward !== undefined && event.inbound !== undefined);
}

/**
 * What the call had, where it is forwarded; then what the transformation made of it. Or, in words, why it can't be sent
 * like that. A destination inside AWS has an ARN for its URL: neither method nor path nor query can reach it.
 */
export function outgoingOf(
  event: EventToSend,
  endpoint: Pick<Endpoint, 'url' | 'destination'>,
  { forward = {} }: Pick<Subscription, 'forward'>,
  made: TransformedParts | undefined,
): Result<Outgoing, string> {
  const call = event.inbound;
  const headers = { ...event.headers, ...(call && forwardedHeaders(call, forward)) };
  const changed = made === undefined ? event : { ...event, body: made.body, contentType: made.contentType };
  const rewritten = { ...changed, headers: withHeaders(headers, made === undefined ? {} : changesOf(made)) };
  if (endpoint.destination !== undefined) return ok({ event: rewritten, url: endpoint.url, method: 'POST' });
  const path = made?.path ?? ((forward.path && call?.path) || '');
  const query = made?.query ?? ((forward.query && call?.query) || '');
  const url = path === '' && query === '' ? ok(endpoint.url) : joinUrl(endpoint.url, path, query);
  if (!url.ok) return fail(url.failure);
  const method = call === undefined ? 'POST' : forwardedMethod(call, forward);
  return ok({ event: rewritten, url: url.value, method });
}

/** What it made is not compressed, whatever was. */
function changesOf({ headers }: TransformedParts): Readonly<Record<string, string | null>> {
  return { 'content-encoding': null, ...headers };
}

/** Names ignore case; null takes one away. */
function withHeaders(
  headers: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const all = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) all.delete(name.toLowerCase());
    else all.set(name.toLowerCase(), value);
  }
  return Object.fromEntries(all);
}
