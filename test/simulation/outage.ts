/** Many events for endpoints that go down, slow us down, are paused and come back. */
import type { Project } from '../../lambdas/domain/project.ts';
import { addEndpoint, addProject } from './cast.ts';
import { aCommand } from './commands.ts';
import type { Gateway } from './gateway.ts';
import { operate } from './operators.ts';
import { publishOverHttp } from './publishers.ts';
import { alwaysDown, downUntil, healthy, type Receiver } from './receivers.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;

/** 429 in every minute that is not the first of five. */
const crowded: Receiver = ({ elapsedMs, dice }) => ({
  kind: 'status',
  status: Math.floor(elapsedMs / MINUTE) % 5 === 0 ? 200 : 429,
  afterMs: dice.between(5, 200),
});

export const outage: Scenario = async (world, gateway) => {
  const { dice } = world;
  const project = await addProject(world);
  const receivers = [
    healthy,
    downUntil(dice.between(1, 120) * MINUTE),
    dice.pick([crowded, alwaysDown, healthy]),
  ];
  const endpoints = [];
  for (const receiver of receivers) endpoints.push(await addEndpoint(world, project, receiver, ['*']));
  const withinMs = dice.pick([30_000, 5 * MINUTE, 30 * MINUTE]);
  for (let left = dice.between(20, 45); left > 0; left--) publishSometime(world, gateway, project, withinMs);
  if (dice.chance(0.5)) operateSometime(world, gateway, project, dice.pick(endpoints).id, withinMs);
};

function publishSometime(world: World, gateway: Gateway, project: Project, withinMs: number): void {
  const { time, dice } = world;
  const command = { ...aCommand(world, 'invoice.paid'), idempotencyKey: `h:${dice.between(0, 1e9)}` };
  time.at(
    time.now() + dice.between(0, withinMs),
    () => void publishOverHttp(world, gateway, project, command),
  );
}

function operateSometime(
  world: World,
  gateway: Gateway,
  project: Project,
  id: string,
  withinMs: number,
): void {
  const { time, dice } = world;
  const act = async (): Promise<void> => {
    if (dice.chance(0.2)) return operate(world, gateway, project, id, 'deleteEndpoint');
    await operate(world, gateway, project, id, dice.pick(['pauseEndpoint', 'disableEndpoint'] as const));
    await time.sleep(dice.between(0, 60) * MINUTE);
    await operate(world, gateway, project, id, 'enableEndpoint');
  };
  time.at(time.now() + dice.between(0, 2 * withinMs), () => void act());
}
