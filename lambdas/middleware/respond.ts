/** Answers and failures on the wire. Every response of the API is made here. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { internalProblem, PROBLEM_TYPE, type Problem, problemOf } from '../contract/api/problem.ts';
import type { Failure } from '../domain/failure.ts';
import type { Answer } from '../ports/use-case.ts';

export type HttpResponse = APIGatewayProxyStructuredResultV2;

/** Answers hold secrets and receivers' data: nobody on the way keeps them, and no browser guesses at their type. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

export function respond(answer: Answer, requestId: string): HttpResponse {
  const headers = { ...ALWAYS, 'x-request-id': requestId };
  const text = answer.json ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
  if (text === undefined) return { statusCode: answer.status, headers };
  return {
    statusCode: answer.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
  };
}

export function refuse(failure: Failure, requestId: string): HttpResponse {
  return respondProblem(problemOf(failure, requestId), requestId, extraHeaders(failure));
}

export function respondInternal(requestId: string): HttpResponse {
  return respondProblem(internalProblem(requestId), requestId, {});
}

function respondProblem(
  problem: Problem,
  requestId: string,
  extra: Readonly<Record<string, string>>,
): HttpResponse {
  return {
    statusCode: problem.status,
    headers: { ...ALWAYS, 'x-request-id': requestId, 'content-type': PROBLEM_TYPE, ...extra },
    body: JSON.stringify(problem),
  };
}

function extraHeaders(failure: Failure): Readonly<Record<string, string>> {
  if (failure.kind === 'unavailable' || failure.kind === 'rate_limited') {
    return { 'retry-after': String(failure.retryAfterSeconds) };
  }
  if (failure.kind === 'method_not_allowed') return { allow: failure.allowed.join(', ') };
  if (failure.kind !== 'unauthenticated') return {};
  const error = failure.why === 'missing' ? '' : ', error="invalid_token"';
  return { 'www-authenticate': `Bearer realm="posthorn"${error}` };
}
