/** A subscription that rewrites: which one an event came through is known at each attempt, however its task was made. */
import { describe, expect, test } from 'vitest';
import { inProcessTransformer } from '../../../lambdas/adapters/jsonata/in-process.ts';
import { memoryIdempotency } from '../../../lambdas/adapters/memory/idempotency.ts';
import { memoryDrainMarks } from '../../../lambdas/adapters/memory/wakes.ts';
import type { FanoutTask } from '../../../lambdas/contract/tasks.ts';
import type { Endpoint } from '../../../lambdas/domain/endpoint.ts';
import type { PublishCommand } from '../../../lambdas/domain/publish-command.ts';
import type { Subscription } from '../../../lambdas/domain/subscription.ts';
import { deliverBatch } from '../../../lambdas/flow/deliver/deliver.ts';
import { fanOut } from '../../../lambdas/flow/publish/fanout.ts';
import { createMatcher } from '../../../lambdas/flow/publish/match.ts';
import { publishEvents } from '../../../lambdas/flow/publish/publish.ts';
import { drain } from '../../../lambdas/flow/waiting/drain.ts';
import { releaseUnsendable } from '../../../lambdas/flow/waiting/release.ts';
import { resendDelivery } from '../../../lambdas/flow/waiting/resend.ts';
import type { HttpCall } from '../../../lambdas/ports/http-caller.ts';
import type { Transformer } from '../../../lambdas/ports/transformer.ts';
import { anEndpoint, anId, aProject, aSubscription, ENDPOINT_ID, HOME, NOW } from '../../factories.ts';
import { aWorker } from './worker-under-test.ts';

const VIA = anId('sub');
const ONLY_ID = '{"body": {"id": body.id}}';
const BROKEN = '{"body": $error("not yet")}';
const CALL = {
  source: 'src_1',
  method: 'PUT',
  path: '/orders/1',
  query: 'a=1',
  headers: { 'x-tenant': 'acme', 'stripe-signature': 't=1' },
  address: '192.0.2.1',
};

/** The gateway's flows in memory, with one endpoint and one subscription that rewrites. */
async function aGateway(
  over: Partial<Subscription> = { transformation: ONLY_ID },
  endpoint: Partial<Endpoint> = {},
) {
  const { clock, log, config, deliveries, events, queues, deps: stand } = aWorker();
  const sent: HttpCall[] = [];
  const answer = { statusCode: 200 };
  const inProcess = inProcessTransformer();
  let evaluations = 0;
  const transformer: Transformer = {
    ...inProcess,
    run: (expression, input) => {
      evaluations++;
      return inProcess.run(expression, input);
    },
  };
  const deps = {
    ...stand,
    region: HOME.region,
    routing: config,
    matcher: createMatcher(config, clock, log),
    chunks: events,
    backlog: deliveries,
    marks: memoryDrainMarks(),
    idempotency: memoryIdempotency(),
    http: {
      async post(call: HttpCall) {
        sent.push(call);
        const response = { headers: {}, body: new Uint8Array(), truncated: false };
        return { kind: 'response', ...answer, response, durationMs: 1, phases: {} } as const;
      },
    },
    rewriting: { ...stand.rewriting, transformer },
    deliveryQueue: queues,
    fanoutQueue: queues,
  };
  const project = aProject();
  await config.createProject(project);
  await config.createEndpoint(anEndpoint(endpoint));
  const subscription = aSubscription(over);
  await config.putSubscription(subscription);
  const command = (more: Partial<PublishCommand> = {}): PublishCommand => ({
    type: 'order.made',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{"id":7,"secret":"x"}'),
    ...more,
  });

  const self = {
    ...deps,
    project,
    sent,
    answer,
    subscription,
    evaluations: () => evaluations,
    bodies_: () => sent.map(({ body }) => Buffer.from(body).toString()),
    async publish(more: Partial<PublishCommand> = {}): Promise<string> {
      const [result] = await publishEvents(deps, project, [command(more)], 'api');
      if (!result?.ok) throw new Error('not published');
      return result.value.id;
    },
    /** Delivers every message that is in the queue, and empties it. */
    async deliverAll() {
      const tasks = queues.deliveries.splice(0).map(({ task }) => task);
      for (const [index, task] of tasks.entries()) {
        const message = { id: String(index), task, receives: 1, firstReceivedAt: clock.now() };
        await deliverBatch(deps, [message]);
      }
      return tasks;
    },
    async drainAll() {
      for (const { task } of queues.wakes.splice(0)) await drain(deps, task);
    },
    async fanOutAll() {
      for (let next = queues.fanouts.shift(); next !== undefined; next = queues.fanouts.shift()) {
        await fanOut(deps, next.task as FanoutTask, false);
      }
    },
    async change(with_: Partial<Subscription>) {
      const updatedAt = clock.now();
      const { transformation: _, ...rest } = subscription;
      const changed: Subscription = { ...rest, ...with_, updatedAt };
      await config.putSubscription(changed);
      await releaseUnsendable(deps, changed);
    },
    async record(event: string) {
      const [record] = await deliveries.getMany([{ event, endpoint: ENDPOINT_ID }]);
      return record;
    },
  };
  return self;
}

