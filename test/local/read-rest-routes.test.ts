import { expect, test } from 'vitest';
import { readRestRoutes } from '../../local/template/read-rest-routes.ts';

const parts = {
  apis: [{ id: 'Api', properties: { BinaryMediaTypes: ['*/*'] } }],
  stages: [{ id: 'Stage', properties: { RestApiId: 'Api', StageName: 'in' } }],
  resources: [
    { id: 'Source', properties: { ParentId: 'root of Api', PathPart: '{source_id}' } },
    { id: 'Path', properties: { ParentId: 'Source', PathPart: '{path+}' } },
  ],
  methods: [
    {
      id: 'Any',
      properties: {
        RestApiId: 'Api',
        ResourceId: 'Path',
        HttpMethod: 'ANY',
        Integration: {
          Type: 'AWS_PROXY',
          Uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:0:function:Inbound/invocations',
        },
      },
    },
  ],
};

test('a method is a route below the name of its stage', () => {
  expect(readRestRoutes(parts)).toEqual([
    {
      method: 'ANY',
      path: '/in/{source_id}/{path+}',
      functionName: 'Inbound',
      timeoutMs: 29_000,
      stage: 'in',
    },
  ]);
});

test('an API that would hand text over as text is refused: locally every body arrives as bytes', () => {
  const apis = [{ id: 'Api', properties: {} }];
  expect(() => readRestRoutes({ ...parts, apis })).toThrow('Api must take every type for binary');
});

test('a method that nobody deployed is refused', () => {
  expect(() => readRestRoutes({ ...parts, stages: [] })).toThrow('belongs to no deployed API');
});
