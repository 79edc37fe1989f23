/**
 * The CDK app. Settings come from cdk.json; one run can change them with `-c posthorn='{"production":false}'`, and
 * `-c assets=DIR` takes functions that are bundled already.
 */
import { bundle } from '../lib/bundle.ts';
import { addGateway, gatewayApp } from '../lib/synth.ts';

const app = gatewayApp({ validate: true });
const assets: unknown = app.node.tryGetContext('assets');
const directory = typeof assets === 'string' ? assets : (await bundle()).directory;
addGateway(app, settingsOf(app.node.tryGetContext('posthorn')), directory);
app.synth();

/** The command line passes text, cdk.json an object. */
function settingsOf(context: unknown): unknown {
  return typeof context === 'string' ? JSON.parse(context) : (context ?? {});
}
