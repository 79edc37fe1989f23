/** What few events need is done with the SDK, which is loaded with the first of them: a cold start does not pay for it. */

import { ENV } from '../contract/env.ts';
import type { BodyStore } from '../ports/body-store.ts';
import type { WakeTimer } from '../ports/wakes.ts';
import { TIME_LIMITS } from './clients.ts';
import { once } from './once.ts';
import { requireEnv } from './require-env.ts';

/** The SDK by itself would only warn of a request that takes longer. */
const CLIENT_CONFIG = {
  requestHandler: {
    connectionTimeout: TIME_LIMITS.connectMs,
    requestTimeout: TIME_LIMITS.requestMs,
    throwOnRequestTimeout: true,
  },
};

/** Bodies above 200 KB. */
export function bodies(): BodyStore {
  const bucket = requireEnv(ENV.bodyBucket);
  const store = once(async () => {
    const { bodyClient, s3Bodies } = await import('../adapters/s3/bodies.ts');
    return s3Bodies({ client: bodyClient(CLIENT_CONFIG), bucket });
  });
  return {
    put: async (...body) => (await store()).put(...body),
    get: async (...body) => (await store()).get(...body),
  };
}

/** Waits of more than a minute. */
export function wakeTimer(): WakeTimer {
  const place = {
    group: requireEnv(ENV.wakeGroup),
    queueArn: requireEnv(ENV.wakeQueueArn),
    roleArn: requireEnv(ENV.wakeRoleArn),
  };
  const timer = once(async () => {
    const { schedulerClient, schedulerWakeTimer } = await import('../adapters/scheduler/wake-timer.ts');
    return schedulerWakeTimer({ client: schedulerClient(CLIENT_CONFIG), ...place });
  });
  return { arm: async (wake) => (await timer()).arm(wake) };
}
