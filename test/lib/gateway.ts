import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS } from '../../lambdas/contract/functions.ts';
import { addGateway, gatewayApp } from '../../lib/synth.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthorn-lib-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const templates = new Map<string, Template>();

/** A folder with one tiny function each: what is in them is of no matter here. */
export function fixtureAssets(): string {
  const assets = join(folder, 'functions');
  for (const name of Object.values(FUNCTIONS)) {
    mkdirSync(join(assets, name), { recursive: true });
    writeFileSync(join(assets, name, 'index.mjs'), `export const handler = async () => '${name}';\n`);
    writeFileSync(join(assets, name, 'index.mjs.map'), '{}');
  }
  return assets;
}

/** An empty folder for an assembly. */
export function outputFolder(): string {
  return mkdtempSync(join(folder, 'out-'));
}

/** The template that some settings make; made once. */
export function templateOf(settings: Readonly<Record<string, unknown>> = {}): Template {
  const key = JSON.stringify(settings);
  const known = templates.get(key);
  if (known !== undefined) return known;
  const app = gatewayApp({ outdir: outputFolder(), validate: false });
  const template = Template.fromStack(addGateway(app, settings, fixtureAssets()));
  templates.set(key, template);
  return template;
}

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** All resources of a type, whose id may have to match. */
export function resources(template: Template, type: string, id: RegExp = /./): readonly Resource[] {
  return Object.entries(template.findResources(type))
    .filter(([name]) => id.test(name))
    .map(([name, resource]) => ({ id: name, ...resource }) as Resource);
}

/** The one resource of a type whose id matches. */
export function resource(template: Template, type: string, id: RegExp = /./): Resource {
  const found = resources(template, type, id);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(
      `expected one ${type} like ${id}, found ${found.map((each) => each.id).join(', ') || 'none'}`,
    );
  }
  return found[0];
}

/** Ids of functions in the template, by the name of their folder. */
export const FUNCTION_IDS: Readonly<Record<string, RegExp>> = {
  publish: /^IntakePublishFunction/,
  inbound: /^IntakeInboundFunction/,
  'publish-queue': /^IntakePublishQueueFunction/,
  api: /^IntakeApiFunction/,
  deliver: /^DeliveryLaneDeliverFunction/,
  drain: /^WakesDrainFunction/,
  sweep: /^SweeperSweepFunction/,
  alert: /^OwnerAlertsAlertFunction/,
};

/** Ids of the work queues, by what they are called in alarms. */
export const QUEUE_IDS: Readonly<Record<string, { queue: RegExp; deadLetters: RegExp; consumer: RegExp }>> = {
  publish: {
    queue: /^IntakePublishedQueue/,
    deadLetters: /^IntakePublishedDeadLetters/,
    consumer: /^IntakePublishQueueFunction/,
  },
  delivery: {
    queue: /^DeliveryLaneDeliveriesQueue/,
    deadLetters: /^DeliveryLaneDeliveriesDeadLetters/,
    consumer: /^DeliveryLaneDeliverFunction/,
  },
  alert: {
    queue: /^OwnerAlertsQueue/,
    deadLetters: /^OwnerAlertsDeadLetters/,
    consumer: /^OwnerAlertsAlertFunction/,
  },
  wake: { queue: /^WakesQueue/, deadLetters: /^WakesDeadLetters/, consumer: /^WakesDrainFunction/ },
};
