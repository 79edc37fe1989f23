/** The HTTP API in front of the two functions that answer it. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';

export interface HttpApiProps {
  readonly settings: Settings;
  readonly publish: LambdaFunction;
  readonly api: LambdaFunction;
}

/** One line per request: enough to tell whether a request reached us and which function was slow. No query: it may hold cursors. */
const ACCESS_LOG = {
  time: '$context.requestTime',
  request_id: '$context.requestId',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  function_milliseconds: '$context.integrationLatency',
  error: '$context.error.message',
  function_error: '$context.integrationErrorMessage',
  agent: '$context.identity.userAgent',
};

/** Publishing has a function of its own, small and quick to start; everything else is `api`. */
const PUBLISH_ROUTES = ['/v1/events', '/v1/events/batch'];

export class HttpApi extends Construct {
  readonly url: string;
  readonly id: string;
  /** Where it is reached, without scheme. */
  readonly host: string;

  constructor(scope: Construct, id: string, { settings, publish, api }: HttpApiProps) {
    super(scope, id);
    const http = new gateway.HttpApi(this, 'Api', {
      apiName: settings.name,
      description: 'Posthorn: publish events and look after their delivery',
      createDefaultStage: false,
    });
    const toPublish = integration('Publish', publish);
    for (const path of PUBLISH_ROUTES) {
      http.addRoutes({ path, methods: [gateway.HttpMethod.POST], integration: toPublish });
    }
    http.addRoutes({
      path: '/{proxy+}',
      methods: [gateway.HttpMethod.ANY],
      integration: integration('Everything', api),
    });
    this.#stage(http, settings);
    this.id = http.apiId;
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${http.apiId}.execute-api.${region}.${urlSuffix}`;
    // The stage has no name, so nothing follows the host.
    this.url = http.apiEndpoint;
    acknowledge(
      http,
      'AwsSolutions-APIG4',
      'API keys are checked by our own functions: a Lambda authorizer would add a call to each publish, and keys carry a project and a scope that every route needs anyway.',
    );
  }

  #stage(http: gateway.HttpApi, settings: Settings): void {
    const log = new logs.LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new gateway.HttpStage(this, 'Stage', {
      httpApi: http,
      autoDeploy: true,
      throttle: { rateLimit: settings.apiRatePerSecond, burstLimit: settings.apiBurst },
      accessLogSettings: {
        destination: new gateway.LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}

function integration(id: string, fn: LambdaFunction): integrations.HttpLambdaIntegration {
  return new integrations.HttpLambdaIntegration(id, fn.lambda, {
    payloadFormatVersion: gateway.PayloadFormatVersion.VERSION_2_0,
  });
}
