/** Histories of endpoints that take few requests at once. More: SIM_IN_FLIGHT=2000 npx vitest run test/simulation/in-flight */
import { expect, test } from 'vitest';
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import { addEndpoint, addProject } from './cast.ts';
import { aCommand } from './commands.ts';
import { noFaults, stormy } from './faults.ts';
import type { Tamper } from './gateway.ts';
import { publishOverHttp } from './publishers.ts';
import { failsFirst, healthy, type Receiver, slow } from './receivers.ts';
import { runHistory } from './run.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_IN_FLIGHT ?? 20);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

interface Call {
  readonly host: string;
  readonly from: number;
  /** When the caller knew its end; at its deadline, when the caller died. */
  until: number;
}

/** A crowd for three endpoints, one of which limits its rate as well. */
const crowd =
  (limits: Map<string, number>): Scenario =>
  async (world, gateway) => {
    const { dice, time } = world;
    const project = await addProject(world);
    const settings = [
      { receiver: healthy, limit: { maxInFlight: dice.between(1, 4) } },
      { receiver: dice.pick([slow, failsFirst(2)]), limit: { maxInFlight: dice.between(1, 3) } },
      {
        receiver: dice.pick([healthy, slow]),
        limit: { maxInFlight: 2, rateLimit: { limit: 3, per: 'second' as const } },
      },
    ];
    for (const { receiver, limit } of settings) {
      const { url } = await addLimited(world, project, receiver, limit);
      limits.set(new URL(url).hostname, limit.maxInFlight);
    }
    for (let left = dice.between(20, 40); left > 0; left--) {
      const command = { ...aCommand(world, 'invoice.paid'), idempotencyKey: `f:${left}` };
      const publish = () => void publishOverHttp(world, gateway, project, command);
      time.at(time.now() + dice.between(0, 20_000), publish);
    }
  };

async function addLimited(
  world: World,
  project: Parameters<typeof addEndpoint>[1],
  receiver: Receiver,
  limit: Pick<Endpoint, 'maxInFlight' | 'rateLimit'>,
): Promise<Endpoint> {
  const endpoint = await addEndpoint(world, project, receiver, ['*']);
  await world.stores.config.replaceEndpoint({ ...endpoint, ...limit, version: endpoint.version + 1 });
  return endpoint;
}

const watching =
  (calls: Call[], then: Tamper = (ports) => ports): Tamper =>
  (ports, world) => {
    const { http, ...rest } = then(ports, world);
    return {
      ...rest,
      http: {
        async post(request) {
          const from = world.time.now();
          const call = { host: new URL(request.url).hostname, from, until: from + request.timeoutMs };
          calls.push(call);
          const result = await http.post(request);
          call.until = world.time.now();
          return result;
        },
      },
    };
  };

/** The most calls to a host at one moment. */
function mostAtOnce(calls: readonly Call[], host: string): number {
  const some = calls.filter((call) => call.host === host);
  return Math.max(
    0,
    ...some.map(({ from }) => some.filter((call) => call.from <= from && from < call.until).length),
  );
}

async function run(seed: number, faults: Parameters<typeof runHistory>[0]['faults'], bug?: Tamper) {
  const limits = new Map<string, number>();
  const calls: Call[] = [];
  const tamper = watching(calls, bug);
  const { history } = await runHistory({ seed, scenario: crowd(limits), faults: faults!, tamper });
  const exceeded = [...limits].filter(([host, limit]) => mostAtOnce(calls, host) > limit);
  return { history, calls, exceeded, limits };
}

test.each([
  ['in calm weather', () => noFaults],
  ['in storms', stormy],
] as const)(`no endpoint has more requests at once than it takes, %s`, { timeout: 0 }, async (_, faults) => {
  let full = 0;
  for (const seed of seeds) {
    const { history, calls, exceeded, limits } = await run(seed, faults);
    expect({ seed, exceeded }).toEqual({ seed, exceeded: [] });
    expect({ seed, violations: history.violations }).toEqual({ seed, violations: [] });
    full += [...limits].filter(([host, limit]) => mostAtOnce(calls, host) === limit).length;
  }
  // All the places there are get used.
  expect(full).toBeGreaterThan(seeds.length);
});

test.each<readonly [string, Tamper]>([
  [
    'sees nobody else',
    (ports) => ({
      ...ports,
      inFlight: {
        ...ports.inFlight,
        get: async (id) => {
          const state = await ports.inFlight.get(id);
          return state && { ...state, holders: [] };
        },
      },
    }),
  ],
  [
    'writes over what others wrote',
    (ports) => ({
      ...ports,
      inFlight: {
        ...ports.inFlight,
        save: async (state) => {
          await ports.inFlight.save(state);
          return 'saved';
        },
      },
    }),
  ],
])('a worker that %s is caught', { timeout: 60_000 }, async (_, bug) => {
  for (let seed = 1; seed <= 50; seed++) {
    if ((await run(seed, () => noFaults, bug)).exceeded.length > 0) return;
  }
  expect.fail('50 histories did not show it');
});
