/** Problem documents (RFC 9457): the one place where failures become statuses. */
import * as z from 'zod/mini';
import { describeFailure } from '../../domain/describe-failure.ts';
import type { Failure } from '../../domain/failure.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const problem = z
  .object({
    type: z.string().check(z.meta({ examples: ['urn:posthorn:problem:invalid'] })),
    title: z.string().check(z.meta({ description: 'The same for every problem of this type.' })),
    status: z.int(),
    detail: z.string().check(z.meta({ description: 'What went wrong this time, and what to do.' })),
    code: z.string().check(z.meta({ description: 'For programs to switch on.', examples: ['invalid'] })),
    errors: z
      .array(z.object({ field: z.string(), code: z.string(), detail: z.string() }))
      .check(z.meta({ description: 'One entry for each field that is wrong.' })),
    request_id: z.optional(z.string()),
  })
  .check(z.meta({ id: 'Problem' }));

export type Problem = z.output<typeof problem>;

interface Kind {
  readonly status: number;
  readonly title: string;
  readonly code: string;
}

/** Exhaustive: a new kind of failure does not compile without a status. */
function kindOf(failure: Failure): Kind {
  const of = (status: number, title: string, code: string = failure.kind): Kind => ({ status, title, code });
  switch (failure.kind) {
    case 'invalid':
      return of(400, 'The request has mistakes');
    case 'malformed_json':
      return of(400, 'The body is not JSON');
    case 'too_large':
      return of(413, 'Too large');
    case 'unauthenticated':
      return of(401, 'An API key is needed', `key_${failure.why}`);
    case 'forbidden':
      return of(403, 'The API key may not do this', 'scope_missing');
    case 'not_found':
      return of(404, 'Not found');
    case 'method_not_allowed':
      return of(405, 'Method not allowed');
    case 'conflict':
      return of(409, 'Not possible as things are', failure.code);
    case 'rate_limited':
      return of(429, 'Too many requests');
    case 'unavailable':
      return of(503, 'Not available right now');
  }
}

export function problemOf(failure: Failure, requestId?: string): Problem {
  const { status, title, code } = kindOf(failure);
  const { detail, errors } = describeFailure(failure);
  return {
    type: `urn:posthorn:problem:${failure.kind}`,
    title,
    status,
    detail,
    code,
    errors: [...errors],
    ...(requestId !== undefined && { request_id: requestId }),
  };
}

/** A fault of ours. Says nothing about the inside; the log has it under the request's id. */
export function internalProblem(requestId: string): Problem {
  return {
    type: 'urn:posthorn:problem:internal',
    title: 'A fault of ours',
    status: 500,
    detail: 'Something failed on our side. Try again; if it stays, the logs have more under this request_id.',
    code: 'internal',
    errors: [],
    request_id: requestId,
  };
}
