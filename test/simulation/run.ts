/** One seed, one history: build the world, let it run until nothing is left to happen, and judge. */
import type { Dice } from './dice.ts';
import { type Faults, stormy } from './faults.ts';
import { startGateway, type Tamper } from './gateway.ts';
import type { History } from './history.ts';
import { judgeEnd } from './judge-end.ts';
import { everyday, type Scenario } from './scenario.ts';
import { createWorld, type World } from './world.ts';

export interface HistoryOptions {
  readonly seed: number;
  /** Keep a line for everything that happens. */
  readonly tracing?: boolean;
  readonly faults?: (dice: Dice, now: () => number) => Faults;
  readonly scenario?: Scenario;
  readonly tamper?: Tamper;
}

/** Far above what the longest history needs; reaching it means something goes round in circles. */
const MAX_EVENTS = 100_000;

export async function runHistory(options: HistoryOptions): Promise<{ history: History; world: World }> {
  const { seed, tracing, faults = stormy, scenario = everyday, tamper } = options;
  const world = createWorld({ seed, faults, ...(tracing !== undefined && { tracing }) });
  const gateway = startGateway(world, tamper);
  await scenario(world, gateway);
  const subscriptions = await allSubscriptions(world);
  try {
    await world.time.runUntilQuiet(MAX_EVENTS);
  } catch (cause) {
    world.history.violate('everything comes to rest', String(cause));
    return { history: world.history, world };
  }
  await judgeEnd(world, subscriptions);
  return { history: world.history, world };
}

/** As the scenario made them, before anything is deleted. */
async function allSubscriptions(world: World) {
  const { config } = world.stores;
  const projects = await config.listProjects();
  const pages = await Promise.all(
    projects.map(({ id }) => config.listSubscriptions({ project: id, limit: 10_000 })),
  );
  return pages.flatMap(({ items }) => items);
}
