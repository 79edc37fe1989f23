/** The last net: what was thrown becomes a problem document that tells nothing about our inside. */
import type { MiddlewareObj } from '@middy/core';
import type { Failure } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse, respondInternal } from './respond.ts';

/** Names and codes of errors that mean "later": throttling, timeouts and lost connections of what we depend on. */
const PASSING = new Set([
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'LimitExceededException',
  'OverLimit',
  'InternalServerError',
  'InternalServerException',
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'NetworkingError',
  'AbortError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
const RETRY_AFTER_SECONDS = 5;
const UNAVAILABLE: Failure = {
  kind: 'unavailable',
  detail: 'A service we depend on is busy or unreachable. Nothing was lost; send the same request again.',
  retryAfterSeconds: RETRY_AFTER_SECONDS,
};

export function problems(log: Log): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    onError: (request) => {
      const { requestContext } = request.event;
      const { requestId, http } = requestContext;
      const passing = isPassing(request.error);
      log.error(passing ? 'api.unavailable' : 'api.fault', {
        request: requestId,
        method: http.method,
        path: http.path,
        cause: describe(request.error),
      });
      request.response = passing ? refuse(UNAVAILABLE, requestId) : respondInternal(requestId);
    },
  };
}

/** Looks through wrappers: SDK errors carry the socket's error as their cause. */
function isPassing(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 3) return false;
  const { code, errno, $metadata } = error as Error & {
    readonly code?: unknown;
    readonly errno?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if ([error.name, code, errno].some((word) => typeof word === 'string' && PASSING.has(word))) return true;
  if (($metadata?.httpStatusCode ?? 0) >= 500) return true;
  if (error instanceof AggregateError) return error.errors.some((one) => isPassing(one, depth + 1));
  return isPassing(error.cause, depth + 1);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}
