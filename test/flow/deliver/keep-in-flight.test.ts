/** Workers that share an endpoint's places through the store, in every order, some of which die. */

import { expect, it } from 'vitest';
import { memoryInFlight } from '../../../lambdas/adapters/memory/in-flight.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { takeRoom } from '../../../lambdas/flow/deliver/keep-in-flight.ts';
import { anEndpoint, ENDPOINT_ID, NOW } from '../../factories.ts';
import fc from '../../properties.ts';
import { createVirtualTime } from '../../simulation/virtual-time.ts';

const TIMEOUT_SECONDS = 3;
const LEFT_BEHIND_MS = 60_000;
const RUNS = 300;

interface WorkerPlan {
  /** Deliveries of each of its batches. */
  readonly batches: readonly number[];
  /** Dies in the middle of this batch, its requests still on their way. */
  readonly diesIn: number;
}

const aWorker: fc.Arbitrary<WorkerPlan> = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  diesIn: fc.integer({ min: 0, max: 6 }),
});

it('whatever the order of events, no more requests are on their way than the limit says', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(aWorker, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (s, workers, limit) => {
        let now = NOW;
        const store = memoryInFlight();
        const endpoint = anEndpoint({ maxInFlight: limit, timeoutSeconds: TIMEOUT_SECONDS });
        let flying: { readonly until: number }[] = [];
        let most = 0;
        const random = seededRandom(7);
        const deps = {
          clock: { now: () => now },
          random,
          patience: { sleep: async () => {} },
          log: { info() {}, warn() {}, error() {} },
          laterQueue: { async sendLater() {} },
          inFlight: {
            get: s.scheduleFunction(store.get),
            save: s.scheduleFunction(async (state: Parameters<typeof store.save>[0]) => {
              const answer = await store.save(state);
              // Now and then the answer is lost, and what the client repeats finds the version changed.
              return random.uniform() < 0.1 ? 'conflict' : answer;
            }),
          },
        };
        const tick = s.scheduleFunction(async (ms: number) => {
          now += ms;
          flying = flying.filter(({ until }) => until > now);
        });
        /** One request: as long as it takes, and at most its deadline, even when its worker dies. */
        async function send(dies: boolean): Promise<void> {
          const request = { until: now + TIMEOUT_SECONDS * 1000 };
          flying.push(request);
          sent++;
          most = Math.max(most, flying.length);
          if (dies) return;
          await tick(random.uniform() * TIMEOUT_SECONDS * 1000);
          flying = flying.filter((one) => one !== request);
        }
        async function work({ batches, diesIn }: WorkerPlan): Promise<void> {
          for (const [index, count] of batches.entries()) {
            const room = await takeRoom(deps, endpoint, count);
            const dies = index === diesIn;
            if (room === undefined) await tick(500);
            else {
              await Promise.all(
                Array.from({ length: count }, () => (dies ? undefined : room.turn(() => send(false)))),
              );
              if (dies) {
                await room.turn(() => send(true));
                return;
              }
              await room.leave();
            }
          }
        }
        await s.waitFor(Promise.all(workers.map(work)));
        expect(most).toBeLessThanOrEqual(limit);
        // Whoever died, its places come back.
        now += LEFT_BEHIND_MS;
        const last = takeRoom({ ...deps, inFlight: store }, endpoint, limit);
        await last;
        expect((await store.get(ENDPOINT_ID))?.holders).toMatchObject([{ places: limit }]);
      },
    ),
    { numRuns: RUNS },
  );
  // One run may send nothing: whoever got the places was told so when it was too late to use them.
  expect(sent).toBeGreaterThan(RUNS);
});

it('one whose turn comes too late to end in time is not sent, and its place is free for others', async () => {
  let now = NOW;
  const inFlight = memoryInFlight();
  const endpoint = anEndpoint({ maxInFlight: 1, timeoutSeconds: TIMEOUT_SECONDS });
  const log = { info() {}, warn() {}, error() {} };
  const clock = { now: () => now };
  const patience = { sleep: async () => {} };
  const deps = {
    clock,
    random: seededRandom(7),
    patience,
    log,
    laterQueue: { async sendLater() {} },
    inFlight,
  };
  const room = (await takeRoom(deps, endpoint, 3))!;
  const turns = [4_000, 1_000, 0].map((ms) =>
    room.turn(async (startBy) => {
      expect(now).toBeLessThanOrEqual(startBy);
      now += ms;
      return ms;
    }),
  );
  expect(await Promise.all(turns)).toEqual([4_000, undefined, undefined]);
  expect(await takeRoom(deps, endpoint, 1)).toBeUndefined();
  await room.leave();
  expect(await takeRoom(deps, endpoint, 1)).toBeDefined();
});

it('fifty workers that end at once all give their places back', async () => {
  const time = createVirtualTime(NOW);
  const random = seededRandom(7);
  const inFlight = memoryInFlight();
  const far = async <T>(act: () => Promise<T>): Promise<T> => {
    await time.sleep(1 + Math.floor(random.uniform() * 6));
    const answer = await act();
    await time.sleep(1 + Math.floor(random.uniform() * 6));
    return answer;
  };
  const log = memoryLog();
  const deps = {
    ...{ random, log },
    clock: { now: time.now },
    patience: { sleep: time.sleep },
    laterQueue: { async sendLater() {} },
    inFlight: {
      get: (endpoint: string) => far(() => inFlight.get(endpoint)),
      save: (state: Parameters<typeof inFlight.save>[0]) => far(() => inFlight.save(state)),
    },
  };
  const workers = 50;
  const endpoint = anEndpoint({ maxInFlight: workers, timeoutSeconds: TIMEOUT_SECONDS });
  let sent = 0;
  // One after the other, so that all of them are in.
  for (let n = 0; n < workers; n++) {
    time.at(NOW + n * 40, async () => {
      const room = await takeRoom(deps, endpoint, 1);
      await room?.turn(async () => void sent++);
      await time.sleep(NOW + 5_000 - time.now());
      await room?.leave();
    });
  }
  await time.runUntilQuiet(100_000);
  expect(sent).toBe(workers);
  expect(log.lines).toEqual([]);
  expect((await inFlight.get(ENDPOINT_ID))?.holders).toEqual([]);
});
