/** Routes of REST APIs: a method on a resource, below the name of its stage. */
import type { Found } from './found.ts';
import { nameOfArn } from './names.ts';
import type { RouteSpec } from './stack.ts';

/** API Gateway's own limit for REST APIs. */
const TIMEOUT_MS = 29_000;

export interface RestApiParts {
  readonly apis: readonly Found[];
  readonly resources: readonly Found[];
  readonly methods: readonly Found[];
  readonly stages: readonly Found[];
}

/** @throws Error when a method is not answered by a Lambda function, or not every body is handed over as bytes */
export function readRestRoutes({ apis, resources, methods, stages }: RestApiParts): RouteSpec[] {
  return methods.map(({ id, properties }) => {
    const api = apis.find((candidate) => candidate.id === properties.RestApiId);
    const stage = stages.find((candidate) => candidate.properties.RestApiId === properties.RestApiId);
    if (api === undefined || stage === undefined) {
      throw new Error(`template: method ${id} belongs to no deployed API`);
    }
    const types = (api.properties.BinaryMediaTypes ?? []) as readonly string[];
    if (!types.includes('*/*')) throw new Error(`template: ${api.id} must take every type for binary`);
    const integration = properties.Integration as { readonly Type?: string; readonly Uri?: string };
    if (integration?.Type !== 'AWS_PROXY') throw new Error(`template: method ${id} is no Lambda proxy`);
    return {
      method: String(properties.HttpMethod),
      path: `/${stage.properties.StageName}${pathOf(String(properties.ResourceId), resources)}`,
      functionName: nameOfArn(String(integration.Uri).replace(/\/invocations$/, '')),
      timeoutMs: TIMEOUT_MS,
      stage: String(stage.properties.StageName),
    };
  });
}

/** The root resource is nobody's child and adds nothing. */
function pathOf(id: string, resources: readonly Found[]): string {
  const resource = resources.find((candidate) => candidate.id === id);
  if (resource === undefined) return '';
  return `${pathOf(String(resource.properties.ParentId), resources)}/${resource.properties.PathPart}`;
}
