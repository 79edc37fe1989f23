/**
 * Makes the template, for deploying and for running on one machine alike. Needs no account and no network.
 *
 * `node lib/synth.ts ASSETS OUTDIR [SETTINGS]` does it in a process that ends (CDK stays loaded otherwise) and prints the path of
 * the template. Its functions carry `Metadata["aws:asset:path"]`: their code's folder, relative to OUTDIR.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { GatewayStack } from './gateway-stack.ts';
import { checkSettings } from './settings.ts';

/** Construct id of the stack, and so the name of its template, whatever the stack is called in the account. */
const STACK_ID = 'Posthorn';

export interface SynthesisInput {
  /** As under `context.posthorn` in cdk.json. */
  readonly settings: unknown;
  /** Folder with one folder per function, as `lib/bundle.ts` leaves it. */
  readonly assets: string;
  /** Where the cloud assembly goes. */
  readonly outdir: string;
}

export interface Synthesised {
  readonly template: string;
}

/** @throws Error that lists every wrong setting */
export function synthesise({ settings, assets, outdir }: SynthesisInput): Synthesised {
  const app = gatewayApp({ outdir, validate: false });
  addGateway(app, settings, assets);
  app.synth();
  return { template: join(outdir, `${STACK_ID}.template.json`) };
}

export interface AppInput {
  /** Absent: where the CDK command line wants it. */
  readonly outdir?: string;
  /** Judge the template as CloudFormation would before deploying: seconds, worth it only when it is deployed. */
  readonly validate: boolean;
}

/** An app as CDK recommends for new ones: its version is exact, so recommendations change only when we change it. */
export function gatewayApp({ outdir, validate }: AppInput): App {
  return new App({
    ...(outdir !== undefined && { outdir }),
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: validate,
    context: {
      ...CURRENTLY_RECOMMENDED_FLAGS,
      'aws:cdk:enable-asset-metadata': true,
    },
  });
}

/** Adds the gateway to an app. */
export function addGateway(app: App, settings: unknown, assets: string): GatewayStack {
  return new GatewayStack(app, STACK_ID, { settings: checkSettings(settings), assets });
}

if (import.meta.main) {
  const [assets, outdir, settings = '{}'] = process.argv.slice(2);
  if (assets === undefined || outdir === undefined) {
    throw new Error('usage: node lib/synth.ts ASSETS OUTDIR [SETTINGS as JSON]');
  }
  console.log(synthesise({ settings: JSON.parse(settings), assets, outdir }).template);
}
