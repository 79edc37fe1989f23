/** Headers a scheme needs, with the rejection when they are not there. */
import { fail, ok, type Result } from '../result.ts';
import { headerValues, type InboundRequest, singleHeader } from './request.ts';
import type { Rejection } from './verdict.ts';

/** More elements of a list than any sender has keys; the rest is not looked at. */
export const MAX_LIST_ELEMENTS = 32;

/** The one value of a header: `missing_header` without it, `malformed_header` when it is given more than once. */
export function requireHeader(request: InboundRequest, name: string): Result<string, Rejection> {
  const only = singleHeader(request, name);
  if (only !== undefined) return ok(only);
  return headerValues(request, name).length > 1
    ? fail({ reason: 'malformed_header', detail: `The ${name} header is given more than once.` })
    : fail({ reason: 'missing_header', detail: `The ${name} header is missing.` });
}

/** The elements of a header that is a list; several lines of it are one list, as in HTTP. */
export function requireList(
  request: InboundRequest,
  name: string,
  separator: string,
): Result<readonly string[], Rejection> {
  const elements = headerValues(request, name)
    .join(separator)
    .split(separator, MAX_LIST_ELEMENTS)
    .map((element) => element.trim())
    .filter((element) => element !== '');
  return elements.length > 0
    ? ok(elements)
    : fail({ reason: 'missing_header', detail: `The ${name} header is missing.` });
}

/** Elements `key=value`; those of another shape are skipped. */
export function pairs(elements: readonly string[]): readonly (readonly [key: string, value: string])[] {
  return elements.flatMap((element) => {
    const equals = element.indexOf('=');
    return equals > 0 ? [[element.slice(0, equals).trim(), element.slice(equals + 1).trim()] as const] : [];
  });
}

/** A header to know a delivery again by; undefined when there is no usable one. */
export function idHeader(request: InboundRequest, name: string): string | undefined {
  return usableId(singleHeader(request, name));
}

const MAX_ID_CHARS = 256;

/** An id fit to be part of a key: longer ones would let a sender fill the store. */
export function usableId(id: unknown): string | undefined {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  return typeof text === 'string' && text !== '' && text.length <= MAX_ID_CHARS ? text : undefined;
}
