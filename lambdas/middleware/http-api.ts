/** The whole way of an HTTP request: route, key, body, use case, answer. */
import middy, { type MiddyfiedHandler } from '@middy/core';
import { ROUTES, type RouteName } from '../contract/api/routes.ts';
import type { Log } from '../ports/log.ts';
import type { Authenticate, LimitKey, OpenUseCase, UseCase } from '../ports/use-case.ts';
import { authenticated, permitted } from './auth.ts';
import type { HttpEvent } from './http-event.ts';
import { problems } from './problem.ts';
import { rateLimited, tellAllowance } from './rate-limit.ts';
import { readRequest } from './read-request.ts';
import { type HttpResponse, refuse, respond } from './respond.ts';
import { routed } from './route.ts';
import { createRouter } from './router.ts';

export interface HttpApi {
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly limitKey: LimitKey;
  /** Each function has its own share of the routes. */
  readonly useCases: Readonly<Partial<Record<RouteName, UseCase>>>;
  readonly openUseCases?: Readonly<Partial<Record<RouteName, OpenUseCase>>>;
}

export function httpApi(api: HttpApi): MiddyfiedHandler<HttpEvent, HttpResponse> {
  return middy<HttpEvent, HttpResponse>({ requestEnd: tellAllowance })
    .use(problems(api.log))
    .use(routed(createRouter(ROUTES)))
    .use(authenticated(api.authenticate))
    .use(rateLimited(api.limitKey))
    .use(permitted())
    .use(readRequest())
    .handler((event: HttpEvent) => answer(api, event));
}

async function answer(api: HttpApi, event: HttpEvent): Promise<HttpResponse> {
  const { name, params } = event.match!;
  const { requestId } = event.requestContext;
  if (event.caller === undefined) {
    const open = api.openUseCases?.[name];
    return open === undefined ? refuse(nothingAt(event), requestId) : respond(await open(), requestId);
  }
  const useCase = api.useCases[name];
  if (useCase === undefined) return refuse(nothingAt(event), requestId);
  const result = await useCase({
    project: event.caller.project,
    params,
    query: queryOf(event.rawQueryString),
    text: event.text,
    ...(event.idempotencyKey !== undefined && { idempotencyKey: event.idempotencyKey }),
  });
  return result.ok ? respond(result.value, requestId) : refuse(result.failure, requestId);
}

/** The gateway routed a request to the wrong function. */
function nothingAt(event: HttpEvent) {
  return { kind: 'not_found', what: 'address', id: event.rawPath } as const;
}

/** A parameter given several times counts as a list with commas. */
function queryOf(raw: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  }
  return query;
}
