/** The OpenAPI document: each route of the table with its words and schemas. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { PROBLEM_TYPE, problem } from '../lambdas/contract/api/problem.ts';
import { queuedEvent } from '../lambdas/contract/api/queued-message.ts';
import { ROUTES, type Route, type RouteName } from '../lambdas/contract/api/routes.ts';
import type { Operation } from './openapi-operation.ts';
import { OPERATIONS } from './openapi-operations.ts';

const VERSION = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

const INTRODUCTION = `Publish events, manage who receives them, and see what happened to every delivery.

Send your API key as \`Authorization: Bearer phk_...\`. Errors are problem documents (RFC 9457) that name each wrong
field and the fix. Every POST takes an \`Idempotency-Key\`: the same key and body within 72 hours is the same request.
Lists are newest first; follow \`pagination.next\` with \`cursor\`. Unknown fields are refused.`;

export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

export function openApiDocument() {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Posthorn',
      version: VERSION,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths: paths(),
    components: {
      // No route takes it: it is what the publish queue takes.
      schemas: { QueuedEvent: queuedEvent },
      securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'phk_...' } },
      responses: {
        Problem: {
          id: 'Problem',
          description: 'What went wrong, and what to do.',
          content: { [PROBLEM_TYPE]: { schema: problem } },
        },
      },
    },
  });
}

function paths(): ZodOpenApiPathsObject {
  const all: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    all[route.path] ??= {};
    all[route.path]![route.method.toLowerCase()] = operation(name, route, OPERATIONS[name]);
  }
  return all;
}

function operation(name: RouteName, route: Route, entry: Operation): ZodOpenApiOperationObject {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter!);
  const path = Object.fromEntries(parameters.map((parameter) => [parameter, z.string()]));
  const header = route.method === 'POST' && {
    'Idempotency-Key': z.optional(z.string().check(z.maxLength(256))),
  };
  return {
    operationId: name,
    tags: [entry.tag],
    summary: entry.summary,
    ...(entry.description !== undefined && { description: entry.description }),
    ...(route.scope === 'open' ? { security: [] } : { 'x-scope': route.scope }),
    requestParams: {
      ...(parameters.length > 0 && { path: z.object(path) }),
      ...(entry.query !== undefined && { query: entry.query }),
      ...(header && { header: z.object(header) }),
    },
    ...(entry.body !== undefined && {
      requestBody: {
        required: entry.bodyMayBeEmpty !== true,
        content: { 'application/json': { schema: entry.body } },
      },
    }),
    responses: {
      [String(entry.status)]: {
        description: entry.answers,
        ...(entry.answer !== undefined && { content: { 'application/json': { schema: entry.answer } } }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}
