/** What receivers in trouble cost: one that takes less than it is sent, one that is dead, one that has much waiting. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoHealth } from '../../lambdas/adapters/dynamodb/health.ts';
import type { WakeTask } from '../../lambdas/contract/tasks.ts';
import { callAws } from '../../local/aws-json.ts';
import { type Bench, fireSchedules } from './bench.ts';
import type { Scenario } from './scenarios.ts';
import { type Seeded, seedProject } from './seed.ts';
import { perEvent, type Usage } from './usage.ts';
import { seedWaiting } from './waiting.ts';

export interface Trouble {
  /** Three times what a rate limit lets go is published for some minutes, and all of it delivered in the end. */
  overload(minutes: number): Promise<Overload>;
  /** An hour of an endpoint that does not answer, with so many deliveries waiting. */
  dead(waiting: number): Promise<DeadEndpoint>;
  /** What one delivery uses when the oldest thousand of so many that wait are drained. */
  drain(waiting: number): Promise<Drained>;
}

export interface Overload {
  readonly deliveries: number;
  /** Of one delivery, for the rows that hold the next free slots. */
  readonly writeUnits: number;
}

export interface Drained {
  readonly waiting: number;
  /** Of one delivery. */
  readonly usage: Usage;
}

export interface DeadEndpoint {
  readonly waiting: number;
  /** Times that the circuit was opened again. */
  readonly intervals: number;
  readonly probes: number;
  /** Made, whether they fired or not. */
  readonly schedules: number;
  /** Of an interval. */
  readonly usage: Usage;
}

type Publish = (scenario: Scenario, key: string, events: number) => Promise<void>;

const ONE = { name: 'one endpoint', together: 10, owners: 1, fanout: 1 } as const;
const MINUTE_MS = 60_000;
const STEP_MS = 20_000;
/** By then it has been probed often enough that the intervals no longer grow, and its first retries are over. */
const SETTLED_MS = 45 * MINUTE_MS;
const WATCHED_MS = 60 * MINUTE_MS;
/** Longer than a circuit stays open: what is under way comes to rest. */
const RETIRED_MS = 15 * MINUTE_MS;
const PER_MINUTE = 10;
const OVERLOAD = 3;
/** A page of `flow/waiting/drain.ts`. */
const PAGE = 200;
const DRAINED_PAGES = 5;
const DRAINED = PAGE * DRAINED_PAGES;

export function createTrouble(bench: Bench, publish: Publish): Trouble {
  const { services, receiver, clock, tally, pump, functions } = bench;

  function seed(rateLimit?: Scenario['rateLimit']): Promise<Seeded> {
    receiver.fail(undefined);
    const shape = { ...ONE, ...(rateLimit && { rateLimit }) };
    return seedProject({ client: new DynamoDBClient({}), table: 'config' }, receiver.address, shape);
  }

  /** Whatever is due at this moment happens. */
  async function step(isMinute: boolean): Promise<void> {
    await pump.showDue(clock.now());
    if (isMinute) {
      await pump.showHidden();
      await fireSchedules(bench);
      await functions.sweep({}, 1);
    }
    await pump.drain('wake', functions.drain);
    await pump.drain('delivery', functions.deliver);
    // Recoveries send their next wake at once.
    await pump.drain('wake', functions.drain);
  }

  async function letPass(ms: number): Promise<void> {
    for (let passed = STEP_MS; passed <= ms; passed += STEP_MS) {
      clock.advance(STEP_MS);
      await step(passed % MINUTE_MS === 0);
    }
  }

  async function trips(endpoint: string): Promise<number> {
    const client = new DynamoDBClient({});
    const health = await dynamoHealth({ client: documentClient(client), table: 'state' }).get(endpoint);
    client.destroy();
    if (health === undefined || health.circuit.state === 'closed') throw new Error('its circuit is closed');
    return health.circuit.outage.trips;
  }

  /** Nothing more is sent to it: the next one is watched alone. */
  async function remove(project: string, endpoint: string): Promise<void> {
    const client = new DynamoDBClient({});
    await dynamoEndpoints({ client: documentClient(client), table: 'config' }).deleteEndpoint(
      project,
      endpoint,
    );
    client.destroy();
  }

  return {
    async overload(minutes) {
      const { key } = await seed({ limit: PER_MINUTE, per: 'minute' });
      receiver.take();
      const before = services.stateWrites.get('rate#ep') ?? 0;
      for (let minute = 0; minute < minutes; minute++) {
        await publish(ONE, key, PER_MINUTE * OVERLOAD);
        await letPass(MINUTE_MS);
      }
      const deliveries = minutes * PER_MINUTE * OVERLOAD;
      let succeeded = receiver.take().succeeded;
      // Slots given before a wait was over may go unused: twice the time is more than enough.
      for (let minute = 0; succeeded < deliveries && minute < 2 * OVERLOAD * minutes; minute++) {
        await letPass(MINUTE_MS);
        succeeded += receiver.take().succeeded;
      }
      if (succeeded !== deliveries) throw new Error(`${succeeded} of ${deliveries} delivered`);
      const units = (services.stateWrites.get('rate#ep') ?? 0) - before;
      return { deliveries, writeUnits: units / deliveries };
    },

    async dead(waiting) {
      const { key, project, endpoints } = await seed();
      const endpoint = endpoints[0]!;
      await seedWaiting({ project, endpoint, now: clock.now() }, waiting, DRAINED);
      receiver.down(true);
      await publish(ONE, key, 10);
      await letPass(SETTLED_MS);
      const [before, made] = [await trips(endpoint), services.schedules.made()];
      receiver.take();
      tally.take();
      await letPass(WATCHED_MS);
      const used = tally.take();
      const probes = receiver.take().calls;
      const intervals = (await trips(endpoint)) - before;
      const schedules = services.schedules.made() - made;
      await remove(project, endpoint);
      await letPass(RETIRED_MS);
      receiver.down(false);
      return { waiting, intervals, probes, schedules, usage: perEvent(used, intervals) };
    },

    async drain(waiting) {
      const { project, endpoints } = await seed();
      const endpoint = endpoints[0]!;
      await seedWaiting({ project, endpoint, now: clock.now() }, waiting, DRAINED);
      receiver.take();
      tally.take();
      const wake: WakeTask = { v: 1, project, endpoint, release: true, recovered: true };
      const QueueUrl = services.url('wake', services.sqs.counted);
      await callAws(services.sqs.counted, 'sqs', 'SendMessage', {
        QueueUrl,
        MessageBody: JSON.stringify(wake),
      });
      await pump.drain('wake', functions.drain, DRAINED_PAGES);
      await pump.drain('delivery', functions.deliver);
      const { succeeded } = receiver.take();
      if (succeeded !== DRAINED) throw new Error(`${succeeded} of ${DRAINED} delivered`);
      const used = perEvent(tally.take(), DRAINED);
      // The rest of the backlog goes on waiting.
      await pump.purge('wake');
      await remove(project, endpoint);
      return { waiting, usage: used };
    },
  };
}
