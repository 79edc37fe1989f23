/** Deliveries to a receiver inside AWS take the way of all others: attempts, retries, circuit, alerts. */
import { describe, expect, test } from 'vitest';
import { deliveryTask } from '../../../lambdas/contract/tasks.ts';
import type { QueueDestination } from '../../../lambdas/domain/destination/destination.ts';
import { createAssumedRoles } from '../../../lambdas/flow/deliver/assumed-roles.ts';
import { deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import { createDestinationSender } from '../../../lambdas/flow/deliver/send-to-destination.ts';
import type { CallService } from '../../../lambdas/ports/destinations.ts';
import { anEndpoint, anEvent, anEventId, aProject, ENDPOINT_ID } from '../../factories.ts';
import { aWorker } from './worker-under-test.ts';

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const TAKEN = { kind: 'taken', statusCode: 200, body: Buffer.from('{"message_id":"m-1"}') } as const;
type Answer = Awaited<ReturnType<CallService>> | Error;

const refused = (name: string, httpStatusCode: number, message = 'said so') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

/** A gateway with one endpoint, a queue, that gives these answers in order; the last one again and again. */
async function aGateway(...answers: Answer[]) {
  const { clock, log, config, deliveries, health, alertQueue, deps: stand } = aWorker();
  const sent: string[] = [];
  const sqs: CallService<QueueDestination> = async ({ event, destination }) => {
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    sent.push(`${event.id} to ${destination.arn}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const unused = () => Promise.reject(new Error('nothing of this kind here'));
  const deps = {
    ...stand,
    destinations: createDestinationSender({
      clock,
      roles: createAssumedRoles(clock, unused),
      services: { sqs: async () => sqs, sns: unused, eventbridge: unused, lambda: unused },
    }),
  };
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint({ url: ARN, destination: { kind: 'sqs', arn: ARN } }));
  return {
    sent,
    alertQueue,
    log,
    health: async () => (await health.get(ENDPOINT_ID))?.circuit,
    /** Handles one event's message, and tells what became of it. */
    async deliver(name = 'default', receives = 1) {
      const event = anEvent({ id: anEventId(name) });
      const body = event.body.at === 'inline' ? event.body.bytes : new Uint8Array();
      const task = deliveryTask({ ...event, body }, ENDPOINT_ID, false);
      const message = { id: 'm', task, receives, firstReceivedAt: clock.now() };
      const disposition = (await deliverBatch(deps, [message])).get('m')!;
      const [record] = await deliveries.getMany([task]);
      return { disposition, record };
    },
    clock,
  };
}

test('the message’s id is kept as the response, the ARN as where it went', async () => {
  const gateway = await aGateway(TAKEN);
  const { disposition, record } = await gateway.deliver();
  expect(disposition).toEqual({ do: 'done' });
  expect(record).toMatchObject({
    state: { status: 'succeeded' },
    attempts: [{ url: ARN, outcome: 'succeeded', statusCode: 200, response: { body: TAKEN.body } }],
  });
  expect(gateway.sent).toEqual([`${anEventId()} to ${ARN}`]);
});

test('a service that is down is tried again, with the same event', async () => {
  const gateway = await aGateway(refused('InternalError', 500), TAKEN);
  const first = await gateway.deliver();
  expect(first.disposition).toEqual({ do: 'again', inMs: 5_000 });
  expect(first.record).toMatchObject({
    state: { status: 'waiting', where: 'queue' },
    attempts: [{ error: 'destination_unavailable', detail: 'InternalError: said so' }],
  });
  gateway.clock.advance(5_000);
  const second = await gateway.deliver('default', 2);
  expect(second.record).toMatchObject({
    state: { status: 'succeeded' },
    attempts: [{}, { trigger: 'retry' }],
  });
  expect(new Set(gateway.sent).size).toBe(1);
});

describe('the circuit', () => {
  test.each([
    ['a permission that is missing', 'AccessDenied', 403, 'destination_denied'],
    ['a queue that is not there', 'QueueDoesNotExist', 400, 'destination_not_found'],
  ])('opens at once for %s, and what follows is held', async (_, name, status, cause) => {
    const gateway = await aGateway(refused(name, status));
    await gateway.deliver('first');
    expect(await gateway.health()).toMatchObject({ state: 'open', outage: { cause } });
    const { record } = await gateway.deliver('second');
    expect(record).toMatchObject({ state: { status: 'held', why: 'circuit_open' }, attempts: [] });
    expect(gateway.sent).toHaveLength(1);
  });

  test('opens after ten failures of the service', async () => {
    const gateway = await aGateway(refused('InternalError', 500));
    for (let i = 0; i < 9; i++) await gateway.deliver(`event ${i}`);
    expect(await gateway.health()).toMatchObject({ state: 'closed' });
    await gateway.deliver('event 9');
    expect(await gateway.health()).toMatchObject({ state: 'open' });
  });

  test('is not opened by throttling, which slows down instead', async () => {
    const gateway = await aGateway(refused('ThrottlingException', 400));
    const { record } = await gateway.deliver();
    expect(record).toMatchObject({ attempts: [{ error: 'destination_throttled' }] });
    expect(await gateway.health()).toMatchObject({ state: 'closed', ramp: { trips: 0 } });
  });
});

test('an event that is too large ends at once, and its owner is told; the others are not touched', async () => {
  const detail = '2000000 bytes; at most 1048576';
  const gateway = await aGateway({ kind: 'refused', error: 'destination_too_large', detail }, TAKEN);
  const { disposition, record } = await gateway.deliver('large');
  expect(disposition).toEqual({ do: 'done' });
  expect(record).toMatchObject({
    state: { status: 'failed', stopReason: 'not_retryable' },
    attempts: [{ error: 'destination_too_large', detail }],
  });
  expect(gateway.alertQueue.alerts).toMatchObject([{ endpoint: ENDPOINT_ID }]);
  expect(await gateway.health()).toBeUndefined();
  expect((await gateway.deliver('small')).record).toMatchObject({ state: { status: 'succeeded' } });
});

test('credentials of ours that AWS refuses use up no attempt', async () => {
  const gateway = await aGateway(refused('ExpiredTokenException', 403), TAKEN);
  const first = await gateway.deliver();
  expect(first).toEqual({ disposition: { do: 'again', inMs: 5_000 }, record: undefined });
  expect(gateway.log.lines).toContainEqual(expect.objectContaining({ what: 'attempt.our_fault' }));
});
