/** Finds the route of a request in a table. */
import type { Route, RouteName } from '../contract/api/routes.ts';
import type { Failure } from '../domain/failure.ts';
import { fail, ok, type Result } from '../domain/result.ts';

export interface RouteMatch {
  readonly name: RouteName;
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly name: RouteName;
  readonly route: Route;
  readonly shape: RegExp;
}

export type Router = (method: string, path: string) => Result<RouteMatch, Failure>;

/** Fixed paths win over those with parameters: `/v1/events/batch` is not the event "batch". */
export function createRouter(routes: Readonly<Record<RouteName, Route>>): Router {
  const compiled = (Object.entries(routes) as [RouteName, Route][])
    .map(([name, route]): Compiled => ({ name, route, shape: shapeOf(route.path) }))
    .sort((a, b) => a.route.path.split('{').length - b.route.path.split('{').length);

  return (method, path) => {
    const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
    const here = compiled.filter(({ shape }) => shape.test(plain));
    const found = here.find(({ route }) => route.method === method);
    if (found !== undefined) {
      return ok({ name: found.name, route: found.route, params: paramsOf(found.shape, plain) });
    }
    if (here.length === 0) return fail({ kind: 'not_found', what: 'address', id: path });
    const allowed = [...new Set(here.map(({ route }) => route.method))].sort();
    return fail({ kind: 'method_not_allowed', allowed });
  };
}

function shapeOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** Our ids need no escapes; what is escaped is not one of them, and "not found" is the answer. */
function paramsOf(shape: RegExp, path: string): Readonly<Record<string, string>> {
  return { ...shape.exec(path)?.groups };
}
