/** Routes of the HTTP API: a method and a path, and the function behind it. */

import type { Found } from './found.ts';
import { nameOfArn } from './names.ts';
import type { RouteSpec } from './stack.ts';

/** API Gateway's own limit for HTTP APIs, and its default. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** @throws Error when a route's integration is missing or is not a Lambda function with payload format 2.0 */
export function readRoutes(routes: readonly Found[], integrations: readonly Found[]): RouteSpec[] {
  return routes.map(({ id, properties }) => {
    // `integrations/<id>`
    const target = nameOfArn(String(properties.Target));
    const integration = integrations.find((candidate) => candidate.id === target)?.properties;
    if (integration === undefined) throw new Error(`template: route ${id} has no integration we can run`);
    if (integration.PayloadFormatVersion !== '2.0') {
      throw new Error(`template: integration ${target} must use payload format 2.0`);
    }
    const [method = '', path] = String(properties.RouteKey).split(' ');
    return {
      method: path === undefined ? 'ANY' : method,
      path: path ?? '$default',
      functionName: functionOf(String(integration.IntegrationUri)),
      timeoutMs: Number(integration.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS),
    };
  });
}

/** The function's ARN, or the invocation path around it: `.../functions/<arn>/invocations`. */
function functionOf(uri: string): string {
  return nameOfArn(uri.replace(/\/invocations$/, ''));
}
