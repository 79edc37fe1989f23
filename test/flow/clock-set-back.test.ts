/** What processes know of the time they read something, when their clock is set back by an hour afterwards, or before. */
import { expect, test } from 'vitest';
import { memoryConfig } from '../../lambdas/adapters/memory/config.ts';
import { memoryQueues } from '../../lambdas/adapters/memory/queues.ts';
import { memoryWakeLedger } from '../../lambdas/adapters/memory/wakes.ts';
import { MINUTE_MS } from '../../lambdas/domain/delivery/wake.ts';
import { createAuthenticator } from '../../lambdas/flow/authenticate.ts';
import { createCachedConfig } from '../../lambdas/flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../../lambdas/flow/deliver/cached-subscriptions.ts';
import { isFresh } from '../../lambdas/flow/is-fresh.ts';
import { sweep } from '../../lambdas/flow/waiting/sweep.ts';
import { aKey, anEndpoint, aProject, aSubscription, ENDPOINT_ID, NOW, PROJECT_ID } from '../factories.ts';

const HOUR_MS = 60 * MINUTE_MS;

function setBackOnce() {
  let at = NOW;
  const setBack = (): void => {
    at -= HOUR_MS;
  };
  return { now: () => at, setBack };
}

test('what was read a while ago is used for so long, and what was read later than now is not', () => {
  expect([0, 1, 3_999, 4_000, -1, -HOUR_MS].map((age) => isFresh({ at: NOW - age }, NOW, 4_000))).toEqual([
    ...[true, true, true],
    ...[false, false, false],
  ]);
});

test('a revoked key does not work for an hour more', async () => {
  const [clock, config, { key, token }] = [setBackOnce(), memoryConfig(), aKey()];
  await config.createProject(aProject());
  await config.createKey(key);
  const authenticate = createAuthenticator({ keys: config, projects: config, clock });
  expect((await authenticate(`Bearer ${token}`)).ok).toBe(true);
  await config.revokeKey(PROJECT_ID, key.id, NOW);
  clock.setBack();
  expect((await authenticate(`Bearer ${token}`)).ok).toBe(false);
});

test('a paused endpoint is not taken for enabled for an hour more', async () => {
  const [clock, config] = [setBackOnce(), memoryConfig()];
  await config.createEndpoint(anEndpoint());
  const known = createCachedConfig(config, clock);
  await known.endpoints(PROJECT_ID, [ENDPOINT_ID]);
  await config.replaceEndpoint(anEndpoint({ status: 'paused', version: 2 }));
  clock.setBack();
  expect((await known.endpoints(PROJECT_ID, [ENDPOINT_ID])).get(ENDPOINT_ID)?.status).toBe('paused');
});

test('a deleted subscription does not rewrite for an hour more', async () => {
  const [clock, config, subscription] = [setBackOnce(), memoryConfig(), aSubscription()];
  await config.putSubscription(subscription);
  const known = createCachedSubscriptions(config, clock);
  expect(await known.subscription(PROJECT_ID, subscription.id)).toEqual(subscription);
  await config.deleteSubscription(subscription);
  clock.setBack();
  expect(await known.subscription(PROJECT_ID, subscription.id)).toBeUndefined();
});

test('the sweeper looks at the clock when it has heard the time, and sweeps no minute that is still to come', async () => {
  const [clock, ledger, wakeQueue] = [setBackOnce(), memoryWakeLedger(), memoryQueues()];
  const minute = NOW / MINUTE_MS - 30;
  await ledger.note({ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute });
  const { sweptThrough } = ledger;
  // The first answer of a service sets the clock right: it was an hour ahead.
  const heard = {
    ...ledger,
    sweptThrough: async () => {
      clock.setBack();
      return sweptThrough();
    },
  };
  await ledger.setSweptThrough(minute - 60);
  await sweep({ clock, ledger: heard, wakeQueue });
  expect(await sweptThrough()).toBe(NOW / MINUTE_MS - 62);
  expect(wakeQueue.wakes).toEqual([]);
});
