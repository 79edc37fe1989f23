import type { MiddlewareObj } from '@middy/core';
import { mayDo } from '../domain/key.ts';
import type { Authenticate } from '../ports/use-case.ts';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse } from './respond.ts';

/** Finds out whose key it is. Comes after the route, which says whether it needs one. */
export function authenticated(authenticate: Authenticate): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: async ({ event }) => {
      if (event.match!.route.scope === 'open') return undefined;
      const caller = await authenticate(event.headers.authorization);
      if (!caller.ok) return refuse(caller.failure, event.requestContext.requestId);
      event.caller = caller.value;
      return undefined;
    },
  };
}

/** Checks that the key may do what the route needs. */
export function permitted(): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: ({ event }) => {
      const needs = event.match!.route.scope;
      if (needs === 'open' || event.caller === undefined) return undefined;
      const { scopes } = event.caller;
      if (mayDo(scopes, needs)) return undefined;
      return refuse({ kind: 'forbidden', needs, has: scopes }, event.requestContext.requestId);
    },
  };
}
