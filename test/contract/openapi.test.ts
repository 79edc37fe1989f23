import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROUTES, type Route } from '../../lambdas/contract/api/routes.ts';
import { openApiDocument, openApiText } from '../../scripts/openapi-document.ts';

const document = openApiDocument();

test('the committed document is the one the schemas make (npm run openapi writes it)', () => {
  const committed = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(committed).toBe(openApiText());
});

test('the document has exactly the routes of the table', () => {
  const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId: string }>).map(
      ([method, operation]) => `${method.toUpperCase()} ${path} ${operation.operationId}`,
    ),
  );
  const routes = (Object.entries(ROUTES) as [string, Route][]).map(
    ([name, { method, path }]) => `${method} ${path} ${name}`,
  );
  expect(documented.sort()).toEqual(routes.sort());
});

test('no two routes share a method and path', () => {
  const places = (Object.values(ROUTES) as Route[]).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
});

test('every reference in the document leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
    expect(found, reference).toBeDefined();
  }
});

test('bodies refuse unknown fields in the document too', () => {
  const schemas = document.components?.schemas as Record<string, { additionalProperties?: unknown }>;
  for (const name of [
    'PublishEvent',
    'QueuedEvent',
    'CreateEndpoint',
    'UpdateEndpoint',
    'CreateSubscription',
  ]) {
    expect(schemas[name]?.additionalProperties, name).toBe(false);
  }
});
