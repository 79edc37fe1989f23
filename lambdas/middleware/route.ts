import type { MiddlewareObj } from '@middy/core';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse } from './respond.ts';
import type { Router } from './router.ts';

/** Finds the route, or answers 404 or 405. Before anything is read: what does not exist costs nothing. */
export function routed(router: Router): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: ({ event }) => {
      const { http, requestId } = event.requestContext;
      const found = router(http.method, event.rawPath);
      if (!found.ok) return refuse(found.failure, requestId);
      event.match = found.value;
      return undefined;
    },
  };
}
