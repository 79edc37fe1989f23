import type { MiddlewareObj } from '@middy/core';
import type { Authenticate } from '../ports/use-case.ts';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse } from './respond.ts';

/** Finds the key's project and checks the route's scope. Comes after the route: the scope is the route's. */
export function authenticated(authenticate: Authenticate): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: async ({ event }) => {
      const scope = event.match!.route.scope;
      if (scope === 'open') return undefined;
      const project = await authenticate(event.headers.authorization, scope);
      if (!project.ok) return refuse(project.failure, event.requestContext.requestId);
      event.project = project.value;
      return undefined;
    },
  };
}
