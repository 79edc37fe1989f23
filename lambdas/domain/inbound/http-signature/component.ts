/** The parts of a message that an HTTP message signature covers (RFC 9421 section 2). */

import { headerValues, type InboundRequest } from '../request.ts';
import { parseDictionary } from './parse-structured-field.ts';
import { type BareItem, dictionaryText, type Item, memberText } from './structured-field.ts';

/** A request, or a response when it has a status. */
export interface HttpMessage extends InboundRequest {
  readonly status?: number;
}

/** Scheme, authority, path and query as they were written: a sender signs what it sends. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*):\/\/[^/?#\s]+?(\/[^?#\s]*)?(?:\?([^#\s]*))?$/i;
/** Fields that are dictionaries, so that `sf` can spell them strictly; of others the type is not known here. */
const DICTIONARIES: readonly string[] = [
  'cache-control',
  'content-digest',
  'priority',
  'repr-digest',
  'signature',
  'signature-input',
  'want-content-digest',
];

/** The value of a covered component; undefined when it is missing, ambiguous or of a kind not supported (`req`, `tr`). */
export function componentValue(message: HttpMessage, { item, parameters }: Item): string | undefined {
  if (item.kind !== 'string') return undefined;
  const name = item.value;
  if (name === '@query-param') {
    return parameters.size === 1 ? queryParameter(message, parameters.get('name')) : undefined;
  }
  if (name.startsWith('@')) return parameters.size === 0 ? derived(message, name) : undefined;
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return undefined;
  if (![...parameters.keys()].every((key) => ['sf', 'bs', 'key'].includes(key))) return undefined;
  return field(message, name, parameters);
}

function derived(message: HttpMessage, name: string): string | undefined {
  if (message.status !== undefined) return name === '@status' ? String(message.status) : undefined;
  const [target, scheme, path = '/', query] = URL_PARTS.exec(message.url) ?? [];
  const authority = URL.parse(message.url)?.host;
  if (target === undefined || authority === undefined || !isPlain(target)) return undefined;
  switch (name) {
    case '@method':
      return message.method;
    case '@target-uri':
      return target;
    case '@authority':
      return authority.toLowerCase();
    case '@scheme':
      return scheme?.toLowerCase();
    case '@request-target':
      return query === undefined ? path : `${path}?${query}`;
    case '@path':
      return path;
    case '@query':
      return `?${query ?? ''}`;
    default:
      return undefined;
  }
}

/** Section 2.2.8: compared and written percent-encoded; a name that is there twice may not be covered. */
function queryParameter(message: HttpMessage, name: BareItem | undefined): string | undefined {
  if (name?.kind !== 'string' || message.status !== undefined) return undefined;
  const query = URL_PARTS.exec(message.url)?.[3] ?? '';
  const values = [...new URLSearchParams(query)].filter(([key]) => percentEncoded(key) === name.value);
  return values.length === 1 ? percentEncoded(values[0]![1]) : undefined;
}

/** As a form is encoded, but with %20 for a space. */
function percentEncoded(text: string): string {
  return new URLSearchParams([[text, '']]).toString().slice(0, -1).replaceAll('+', '%20');
}

function field(message: HttpMessage, name: string, parameters: Item['parameters']): string | undefined {
  const lines = headerValues(message, name).map((line) => line.trim());
  if (lines.length === 0 || !lines.every(isPlain)) return undefined;
  const value = lines.join(', ');
  const key = parameters.get('key');
  if (parameters.has('bs')) {
    if (parameters.size > 1) return undefined;
    return lines.map((line) => `:${Buffer.from(line).toString('base64')}:`).join(', ');
  }
  if (key !== undefined) {
    const member = key.kind === 'string' ? parseDictionary(value)?.get(key.value) : undefined;
    return member === undefined ? undefined : memberText(member);
  }
  if (!parameters.has('sf')) return value;
  const dictionary = DICTIONARIES.includes(name) ? parseDictionary(value) : undefined;
  return dictionary === undefined ? undefined : dictionaryText(dictionary);
}

/** A line end in a value would be the start of a component that nobody signed. */
function isPlain(value: string): boolean {
  return /^[\t -~]*$/.test(value);
}
