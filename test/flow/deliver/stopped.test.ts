/** An endpoint that is stopped while a worker has deliveries for it in hand. */
import { expect, it } from 'vitest';
import { type DeliverDeps, deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import {
  A_BODY,
  aDeliveryTask,
  anEndpoint,
  anEventId,
  aProject,
  ENDPOINT_ID,
  NOW,
  PROJECT_ID,
} from '../../factories.ts';
import { aWorker } from './worker-under-test.ts';

const REQUEST_MS = 1_200;
const STOPPED_AT = NOW + 100;

it.each(['paused', 'disabled'] as const)(
  '%s, gets no request that begins more than 5 s later',
  async (status) => {
    const { clock, config, deps: stand } = aWorker();
    const begunAt: number[] = [];
    const deps: DeliverDeps = {
      ...stand,
      http: {
        async post() {
          begunAt.push(clock.now());
          clock.advance(REQUEST_MS);
          const response = { headers: {}, body: new Uint8Array(), truncated: false };
          return { kind: 'response', statusCode: 200, response, durationMs: REQUEST_MS, phases: {} };
        },
      },
    };
    await config.createProject(aProject());
    const endpoint = anEndpoint({ maxInFlight: 1, timeoutSeconds: 15 });
    await config.createEndpoint(endpoint);
    await deps.config.endpoints(PROJECT_ID, [ENDPOINT_ID]);
    await config.replaceEndpoint({ ...endpoint, status, version: endpoint.version + 1 });
    clock.advance(3_900);
    const messages = Array.from({ length: 5 }, (_, index) => ({
      id: `m${index}`,
      task: aDeliveryTask({
        event: anEventId(`${index}`),
        inline: {
          contentType: 'application/json',
          headers: {},
          body: Buffer.from(A_BODY).toString('base64'),
        },
      }),
      receives: 1,
      firstReceivedAt: clock.now(),
    }));
    await deliverBatch(deps, messages);
    expect(begunAt.length).toBeGreaterThan(0);
    expect(Math.max(...begunAt) - STOPPED_AT).toBeLessThanOrEqual(5_000);
  },
);
