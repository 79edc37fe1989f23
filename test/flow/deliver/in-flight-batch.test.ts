/** A batch at an endpoint that takes few requests at once, from its places to what it learned of the endpoint. */
import { expect, it } from 'vitest';
import { deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import { aDeliveryTask, anEndpoint, anEvent, aProject, ENDPOINT_ID, NOW } from '../../factories.ts';
import { aWorker } from './worker-under-test.ts';

it('writes what it learned of the endpoint while places are given back: both may take seconds in a crowd', {
  timeout: 2_000,
}, async () => {
  const { config, health, deps } = aWorker();
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint({ maxInFlight: 1 }));
  const learned = Promise.withResolvers<void>();
  const worker = {
    ...deps,
    http: {
      async post() {
        return { kind: 'no_response', error: 'connection_refused', durationMs: 1, phases: {} } as const;
      },
    },
    health: {
      ...health,
      async save(record: Parameters<typeof health.save>[0]) {
        const answer = await health.save(record);
        learned.resolve();
        return answer;
      },
    },
    inFlight: {
      ...deps.inFlight,
      async save(state: Parameters<typeof deps.inFlight.save>[0]) {
        if (state.holders.length === 0) await learned.promise;
        return deps.inFlight.save(state);
      },
    },
  };
  const message = { id: 'm', task: aDeliveryTask(), receives: 1, firstReceivedAt: NOW };
  await deps.events.put(anEvent());
  await deliverBatch(worker, [message]);
  expect((await health.get(ENDPOINT_ID))?.failingSince).toBe(NOW);
  expect((await deps.inFlight.get(ENDPOINT_ID))?.holders).toEqual([]);
});
