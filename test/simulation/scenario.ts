/** What people and applications do in one history, drawn from the seed. */
import { MAX_DIRECT_MATCHES } from '../../lambdas/domain/event.ts';
import type { Project } from '../../lambdas/domain/project.ts';
import { addEndpoint, addProject, hostOf, someLimits } from './cast.ts';
import { aCommand, BROADCAST, TYPES } from './commands.ts';
import type { Gateway } from './gateway.ts';
import { operate, replay, resend, rotate } from './operators.ts';
import { publishNonsense, publishOverHttp, publishOverQueue } from './publishers.ts';
import { aReceiver, healthy } from './receivers.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type Scenario = (world: World, gateway: Gateway) => Promise<void>;

const lifeWith =
  (limited: number): Scenario =>
  async (world, gateway) => {
    const { dice } = world;
    const projects = await times(dice.between(1, 2), () => addProject(world));
    for (const project of projects) {
      const endpoints = await times(dice.between(1, 5), () =>
        addEndpoint(world, project, aReceiver(dice), undefined, true, someLimits(dice, limited)),
      );
      // Crowded histories make things meet that are minutes apart in others.
      const withinMs = dice.pick([10_000, MINUTE, 10 * MINUTE]);
      if (dice.chance(0.03)) await broadcast(world, gateway, project);
      const isLimited = endpoints.some(({ rateLimit, maxInFlight }) => rateLimit ?? maxInFlight);
      const events = isLimited ? dice.between(10, 25) : dice.between(2, 8);
      for (let left = events; left > 0; left--) publishSometime(world, gateway, project, withinMs);
      for (let left = dice.between(0, 3); left > 0; left--) {
        operateSometime(world, gateway, project, dice.pick(endpoints).id, withinMs);
      }
      for (let left = dice.between(0, 3); left > 0; left--) resendSometime(world, gateway, project);
      if (dice.chance(0.3)) rotateSometime(world, gateway, project, dice.pick(endpoints).id, withinMs);
      if (dice.chance(0.2)) poisonSometime(world, withinMs);
      if (dice.chance(0.3)) sometime(world, 2 * withinMs, () => publishNonsense(world, project));
    }
  };

/** `limited`: the share of endpoints with a rate limit, and of those with one on requests in flight. */
export const everyday = lifeWith(0.05);
export const limitedLife = lifeWith(0.5);

/** More endpoints than one event lists, or one fan-out task looks at. */
async function broadcast(world: World, gateway: Gateway, project: Project): Promise<void> {
  const count = MAX_DIRECT_MATCHES + world.dice.between(1, 120);
  await times(count, () => addEndpoint(world, project, healthy, [BROADCAST], true));
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
