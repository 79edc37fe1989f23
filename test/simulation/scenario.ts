/** What people and applications do in one history, drawn from the seed. */

import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import { MAX_DIRECT_MATCHES } from '../../lambdas/domain/event.ts';
import { newId, randomFrom } from '../../lambdas/domain/ids.ts';
import { NO_ALLOWANCE, type Project } from '../../lambdas/domain/project.ts';
import type { PublishCommand } from '../../lambdas/domain/publish-command.ts';
import { formatSecret } from '../../lambdas/domain/sign.ts';
import type { Gateway } from './gateway.ts';
import { createKeyring } from './keyring.ts';
import { operate, replay, resend, rotate } from './operators.ts';
import { ownPolicyOf } from './policies.ts';
import { publishOverHttp, publishOverQueue } from './publishers.ts';
import { aReceiver, healthy, type Receiver } from './receivers.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TYPES = ['invoice.paid', 'invoice.item.added', 'user.created'] as const;
const PATTERNS = ['*', 'invoice.*', 'invoice.paid', 'user.created'] as const;
/** A type of its own, so that only few events of a history fan out widely. */
const BROADCAST = 'news.published';
const OWNERS = [undefined, 'customer-1', 'customer-2'] as const;

export type Scenario = (world: World, gateway: Gateway) => Promise<void>;

export const everyday: Scenario = async (world, gateway) => {
  const { dice } = world;
  const projects = await times(dice.between(1, 2), () => addProject(world));
  for (const project of projects) {
    const endpoints = await times(dice.between(1, 5), () => addEndpoint(world, project, aReceiver(dice)));
    // Crowded histories make things meet that are minutes apart in others.
    const withinMs = dice.pick([10_000, MINUTE, 10 * MINUTE]);
    if (dice.chance(0.03)) await broadcast(world, gateway, project);
    for (let left = dice.between(2, 8); left > 0; left--) publishSometime(world, gateway, project, withinMs);
    for (let left = dice.between(0, 3); left > 0; left--) {
      operateSometime(world, gateway, project, dice.pick(endpoints).id, withinMs);
    }
    for (let left = dice.between(0, 3); left > 0; left--) resendSometime(world, gateway, project);
    if (dice.chance(0.3)) rotateSometime(world, gateway, project, dice.pick(endpoints).id, withinMs);
    if (dice.chance(0.2)) poisonSometime(world, withinMs);
  }
};

export async function addProject(world: World): Promise<Project> {
  const project: Project = {
    id: newId('prj', world.time.now(), world.dice.bytes(16)),
    name: 'Acme',
    operator: false,
    eventShards: 4,
    egress: NO_ALLOWANCE,
    cursorSecret: '',
    createdAt: world.time.now(),
  };
  await world.stores.config.createProject(project);
  return project;
}

export async function addEndpoint(
  world: World,
  project: Project,
  receiver: Receiver,
  patterns?: readonly string[],
): Promise<Endpoint> {
  const { dice, stores, time } = world;
  const now = time.now();
  const id = newId('ep', now, dice.bytes(16));
  const owner = patterns === undefined ? dice.pick(OWNERS) : undefined;
  const own = patterns === undefined ? ownPolicyOf(id) : undefined;
  if (own !== undefined) world.history.policies.set(id, own);
  const endpoint = await addReceiver(world, receiver, {
    id,
    project: project.id,
    ...(owner !== undefined && { owner }),
    timeoutSeconds: dice.between(3, 15),
    ...(own?.policy !== undefined && { retry: own.policy }),
  });
  for (const eventTypes of patterns === undefined
    ? [[dice.pick(PATTERNS)], [dice.pick(PATTERNS)]]
    : [patterns]) {
    await stores.config.putSubscription({
      id: newId('sub', now, dice.bytes(16)),
      project: project.id,
      ...(owner !== undefined && { owner }),
      endpoint: id,
      eventTypes,
      createdAt: now,
      updatedAt: now,
    });
  }
  return endpoint;
}

/** An endpoint nobody subscribed to anything, and who answers there. */
export async function addReceiver(
  { dice, stores, time, sites }: World,
  receiver: Receiver,
  of: Pick<Endpoint, 'id' | 'project' | 'timeoutSeconds'> & Partial<Endpoint>,
): Promise<Endpoint> {
  const now = time.now();
  const endpoint: Endpoint = {
    url: `https://${hostOf(of.id)}/hooks`,
    description: '',
    status: 'enabled',
    headers: {},
    secrets: [{ key: formatSecret(dice.bytes(32)) }],
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...of,
  };
  await stores.config.createEndpoint(endpoint);
  const keyring = createKeyring(endpoint.secrets[0]!.key, randomFrom(of.id)[1]! % 2 === 0);
  sites.set(hostOf(of.id), { endpoint, receiver, keyring });
  return endpoint;
}

/** More endpoints than one event lists, or one fan-out task looks at. */
async function broadcast(world: World, gateway: Gateway, project: Project): Promise<void> {
  const count = MAX_DIRECT_MATCHES + world.dice.between(1, 120);
  await times(count, () => addEndpoint(world, project, healthy, [BROADCAST]));
  publishSometime(world, gateway, project, 10 * MINUTE, BROADCAST);
}

