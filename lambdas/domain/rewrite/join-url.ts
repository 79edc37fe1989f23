/** Puts a path and a query, both from the outside, behind an endpoint's URL without ever leaving it. */

import { MAX_URL_LENGTH } from '../egress/url.ts';
import { fail, ok, type Result } from '../result.ts';

/** Of RFC 3986: what a segment of a path, and a query, may hold as it is. */
const OF_A_SEGMENT = /[A-Za-z0-9\-._~!$&'()*+,;=:@%]/;
const OF_A_QUERY = /[A-Za-z0-9\-._~!$&'()*+,;=:@%/?[\]|{}^`"<>]/;
const PERCENT_ENCODED = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/;
/** Controls, lone surrogates, and the backslash, which many servers take for a slash. */
const NEVER = /[\p{Cc}\p{Cs}\\]/u;

/**
 * What is percent-encoded stays so, byte for byte. Or, in words, why it can't be joined.
 * @param base an endpoint's URL, judged
 * @param path empty, or more segments; a slash in front makes no difference
 * @param query without its question mark
 */
export function joinUrl(base: string, path: string, query: string): Result<string, string> {
  const url = new URL(base);
  const segments = path.replace(/^\//, '');
  const refused = whyNoPath(segments) ?? whyNoQuery(query);
  if (refused !== undefined) return fail(refused);
  const pathname =
    segments === '' ? url.pathname : `${url.pathname.replace(/\/$/, '')}/${encode(segments, OF_A_PATH)}`;
  const search = [url.search.slice(1), encode(query, OF_A_QUERY)].filter((part) => part !== '').join('&');
  const joined = `${url.origin}${pathname}${search === '' ? '' : `?${search}`}`;
  if (joined.length > MAX_URL_LENGTH) {
    return fail(
      `with its path and query the URL would have ${joined.length} characters, ${MAX_URL_LENGTH} are the most`,
    );
  }
  return ok(joined);
}

const OF_A_PATH = new RegExp(`${OF_A_SEGMENT.source}|/`);

/** A receiver decodes a path once before it looks at it: dots and slashes in percent-encoding count like plain ones. */
function whyNoPath(path: string): string | undefined {
  if (NEVER.test(path)) return 'the path holds a control character or a backslash';
  const decoded = decode(path);
  if (decoded === undefined) return 'the path holds a "%" that begins no percent-encoding';
  if (NEVER.test(decoded)) return 'the path holds a control character or a backslash';
  const segments = decoded.split('/');
  if (segments.some(isDots)) return 'the path holds "." or ".."';
  // One at the end is a slash at the end.
  return segments.slice(0, -1).includes('') ? 'the path holds two slashes in a row' : undefined;
}

/** Java's servers take what follows a semicolon off before they look: `/..;/` goes up there. */
function isDots(segment: string): boolean {
  const [name] = segment.split(';', 1);
  return name === '.' || name === '..';
}

function whyNoQuery(query: string): string | undefined {
  if (NEVER.test(query.replaceAll('\\', ''))) return 'the query holds a control character';
  return PERCENT_ENCODED.test(query) ? undefined : 'the query holds a "%" that begins no percent-encoding';
}

/** Bytes that are no UTF-8 stand for themselves: they are neither dots nor slashes. */
function decode(text: string): string | undefined {
  if (!PERCENT_ENCODED.test(text)) return undefined;
  return text.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Percent-encodes what may not stand there as it is. */
function encode(text: string, allowed: RegExp): string {
  return Array.from(text, (one) => (allowed.test(one) ? one : encodeURIComponent(one))).join('');
}
