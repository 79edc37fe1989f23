/** The door for third parties' webhooks: an HTTP API of its own that hands over bytes as they came. */
import { Stack } from 'aws-cdk-lib';
import * as gateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';

export interface InboundDoorProps {
  readonly settings: Settings;
  readonly inbound: LambdaFunction;
}

/** The stage is the first part of every path, so this makes the addresses `/in/{source_id}`. */
const STAGE = 'in';

/**
 * A REST API and not one more route of the HTTP API: that one hands bodies of text types over as text, and a byte that
 * is no UTF-8 would be lost, and with it the signature. Here every content type is binary.
 */
export class InboundDoor extends Construct {
  /** What stands before a source's id: `https://…/in`. */
  readonly url: string;
  /** Where it is reached, without scheme. */
  readonly hosts: readonly string[];

  constructor(scope: Construct, id: string, { settings, inbound }: InboundDoorProps) {
    super(scope, id);
    const api = new gateway.RestApi(this, 'Api', {
      restApiName: `${settings.name}-inbound`,
      description: 'Posthorn: webhooks of third parties',
      binaryMediaTypes: ['*/*'],
      endpointTypes: [gateway.EndpointType.REGIONAL],
      // The account's one role for API logs is not ours to set.
      cloudWatchRole: false,
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: settings.apiRatePerSecond,
        throttlingBurstLimit: settings.apiBurst,
      },
    });
    // Our own output says what it is for.
    api.node.tryRemoveChild('Endpoint');
    const integration = new gateway.LambdaIntegration(inbound.lambda, { allowTestInvoke: false });
    const source = api.root.addResource('{source_id}');
    source.addMethod('ANY', integration);
    source.addResource('{path+}').addMethod('ANY', integration);
    const { region, urlSuffix } = Stack.of(this);
    const host = `${api.restApiId}.execute-api.${region}.${urlSuffix}`;
    const { inboundUrl } = settings;
    this.hosts = inboundUrl === undefined ? [host] : [host, new URL(inboundUrl).host];
    this.url = inboundUrl ?? `https://${host}/${STAGE}`;
    accept(api);
  }
}

function accept(api: gateway.RestApi): void {
  acknowledge(
    api,
    'AwsSolutions-APIG4',
    'Third parties prove themselves by their own signatures, which our function checks on the raw bytes.',
  );
  acknowledge(
    api,
    'AwsSolutions-COG4',
    'Third parties that send webhooks have no users in a user pool of ours.',
  );
  acknowledge(
    api,
    'AwsSolutions-APIG1',
    'Every call is kept as a request with its verdict, address and answer; logs of REST APIs need a role of the whole account, which is not ours to set.',
  );
  acknowledge(api, 'AwsSolutions-APIG6', 'As for access logs: they need a role of the whole account.');
  acknowledge(
    api,
    'AwsSolutions-APIG2',
    'Bodies are whatever the third party sends and must arrive unread; our function judges them.',
  );
  acknowledge(
    api,
    'AwsSolutions-APIG3',
    'A firewall costs a fixed amount a month that not every deployment wants; one can be attached to the stage.',
  );
}