function publishSometime(
  world: World,
  gateway: Gateway,
  project: Project,
  withinMs: number,
  type?: string,
): void {
  const { dice } = world;
  const command = aCommand(world, type ?? dice.pick(TYPES));
  const roll = dice.uniform();
  sometime(world, withinMs, async () => {
    if (roll < 0.25) return publishOverQueue(world, project, command);
    if (roll < 0.35) return publishOverHttp(world, gateway, project, command);
    const keyed = { ...command, idempotencyKey: `${dice.between(0, 1e9)}` };
    // An impatient caller repeats while the first call is still on its way.
    const calls = dice.chance(0.2) ? 2 : 1;
    await Promise.all(Array.from({ length: calls }, () => publishOverHttp(world, gateway, project, keyed)));
  });
}

export function aCommand(world: World, type: string): PublishCommand {
  const { dice } = world;
  const owner = dice.pick(OWNERS);
  const body = aBody(world);
  const deliverAt = deliverAtOf(world, type, body);
  return {
    type,
    ...(owner !== undefined && { owner }),
    contentType: 'application/octet-stream',
    headers: {},
    body,
    ...(deliverAt !== undefined && { deliverAt }),
  };
}

/** Some are delivered later: up to four hours, or when that has passed. From the body, so that the dice fall as before. */
function deliverAtOf({ time }: World, type: string, body: Uint8Array): number | undefined {
  const [which = 0, minutes = 0, seconds = 0] = body;
  if (which % (type === BROADCAST ? 2 : 6) !== 0) return undefined;
  return time.now() + minutes * MINUTE + seconds * 235;
}

/** Mostly small; some too large to ride in a task, and a few too large for the event's own record. Any bytes. */
function aBody(world: World): Uint8Array {
  const { dice } = world;
  const roll = dice.uniform();
  const padding = roll < 0.93 ? dice.between(0, 100) : roll < 0.99 ? 9_000 : 210_000;
  return Buffer.concat([dice.bytes(16), Buffer.alloc(padding, '{ "a":1.0 }')]);
}

function operateSometime(
  world: World,
  gateway: Gateway,
  project: Project,
  id: string,
  withinMs: number,
): void {
  const { dice } = world;
  const roll = dice.uniform();
  sometime(world, dice.chance(0.8) ? 2 * withinMs : 3 * HOUR, async () => {
    if (roll < 0.2) return operate(world, gateway, project, id, 'deleteEndpoint');
    await operate(world, gateway, project, id, roll < 0.7 ? 'pauseEndpoint' : 'disableEndpoint');
    if (dice.chance(0.2)) return;
    await world.time.sleep(dice.chance(0.5) ? dice.between(0, 10_000) : dice.between(0, HOUR));
    await operate(world, gateway, project, id, 'enableEndpoint');
  });
}

function rotateSometime(
  world: World,
  gateway: Gateway,
  project: Project,
  id: string,
  withinMs: number,
): void {
  const { dice } = world;
  const overlapMs = dice.pick([0, 10 * MINUTE, 24 * HOUR]);
  const { keyring } = world.sites.get(hostOf(id))!;
  sometime(world, 2 * withinMs, () => rotate(world, gateway, project, { endpoint: id, keyring, overlapMs }));
}

/** Messages that none of our code wrote, or not in this way. */
function poisonSometime(world: World, withinMs: number): void {
  const { dice, queues, history } = world;
  const queue = dice.pick([queues.delivery, queues.wake, queues.alert]);
  const body = dice.pick(['', '{ "v": 1', '[]', '{"v":99}', '{"v":1,"endpoint":7}']);
  sometime(world, 2 * withinMs, () => {
    history.poison.push(`${queue.name}: ${body}`);
    queue.send(body);
  });
}

function resendSometime(world: World, gateway: Gateway, project: Project): void {
  const { dice, stores } = world;
  const whole = dice.chance(0.3);
  sometime(world, dice.chance(0.8) ? 20 * MINUTE : 5 * HOUR, async () => {
    const known = stores.deliveries.all().filter((delivery) => delivery.project === project.id);
    if (known.length === 0) return;
    const { event, endpoint } = dice.pick(known);
    world.history.asked.add(event);
    if (whole) await replay(world, gateway, project, event);
    else await resend(world, gateway, project, { event, endpoint });
  });
}

/** Any moment; often one around the turn of a minute, when wakes fire. */
function sometime(world: World, withinMs: number, act: () => Promise<void> | void): void {
  const { time, dice } = world;
  const moment = time.now() + dice.between(0, withinMs);
  const turn = Math.ceil(moment / MINUTE) * MINUTE + dice.between(-40, 20);
  time.at(dice.chance(0.3) ? turn : moment, () => void act());
}

async function times<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let left = count; left > 0; left--) made.push(await make());
  return made;
}

function hostOf(endpointId: string): string {
  return `${endpointId.replace('_', '-').toLowerCase()}.example`;
}
