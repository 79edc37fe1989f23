/** Which route of an HTTP API takes a request: the most specific one. Pure. */
import type { RouteSpec } from '../template/stack.ts';
import type { MatchedRoute } from './event.ts';

export interface Match extends MatchedRoute {
  readonly route: RouteSpec;
}

/** Compares routes once, so that matching is one walk down the list. */
export function routeTable(
  routes: readonly RouteSpec[],
): (method: string, path: string) => Match | undefined {
  const ordered = [...routes].sort((a, b) => compare(a, b));
  return (method, path) => {
    for (const route of ordered) {
      if (route.method !== 'ANY' && route.method !== method) continue;
      const routeKey = route.path === '$default' ? '$default' : `${route.method} ${route.path}`;
      if (route.path === '$default') return { route, routeKey, pathParameters: undefined };
      const parameters = parametersOf(route.path, path);
      if (parameters === undefined) continue;
      return { route, routeKey, pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined };
    }
    return undefined;
  };
}

/** Fixed segments beat `{name}`, which beats `{name+}`; then a method beats `ANY`. */
function compare(a: RouteSpec, b: RouteSpec): number {
  const left = ranks(a);
  const right = ranks(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

const RANK = { fixed: 1, named: 2, greedy: 3, fallback: 4 } as const;

function ranks({ path }: RouteSpec): number[] {
  if (path === '$default') return [RANK.fallback];
  return segments(path).map((segment) => {
    if (!segment.startsWith('{')) return RANK.fixed;
    return segment.endsWith('+}') ? RANK.greedy : RANK.named;
  });
}

function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = segments(pattern);
  const given = segments(path);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.endsWith('+}')) {
      if (given.length <= index) return undefined;
      parameters[segment.slice(1, -2)] = given.slice(index).join('/');
      return parameters;
    }
    const actual = given[index];
    if (actual === undefined) return undefined;
    if (segment.startsWith('{')) parameters[segment.slice(1, -1)] = decode(actual);
    else if (segment !== actual) return undefined;
  }
  return given.length === wanted.length ? parameters : undefined;
}

function segments(path: string): string[] {
  return path.split('/').slice(1);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
