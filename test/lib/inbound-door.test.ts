import { expect, test } from 'vitest';
import { ENV } from '../../lambdas/contract/env.ts';
import { FUNCTION_IDS, resource, resources, templateOf } from './gateway.ts';

const template = templateOf({ egress: 'none' });

test('hands every content type over as the bytes that came', () => {
  expect(resource(template, 'AWS::ApiGateway::RestApi', /^IntakeDoor/).Properties).toMatchObject({
    BinaryMediaTypes: ['*/*'],
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
});

test('is at /in/{source_id} and all below it, with any method, and nowhere else', () => {
  expect(resource(template, 'AWS::ApiGateway::Stage', /^IntakeDoor/).Properties).toMatchObject({
    StageName: 'in',
  });
  const parts = resources(template, 'AWS::ApiGateway::Resource').map(
    ({ Properties }) => Properties!.PathPart,
  );
  expect(parts).toEqual(['{source_id}', '{path+}']);
  const methods = resources(template, 'AWS::ApiGateway::Method');
  expect(methods).toHaveLength(2);
  for (const { Properties } of methods) {
    expect(Properties).toMatchObject({ HttpMethod: 'ANY', Integration: { Type: 'AWS_PROXY' } });
    expect(JSON.stringify(Properties)).toContain('IntakeInboundFunction');
  }
});

test('takes no more a second than the API', () => {
  const limited = templateOf({ egress: 'none', apiRatePerSecond: 7, apiBurst: 9 });
  expect(resource(limited, 'AWS::ApiGateway::Stage', /^IntakeDoor/).Properties).toMatchObject({
    MethodSettings: [{ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 }],
  });
});

test('a domain of the user stands in the addresses of sources, and is refused as a receiver', () => {
  const own = templateOf({ egress: 'none', inboundUrl: 'https://hooks.example.com/x' });
  const environment = (id: keyof typeof FUNCTION_IDS) =>
    (
      resource(own, 'AWS::Lambda::Function', FUNCTION_IDS[id]!).Properties!.Environment as {
        Variables: object;
      }
    ).Variables as Record<string, unknown>;
  expect(environment('inbound')[ENV.inboundUrl]).toBe('https://hooks.example.com/x');
  expect(environment('api')[ENV.inboundUrl]).toBe('https://hooks.example.com/x');
  expect(JSON.stringify(environment('deliver')[ENV.ownHost])).toContain(',hooks.example.com');
});
