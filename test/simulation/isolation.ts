/**
 * Healthy endpoints beside a thousand that have gone silent: how fast the healthy ones get what is theirs. A history is
 * played with and without the silent ones; the traffic of the healthy ones is the same to the millisecond.
 */
import { deliveryTask } from '../../lambdas/contract/tasks.ts';
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import { newHomedId, newId } from '../../lambdas/domain/ids.ts';
import { addProject, addReceiver } from './cast.ts';
import { createDice, type Dice } from './dice.ts';
import { createFairQueue, type FairQueue } from './fair-queue.ts';
import { noFaults } from './faults.ts';
import { startGateway, type Tamper } from './gateway.ts';
import type { Receiver } from './receivers.ts';
import { REGION } from './wiring.ts';
import { createWorld, type World } from './world.ts';

export interface Neighbourhood {
  readonly seed: number;
  readonly healthy: { readonly endpoints: number; readonly perSecond: number };
  readonly silent: { readonly endpoints: number; readonly perSecond: number };
  /** The silent ones get traffic from here on; before, functions and pollers warm up. */
  readonly warmUpMs: number;
  /** How long deliveries are looked at, from then on. */
  readonly measuredMs: number;
  readonly maxConcurrency: number;
}

export interface Service {
  /** From publication to the receiver's answer, sorted, of healthy endpoints' deliveries in the measured time. */
  readonly latencies: readonly number[];
  /** Of those, answered within the measured time. */
  readonly delivered: number;
  readonly queue: Pick<FairQueue, 'highWater' | 'size' | 'deadLetters'>;
  /** Requests to silent endpoints. */
  readonly wasted: number;
}

const TIMEOUT_SECONDS = 15;
const BODY = Buffer.from('{"amount":100}');
const COLD_START_MS = 400;

const answers: Receiver = ({ dice }) => ({ kind: 'status', status: 200, afterMs: dice.between(20, 400) });
const silent: Receiver = () => ({ kind: 'silence' });

export async function serve(hood: Neighbourhood, tamper?: Tamper): Promise<Service> {
  let queue: FairQueue | undefined;
  const world = createWorld({
    seed: hood.seed,
    faults: () => noFaults,
    lambdaRules: { reuse: 1, coldStartMs: COLD_START_MS },
    deliveryQueue: (services, settings) => {
      queue = createFairQueue(services, 'delivery', settings, { maxConcurrency: hood.maxConcurrency });
      return queue;
    },
  });
  startGateway(world, tamper);
  const project = await addProject(world);
  world.published.add(BODY);
  const addAll = async (count: number, receiver: Receiver): Promise<Endpoint[]> => {
    const made: Endpoint[] = [];
    for (let left = count; left > 0; left--) {
      const id = newId('ep', world.time.now(), world.dice.bytes(16));
      made.push(
        await addReceiver(world, receiver, { id, project: project.id, timeoutSeconds: TIMEOUT_SECONDS }),
      );
    }
    return made;
  };
  const well = await addAll(hood.healthy.endpoints, answers);
  const dead = await addAll(hood.silent.endpoints, silent);
  const from = world.time.now() + hood.warmUpMs;
  const until = from + hood.measuredMs;
  publishSteadily(world, createDice(hood.seed + 1), well, hood.healthy.perSecond, [world.time.now(), until]);
  publishSteadily(world, createDice(hood.seed + 2), dead, hood.silent.perSecond, [from, until]);
  await world.time.runUntil(until);
  return measured(world, queue!, new Set(well.map(({ id }) => id)), [from, until]);
}

type Span = readonly [from: number, until: number];

/** At random moments, to a random endpoint. */
function publishSteadily(
  world: World,
  dice: Dice,
  endpoints: readonly Endpoint[],
  perSecond: number,
  [from, until]: Span,
): void {
  if (endpoints.length === 0) return;
  const { time, stores, queues } = world;
  const next = (after: number): void => {
    const at = after - Math.round((Math.log(1 - dice.uniform()) / perSecond) * 1000);
    if (at >= until) return;
    time.at(at, () => {
      const { id: endpoint, project } = dice.pick(endpoints);
      const id = newHomedId('evt', at, dice.bytes(16), { region: REGION, shards: 4 });
      const event = { id, project, type: 'invoice.paid', contentType: 'application/json', headers: {} };
      void stores.events.put({
        ...event,
        source: 'api',
        body: { at: 'inline', bytes: BODY },
        matches: { kind: 'listed', endpoints: [endpoint] },
        createdAt: at,
      });
      queues.delivery.send(JSON.stringify(deliveryTask({ ...event, body: BODY }, endpoint)));
      next(at);
    });
  };
  next(from);
}

async function measured(
  { history, stores }: World,
  queue: FairQueue,
  well: ReadonlySet<string>,
  [from, until]: Span,
): Promise<Service> {
  const latencies: number[] = [];
  let delivered = 0;
  for (const { id, createdAt, matches } of stores.events.all()) {
    if (matches.kind !== 'listed' || !well.has(matches.endpoints[0]!) || createdAt < from) continue;
    const answered = history.requestsOf({ event: id, endpoint: matches.endpoints[0]! })[0]?.endedAt;
    if (answered !== undefined) delivered++;
    // What is still on its way has waited at least so long.
    latencies.push((answered ?? until) - createdAt);
  }
  const wasted = history.requests.filter(({ endpoint }) => !well.has(endpoint)).length;
  return { latencies: latencies.sort((a, b) => a - b), delivered, queue, wasted };
}

/** The latency that so many of a hundred do not exceed. */
export function percentile({ latencies }: Service, percent: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor((latencies.length * percent) / 100))]!;
}
