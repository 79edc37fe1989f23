/** A delivery that kills whatever worker tries it: how long that goes on, and who is told. */
import { expect, test } from 'vitest';
import { MAX_RECEIVES } from '../../../lambdas/contract/functions.ts';
import { wakeMinute } from '../../../lambdas/domain/delivery/wake.ts';
import { type DeliverDeps, deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import {
  aDelivery,
  aDeliveryTask,
  aLease,
  anAttempt,
  anEndpoint,
  aProject,
  ENDPOINT_ID,
  NOW,
  PROJECT_ID,
} from '../../factories.ts';
import { aWorker } from './worker-under-test.ts';

async function aGateway() {
  const { config, deliveries, ledger, log, deps: stand } = aWorker();
  const posted: string[] = [];
  const deps: DeliverDeps = {
    ...stand,
    http: {
      async post({ url }) {
        posted.push(url);
        return { kind: 'our_fault', detail: 'nothing is posted here' };
      },
    },
  };
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint());
  /** Claimed by a worker that died a while ago, as this many did before it. */
  const lost = (before: number) => {
    const attempts = Array.from({ length: before }, (_, i) =>
      anAttempt({ number: i + 1, outcome: 'unknown', error: 'unknown_outcome' }),
    );
    const lease = aLease({ startedAt: NOW - 60_000, until: NOW - 35_000 });
    return deliveries.save(aDelivery({ state: { status: 'sending', lease }, attempts, version: 1 }));
  };
  const deliver = async (receives = 1) => {
    const message = { id: 'm', task: aDeliveryTask(), receives, firstReceivedAt: NOW };
    return (await deliverBatch(deps, [message])).get('m')!;
  };
  const record = async () => (await deliveries.getMany([aDeliveryTask()]))[0]!;
  return { lost, deliver, record, posted, ledger, log };
}

test('it waits in the backlog after three of them, with a wake', async () => {
  const { lost, deliver, record, posted, ledger } = await aGateway();
  await lost(2);
  expect(await deliver()).toEqual({ do: 'done' });
  const { state } = await record();
  expect(state).toMatchObject({ status: 'waiting', where: 'backlog' });
  const dueAt = state.status === 'waiting' ? state.dueAt : 0;
  const minute = wakeMinute(dueAt, NOW);
  const wakes = [{ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute }];
  expect((await ledger.unsettled(minute, 10)).wakes).toEqual(wakes);
  expect(posted).toEqual([]);
});

test('it is given up after ten, and its message comes back until it is among the dead letters', async () => {
  const { lost, deliver, record, posted, log } = await aGateway();
  await lost(9);
  expect(await deliver()).toEqual({ do: 'again', inMs: 0 });
  expect((await record()).state).toEqual({ status: 'failed', stopReason: 'attempts_lost' });
  for (let receives = 2; receives <= MAX_RECEIVES; receives++) {
    expect(await deliver(receives)).toMatchObject({ do: 'again' });
  }
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', what: 'delivery.fault' }));
  expect(posted).toEqual([]);
});
