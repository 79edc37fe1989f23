import { expect, test } from 'vitest';
import { routeTable } from '../../local/http/routes.ts';

const route = (method: string, path: string) => ({
  method,
  path,
  functionName: `${method} ${path}`,
  timeoutMs: 1,
});
const match = routeTable([
  route('ANY', '/{proxy+}'),
  route('ANY', '$default'),
  route('GET', '/v1/endpoints/{id}'),
  route('ANY', '/v1/events'),
  route('POST', '/v1/events'),
  route('POST', '/v1/events/batch'),
  route('POST', '/v1/events/{id}/replay'),
]);

test.each([
  ['POST', '/v1/events', 'POST /v1/events', undefined],
  ['GET', '/v1/events', 'ANY /v1/events', undefined],
  ['POST', '/v1/events/batch', 'POST /v1/events/batch', undefined],
  ['POST', '/v1/events/evt_1/replay', 'POST /v1/events/{id}/replay', { id: 'evt_1' }],
  ['GET', '/v1/endpoints/a%20b', 'GET /v1/endpoints/{id}', { id: 'a b' }],
  ['DELETE', '/v1/endpoints/ep_1', 'ANY /{proxy+}', { proxy: 'v1/endpoints/ep_1' }],
  ['GET', '/v1/events/', 'ANY /{proxy+}', { proxy: 'v1/events/' }],
])('%s %s is taken by %s', (method, path, functionName, pathParameters) => {
  const found = match(method, path);
  expect(found?.route.functionName).toBe(functionName);
  expect(found?.pathParameters).toEqual(pathParameters);
});

test('what no route names goes to the default one, or nowhere', () => {
  const fixed = [route('GET', '/v1/health')];
  expect(routeTable(fixed)('GET', '/v1/other')).toBeUndefined();
  expect(routeTable([...fixed, route('ANY', '$default')])('GET', '/v1/other')?.routeKey).toBe('$default');
});