describe('what goes out', () => {
  test('of a published event is what the transformation makes of it, signed over the new bytes', async () => {
    const gateway = await aGateway();
    const event = await gateway.publish();
    await gateway.deliverAll();
    const [call] = gateway.sent;
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://receiver.example/hooks',
      headers: { 'content-length': '8', 'webhook-id': event },
    });
    expect(await gateway.record(event)).toMatchObject({ via: VIA, state: { status: 'succeeded' } });
  });

  test('of an inbound event is its call, as far as the subscription forwards it', async () => {
    const gateway = await aGateway({ forward: { method: true, path: true, query: true, headers: '*' } });
    const event = await gateway.publish({ inbound: CALL });
    const [task] = await gateway.deliverAll();
    expect(task).not.toHaveProperty('inline');
    const [call] = gateway.sent;
    const url = 'https://receiver.example/hooks/orders/1?a=1';
    expect(call).toMatchObject({ method: 'PUT', url, headers: { 'x-tenant': 'acme' } });
    expect(call!.headers).not.toHaveProperty('stripe-signature');
    expect(gateway.bodies_()).toEqual(['{"id":7,"secret":"x"}']);
    expect((await gateway.record(event))!.attempts).toMatchObject([{ url }]);
  });

  test('says that it is compressed as long as it is', async () => {
    const compressed = { inbound: CALL, headers: { 'content-encoding': 'gzip' } };
    const forwarding = await aGateway({ forward: { headers: ['x-tenant'] } });
    await forwarding.publish(compressed);
    await forwarding.deliverAll();
    expect(forwarding.sent[0]!.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-tenant': 'acme' });
    const transforming = await aGateway();
    await transforming.publish(compressed);
    await transforming.deliverAll();
    expect(transforming.sent[0]!.headers).not.toHaveProperty('content-encoding');
  });

  test('of a message of a broker is what the transformation makes of its body and its attributes', async () => {
    const transformation = '{"body": {"id": body.id, "tenant": headers.tenant}}';
    const gateway = await aGateway({ transformation });
    await gateway.publish({ broker: { name: 'orders', attributes: { tenant: 'acme' } } });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7,"tenant":"acme"}']);
    expect(gateway.sent[0]!.headers).not.toHaveProperty('tenant');
  });

  test('of a published event through a subscription that only forwards is the event, and nothing is kept of it', async () => {
    const gateway = await aGateway({ forward: { method: true, headers: '*' } });
    const event = await gateway.publish();
    const [task] = await gateway.deliverAll();
    expect(task).toHaveProperty('inline');
    expect(task).not.toHaveProperty('via');
    expect(await gateway.record(event)).not.toHaveProperty('via');
    expect(gateway.bodies_()).toEqual(['{"id":7,"secret":"x"}']);
  });

  test('is decided by the first subscription of the endpoint that matches, and by no other', async () => {
    const gateway = await aGateway({ transformation: ONLY_ID, eventTypes: ['order.*'] });
    await gateway.endpoints.putSubscription(aSubscription({ id: anId('sub', 'later', NOW) }));
    await gateway.publish();
    await gateway.publish({ type: 'ping' });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}', '{"id":7,"secret":"x"}']);
  });
});

