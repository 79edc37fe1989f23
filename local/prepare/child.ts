/**
 * The process that does the heavy work of starting, and ends: CDK and the SDK stay loaded for as long as a process
 * lives, and would be most of the local mode's memory.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { ACCOUNT, REGION } from '../template/intrinsics.ts';
import type { Answer, BuildRequest, Request } from './messages.ts';

/** The stand-in for SES takes any sender; a deployment names a verified one. */
const LOCAL_MAIL_FROM = 'posthorn@example.com';
/** A queue and a topic for receivers to make in the stand-ins. */
const LOCAL_DESTINATIONS = ['sqs', 'sns'].map(
  (service) => `arn:aws:${service}:${REGION}:${ACCOUNT}:receiver`,
);
/** A queue and a topic whose messages become events, there to be tried; they exist here from the start. */
const LOCAL_BROKERS = ['sqs', 'sns'].map((kind) => ({
  name: `local-${kind}`,
  kind,
  arn: `arn:aws:${kind}:${REGION}:${ACCOUNT}:sender`,
  event_type: { header: 'type' },
}));

/** Those of the settings too: projects they name are elsewhere, so here all of them feed the one there is. */
function brokersHere(project: string, given: unknown): unknown {
  if (given !== undefined && !Array.isArray(given)) return given;
  return [...LOCAL_BROKERS, ...(given ?? [])].map((broker) => ({ ...broker, project_id: project }));
}

/** As fast as the machine: whoever tries it out or measures it uses one key for everything. */
const LOCAL_KEY_RATE = { keyRatePerSecond: 10_000, keyBurst: 10_000 };

async function build({ directory, project }: BuildRequest): Promise<Answer> {
  const assets = join(directory, 'functions');
  const outdir = join(directory, 'cloud');
  mkdirSync(directory, { recursive: true });
  const { bundle } = await import('../../lib/bundle.ts');
  // esbuild works in a process of its own, so CDK loads meanwhile.
  const [{ synthesise }] = await Promise.all([import('../../lib/synth.ts'), bundle(assets)]);
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const { template } = synthesise({
    settings: {
      mailFrom: LOCAL_MAIL_FROM,
      destinations: LOCAL_DESTINATIONS,
      ...LOCAL_KEY_RATE,
      ...context?.posthorn,
      brokers: brokersHere(project, context?.posthorn?.brokers),
    },
    assets,
    outdir,
  });
  return { did: 'build', template };
}

async function handle(request: Request): Promise<Answer> {
  if (request.do === 'build') return build(request);
  const { seed } = await import('./seed.ts');
  return { did: 'seed', credentials: await seed(request) };
}

process.on('message', async (request: Request) => {
  const answer = await handle(request).catch((error: Error): Answer => ({ failed: error.message }));
  process.send?.(answer);
  // Seeding comes next, and its modules take a while to load.
  if (request.do === 'build') void import('./seed.ts');
});
process.on('disconnect', () => process.exit());
