/** A round of a slow start that a hundred workers have a part of, and whose results come in at once. */
import { expect, it } from 'vitest';
import { memoryAlerts } from '../../lambdas/adapters/memory/alerts.ts';
import { memoryConfig } from '../../lambdas/adapters/memory/config.ts';
import { memoryHealth } from '../../lambdas/adapters/memory/health.ts';
import { memoryLog } from '../../lambdas/adapters/memory/log.ts';
import { memoryAlertQueue } from '../../lambdas/adapters/memory/own-events.ts';
import { memoryQueues } from '../../lambdas/adapters/memory/queues.ts';
import { memoryWakeLedger } from '../../lambdas/adapters/memory/wakes.ts';
import { CLOSED } from '../../lambdas/domain/health/circuit.ts';
import { FULL_WIDTH, ROUND_MS } from '../../lambdas/domain/health/ramp.ts';
import { createAlertNotices } from '../../lambdas/flow/alerts/alert-notices.ts';
import { watchHealth } from '../../lambdas/flow/deliver/health-watch.ts';
import { ENDPOINT_ID, NOW, PROJECT_ID } from '../factories.ts';
import { createDice } from './dice.ts';
import { createVirtualTime } from './virtual-time.ts';

const WORKERS = 100;
const CALL_MS = 12;
const PROMPT_MS = 5_000;

it('is over as soon as all of them have told, and no result is lost to the crowd', async () => {
  const time = createVirtualTime(NOW);
  const dice = createDice(1);
  const [stored, log, ledger] = [memoryHealth(), memoryLog(), memoryWakeLedger()];
  const far = async <T>(act: () => Promise<T>): Promise<T> => {
    await time.sleep(dice.between(1, CALL_MS));
    const answer = await act();
    await time.sleep(dice.between(1, CALL_MS));
    return answer;
  };
  const round = { left: WORKERS, failures: 0, until: NOW + ROUND_MS };
  const ramp = { width: FULL_WIDTH, from: NOW, since: NOW, trips: 1, slowdowns: 0, round };
  const before = { endpoint: ENDPOINT_ID, circuit: { ...CLOSED, ramp }, version: 1 };
  await stored.save(before);
  let writes = 0;
  const clock = { now: time.now };
  const deps = {
    clock,
    log,
    ledger,
    random: dice,
    patience: { sleep: time.sleep },
    endpoints: memoryConfig(),
    wakeQueue: memoryQueues(),
    notices: createAlertNotices({
      clock,
      log,
      alerts: memoryAlerts(),
      reviews: memoryWakeLedger(),
      alertQueue: memoryAlertQueue(),
    }),
    health: {
      ...stored,
      get: (endpoint: string) => far(() => stored.get(endpoint)),
      save: (health: typeof before) => {
        writes++;
        return far(() => stored.save(health));
      },
    },
  };
  let last = 0;
  for (let worker = 0; worker < WORKERS; worker++) {
    const watch = watchHealth(deps, new Map([[ENDPOINT_ID, before]]));
    watch.note({ project: PROJECT_ID, endpoint: ENDPOINT_ID }, { kind: 'success', paced: true });
    time.at(NOW + dice.between(0, 100), async () => {
      await watch.record();
      last = Math.max(last, time.now());
    });
  }
  await time.runUntilQuiet(1_000_000);
  const { circuit } = (await stored.get(ENDPOINT_ID))!;
  expect(circuit).toEqual(CLOSED);
  expect(last - NOW).toBeLessThan(PROMPT_MS);
  // Each result is one write; without going aside, those that lose are many times more.
  expect(writes).toBeLessThan(12 * WORKERS);
});