describe('which subscription it was is still known', () => {
  test('at a retry out of the backlog', async () => {
    const gateway = await aGateway();
    gateway.answer.statusCode = 500;
    const event = await gateway.publish();
    await gateway.deliverAll();
    const record = (await gateway.record(event))!;
    expect(record.state.status).toBe('waiting');
    await gateway.deliveries.save({
      ...record,
      state: { status: 'waiting', dueAt: NOW + 1_000, where: 'backlog' },
      version: record.version + 1,
    });
    gateway.clock.advance(2_000);
    await drain(gateway, { v: 1, project: gateway.project.id, endpoint: ENDPOINT_ID });
    const [task] = await gateway.deliverAll();
    expect(task).not.toHaveProperty('via');
    expect(gateway.bodies_()).toEqual(['{"id":7}', '{"id":7}']);
  });

  test('of an event for later', async () => {
    const gateway = await aGateway();
    await gateway.publish({ deliverAt: NOW + 60_000 });
    gateway.clock.advance(61_000);
    await drain(gateway, { v: 1, project: gateway.project.id, endpoint: ENDPOINT_ID });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
  });

  test('at a manual retry, and at one of a delivery without a record', async () => {
    const gateway = await aGateway();
    const event = await gateway.publish();
    gateway.deliveryQueue.deliveries.splice(0);
    const key = { event, endpoint: ENDPOINT_ID };
    await resendDelivery(gateway, gateway.project, key);
    await gateway.deliverAll();
    await resendDelivery(gateway, gateway.project, key);
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}', '{"id":7}']);
  });

  test('when the publisher repeats its call', async () => {
    const gateway = await aGateway();
    await gateway.publish({ idempotencyKey: 'h:k' });
    gateway.deliveryQueue.deliveries.splice(0);
    await gateway.publish({ idempotencyKey: 'h:k' });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
  });

  test('while the endpoint was paused', async () => {
    const gateway = await aGateway({ transformation: ONLY_ID }, { status: 'paused' });
    const event = await gateway.publish();
    await gateway.deliverAll();
    expect(await gateway.record(event)).toMatchObject({ via: VIA, state: { status: 'held' } });
    await gateway.endpoints.replaceEndpoint(anEndpoint({ version: 2 }));
    gateway.clock.advance(5_000);
    await drain(gateway, { v: 1, project: gateway.project.id, endpoint: ENDPOINT_ID, release: true });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
  });

  test('in a large fan-out, also where a page ends among the subscriptions of one endpoint', async () => {
    const gateway = await aGateway();
    // Behind the one that rewrites: enough of its endpoint for three pages, each of which would send the event as it is.
    for (let index = 0; index < 500; index++) {
      await gateway.endpoints.putSubscription(
        aSubscription({ id: anId('sub', `more ${index}`, NOW + index) }),
      );
    }
    await gateway.publish();
    await gateway.fanOutAll();
    const tasks = await gateway.deliverAll();
    expect(tasks).toMatchObject([{ via: VIA }]);
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
  });
});

describe('a transformation that fails', () => {
  test('holds the delivery: an attempt without a request, with the reason, and no harm to the circuit', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    const event = await gateway.publish();
    await gateway.deliverAll();
    expect(gateway.sent).toEqual([]);
    expect(await gateway.record(event)).toMatchObject({
      state: { status: 'held', why: 'transformation_failed' },
      attempts: [{ outcome: 'failed', error: 'transformation_failed', detail: 'not yet, at character 16' }],
    });
    expect(await gateway.health.get(ENDPOINT_ID)).toBeUndefined();
  });

  test('does so as well where its result can not be sent', async () => {
    const gateway = await aGateway({ transformation: '{"body": 1, "path": "/../admin"}' });
    const event = await gateway.publish();
    await gateway.deliverAll();
    expect((await gateway.record(event))!.attempts).toMatchObject([{ detail: 'the path holds "." or ".."' }]);
    expect(gateway.sent).toEqual([]);
  });

  test('is not evaluated again by copies of the message, or because the endpoint was enabled or recovered', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    await gateway.publish();
    const [task] = await gateway.deliverAll();
    gateway.deliveryQueue.deliveries.push({ task: task! } as never);
    await gateway.deliverAll();
    gateway.clock.advance(10_000);
    await drain(gateway, { v: 1, project: gateway.project.id, endpoint: ENDPOINT_ID, release: true });
    expect(await gateway.deliverAll()).toEqual([]);
    expect(gateway.evaluations()).toBe(1);
  });

  test('goes out when the subscription is mended, having used up no place in the retry schedule', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    const event = await gateway.publish();
    await gateway.deliverAll();
    gateway.clock.advance(3_600_000);
    await gateway.change({ transformation: ONLY_ID });
    gateway.clock.advance(5_000);
    gateway.answer.statusCode = 500;
    await gateway.drainAll();
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
    const record = (await gateway.record(event))!;
    // The first of the schedule: five seconds.
    expect(record.state).toEqual({ status: 'waiting', dueAt: gateway.clock.now() + 5_000, where: 'backlog' });
    expect(record.attempts).toMatchObject([{ error: 'transformation_failed' }, { error: 'server_error' }]);
  });

  test('goes out as it is when the transformation is taken away', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    await gateway.publish();
    await gateway.deliverAll();
    gateway.clock.advance(5_000);
    await gateway.change({});
    await gateway.drainAll();
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7,"secret":"x"}']);
  });

  test('is evaluated once for each change, though the change is looked after twice', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    await gateway.publish();
    await gateway.deliverAll();
    gateway.clock.advance(3_600_000);
    await gateway.change({ transformation: '{"body": $error("still not")}' });
    const [first, second] = gateway.wakeQueue.wakes.splice(0);
    gateway.clock.advance(40_000);
    await drain(gateway, first!.task);
    await gateway.deliverAll();
    gateway.clock.advance(20_000);
    await drain(gateway, second!.task);
    await gateway.deliverAll();
    expect(gateway.evaluations()).toBe(2);
  });

  test('goes out by a manual retry', async () => {
    const gateway = await aGateway({
      transformation: '{"body": body.id = 7 and $exists(headers.`x-now`) ? 1 : $error("no")}',
    });
    const event = await gateway.publish();
    await gateway.deliverAll();
    await gateway.endpoints.putSubscription({ ...gateway.subscription, transformation: ONLY_ID });
    gateway.clock.advance(5_000);
    await resendDelivery(gateway, gateway.project, { event, endpoint: ENDPOINT_ID });
    await gateway.deliverAll();
    expect(gateway.bodies_()).toEqual(['{"id":7}']);
  });

  test('keeps no place from the endpoint’s other deliveries: it is among neither the held nor the due', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    await gateway.publish();
    await gateway.deliverAll();
    expect((await gateway.backlog.held(ENDPOINT_ID, 10)).entries).toEqual([]);
    expect((await gateway.backlog.due(ENDPOINT_ID, Number.MAX_SAFE_INTEGER, 10)).entries).toEqual([]);
    expect((await gateway.backlog.unsendable(ENDPOINT_ID, VIA, 10)).entries).toHaveLength(1);
    expect((await gateway.backlog.unsendable(ENDPOINT_ID, anId('sub', 'other'), 10)).entries).toEqual([]);
  });

  test('leaves a delivery that had succeeded what it was', async () => {
    const gateway = await aGateway();
    const event = await gateway.publish();
    await gateway.deliverAll();
    await gateway.endpoints.putSubscription({ ...gateway.subscription, transformation: BROKEN });
    gateway.clock.advance(5_000);
    await resendDelivery(gateway, gateway.project, { event, endpoint: ENDPOINT_ID });
    await gateway.deliverAll();
    expect((await gateway.record(event))!.state).toEqual({ status: 'succeeded' });
  });
});

