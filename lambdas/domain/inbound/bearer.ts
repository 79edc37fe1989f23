/** The token in an Authorization header (RFC 6750). */
import { fail, ok, type Result } from '../result.ts';
import { requireHeader } from './read-header.ts';
import type { InboundRequest } from './request.ts';
import type { Rejection } from './verdict.ts';

export function bearerToken(request: InboundRequest): Result<string, Rejection> {
  const header = requireHeader(request, 'Authorization');
  if (!header.ok) return header;
  const token = /^Bearer +([^\s]+)$/i.exec(header.value)?.[1];
  return token === undefined
    ? fail({ reason: 'malformed_header', detail: 'Authorization is not "Bearer" and a token.' })
    : ok(token);
}
