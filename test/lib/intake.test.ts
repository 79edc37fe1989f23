import { describe, expect, test } from 'vitest';
import { FUNCTION_IDS, QUEUE_IDS, resource, resources, templateOf } from './gateway.ts';
import { line, statements } from './statements.ts';

const template = templateOf();

/** The function behind a route. */
function functionOf(routeKey: string): string {
  const route = resources(template, 'AWS::ApiGatewayV2::Route').find(
    (each) => each.Properties.RouteKey === routeKey,
  );
  const target = line(route?.Properties.Target);
  const integration = resources(template, 'AWS::ApiGatewayV2::Integration').find(({ id }) =>
    target.includes(id.slice(0, -8)),
  );
  return line(integration?.Properties.IntegrationUri);
}

describe('the HTTP API', () => {
  test('has three routes', () => {
    const routes = resources(template, 'AWS::ApiGatewayV2::Route').map((each) => each.Properties.RouteKey);
    expect(routes.sort()).toEqual(['ANY /{proxy+}', 'POST /v1/events', 'POST /v1/events/batch']);
  });

  test.each(['POST /v1/events', 'POST /v1/events/batch'])('%s goes to the publish function', (route) => {
    expect(functionOf(route)).toBe('<IntakePublishFunction.Arn>');
  });

  test('everything else goes to the api function', () => {
    expect(functionOf('ANY /{proxy+}')).toBe('<IntakeApiFunction.Arn>');
  });

  test('calls functions in the format they read', () => {
    for (const { Properties } of resources(template, 'AWS::ApiGatewayV2::Integration')) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  test('logs each request as JSON, and nothing of its query or headers that could be secret', () => {
    const { AccessLogSettings } = resource(template, 'AWS::ApiGatewayV2::Stage').Properties;
    const { Format } = AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toEqual(
      expect.arrayContaining(['time', 'request_id', 'method', 'path', 'status', 'milliseconds']),
    );
    expect(Format).not.toMatch(/querystring|authorizer|header/i);
  });

  test('slows down above the rates of the settings', () => {
    const stage = resource(templateOf({ apiRatePerSecond: 10, apiBurst: 20 }), 'AWS::ApiGatewayV2::Stage');
    expect(stage.Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 10,
      ThrottlingBurstLimit: 20,
    });
  });

  test('is not for other origins in a browser', () => {
    expect(resource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toBeUndefined();
  });

  test('gives its functions up before it gives up itself', () => {
    for (const name of [FUNCTION_IDS.publish, FUNCTION_IDS.api]) {
      expect(resource(template, 'AWS::Lambda::Function', name).Properties.Timeout).toBe(29);
    }
  });

  test('is in the outputs', () => {
    const api = resource(template, 'AWS::ApiGatewayV2::Api');
    template.hasOutput('ApiUrl', { Value: { 'Fn::GetAtt': [api.id, 'ApiEndpoint'] } });
  });
});

describe('the publish queue', () => {
  const senders = ['123456789012', 'arn:aws:iam::210987654321:role/billing'];
  const shared = templateOf({ publishers: senders });
  const sends = (each: { effect: string; policy: string }) =>
    each.effect === 'Allow' && /^IntakePublishedQueuePolicy/.test(each.policy);

  test('is closed to others unless the settings name them', () => {
    expect(statements(template).filter(sends)).toEqual([]);
  });

  test('lets the accounts and roles of the settings send, and do nothing else', () => {
    const actions = statements(shared)
      .filter(sends)
      .flatMap((each) => each.actions);
    expect(new Set(actions)).toEqual(
      new Set(['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl']),
    );
    const policy = resource(shared, 'AWS::SQS::QueuePolicy', /^IntakePublishedQueuePolicy/);
    const text = JSON.stringify(policy.Properties.PolicyDocument);
    expect(text).toContain(':iam::123456789012:root');
    expect(text).toContain('"arn:aws:iam::210987654321:role/billing"');
  });

  test('is in the outputs', () => {
    const queue = resource(template, 'AWS::SQS::Queue', QUEUE_IDS.publish?.queue);
    template.hasOutput('PublishQueueUrl', { Value: { Ref: queue.id } });
    template.hasOutput('PublishQueueArn', { Value: { 'Fn::GetAtt': [queue.id, 'Arn'] } });
  });
});