describe('when the subscription is deleted', () => {
  test('what came through it is canceled, and never sent as it is', async () => {
    const gateway = await aGateway();
    const event = await gateway.publish();
    await gateway.endpoints.deleteSubscription(gateway.subscription);
    await gateway.deliverAll();
    expect(gateway.sent).toEqual([]);
    const state = { status: 'canceled', stopReason: 'subscription_deleted' };
    expect(await gateway.record(event)).toMatchObject({ state, attempts: [] });
  });

  test('what its transformation held is canceled too', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    const event = await gateway.publish();
    await gateway.deliverAll();
    await releaseUnsendable(gateway, { ...gateway.subscription, updatedAt: gateway.clock.now() });
    await gateway.endpoints.deleteSubscription(gateway.subscription);
    gateway.clock.advance(5_000);
    await gateway.drainAll();
    await gateway.deliverAll();
    expect(await gateway.record(event)).toMatchObject({ state: { stopReason: 'subscription_deleted' } });
  });

  test('and the endpoint with it, the endpoint is the reason', async () => {
    const gateway = await aGateway({ transformation: BROKEN });
    const event = await gateway.publish();
    await gateway.deliverAll();
    await gateway.endpoints.deleteEndpoint(gateway.project.id, ENDPOINT_ID);
    gateway.clock.advance(60_000);
    await gateway.wakeQueue.sendWakes([
      { v: 1, project: gateway.project.id, endpoint: ENDPOINT_ID, release: true },
    ]);
    for (let round = 0; round < 4; round++) await gateway.drainAll();
    await gateway.deliverAll();
    expect(await gateway.record(event)).toMatchObject({ state: { stopReason: 'endpoint_deleted' } });
  });
});

test('a fault of ours at the transformation returns the message, and the delivery is not held', async () => {
  const gateway = await aGateway();
  const event = await gateway.publish();
  const broken = { ...gateway.rewriting.transformer, run: () => Promise.reject(new Error('no process')) };
  const [{ task }] = gateway.deliveryQueue.deliveries as unknown as [{ task: never }];
  const message = { id: 'm', task, receives: 1, firstReceivedAt: NOW };
  const deps = { ...gateway, rewriting: { ...gateway.rewriting, transformer: broken } };
  expect((await deliverBatch(deps, [message])).get('m')).toMatchObject({ do: 'again' });
  expect(await gateway.record(event)).toBeUndefined();
});
