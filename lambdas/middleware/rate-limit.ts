import type { MiddlewareObj, Request } from '@middy/core';
import type { LimitKey } from '../ports/use-case.ts';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse } from './respond.ts';

/** Refuses a key that asks too often. Comes after authentication: whose bucket it is, only a known key tells. */
export function rateLimited(limitKey: LimitKey): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: async ({ event }) => {
      if (event.caller === undefined) return undefined;
      const verdict = await limitKey(event.caller.key);
      event.allowance = verdict.allowance;
      if (verdict.admitted) return undefined;
      const { retryAfterSeconds } = verdict;
      return refuse({ kind: 'rate_limited', retryAfterSeconds }, event.requestContext.requestId);
    },
  };
}

/** Puts what is left of the key's bucket on its answer, whatever that is: early refusals and faults too. */
export function tellAllowance(request: Request): void {
  const { event, response } = request as Request<HttpEvent, HttpResponse>;
  // Without an answer, an error is on its way to Lambda itself.
  if (event.allowance === undefined || response === null || response === undefined) return;
  const { limit, remaining, resetSeconds } = event.allowance;
  response.headers = {
    ...response.headers,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
