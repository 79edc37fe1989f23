/** A gateway whose every billable unit is counted: real handlers, stand-ins behind doors, time that can be moved on. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { closeConnections } from '../../local/aws-json.ts';
import { toEvent } from '../../local/http/event.ts';
import { ACCESS_LOG_BYTES, networkBytes } from './assumptions.ts';
import { type Bench, fireSchedules } from './bench.ts';
import { EVENT_TYPE, eventBody } from './event-body.ts';
import { loadFunctions } from './functions.ts';
import { sendAll } from './inbound.ts';
import { createPump } from './pump.ts';
import { startReceiver } from './receiver.ts';
import type { Scenario } from './scenarios.ts';
import { seedProject } from './seed.ts';
import { startServices } from './services.ts';
import { shiftClock } from './shifted-clock.ts';
import { createTrouble, type Trouble } from './trouble.ts';
import { createTally, perEvent, type Usage } from './usage.ts';

export interface CountedGateway {
  /**
   * Publishes so many events and drives them until all are delivered.
   * @throws Error when one is not: the price of a lost event is not a price
   */
  run(scenario: Scenario, events: number): Promise<Usage>;
  /** Where receivers are slow, dead or have much waiting for them (`bench/cost/trouble.ts`). */
  readonly trouble: Trouble;
  close(): Promise<void>;
}

/** Publishing requests at once, as a busy API has them. */
const AT_ONCE = 10;
const HTTP_UNIT_BYTES = 512 * 1024;
/** Past the default first retry, and to the next whole minute after a longer one. */
const MARGIN_MS = 61_000;
const MAX_ROUNDS = 5;

/** One a process: handlers read their environment once. */
export async function startCountedGateway(): Promise<CountedGateway> {
  const tally = createTally();
  const services = await startServices(tally);
  const receiver = await startReceiver();
  const clock = shiftClock();
  const functions = await loadFunctions(tally, services.environment);
  const bench = { tally, services, functions, pump: createPump(services), receiver, clock };
  return {
    run: (scenario, events) => run(bench, scenario, events),
    trouble: createTrouble(bench, (scenario, key, events) => publishAll(bench, scenario, key, events)),
    async close() {
      clock.restore();
      receiver.close();
      closeConnections();
      await services.close();
    },
  };
}

async function run(bench: Bench, scenario: Scenario, events: number): Promise<Usage> {
  const { tally, services, receiver, clock } = bench;
  const { key, source } = await seedProject(
    { client: new DynamoDBClient({}), table: 'config' },
    receiver.address,
    scenario,
  );
  receiver.fail(scenario.failing);
  receiver.take();
  services.shadow.takeByteMonths(clock.now());
  tally.take();
  if (scenario.inbound) await sendAll(bench, source, scenario.owners, events);
  else await publishAll(bench, scenario, key, events);
  const { calls, succeeded } = await deliverAll(bench, scenario);
  const expected = events * scenario.fanout;
  if (succeeded !== expected) throw new Error(`${scenario.name}: ${succeeded} of ${expected} delivered`);
  const { nat, egress } = networkBytes(calls);
  tally.add('natBytes', nat);
  tally.add('egressBytes', egress);
  tally.add('storedByteMonths', services.shadow.takeByteMonths(clock.now()));
  return perEvent(tally.take(), events);
}

async function publishAll(bench: Bench, scenario: Scenario, key: string, events: number): Promise<void> {
  const { together, owners } = scenario;
  const requests = Array.from({ length: Math.ceil(events / together) }, (_, request) =>
    Array.from({ length: Math.min(together, events - request * together) }, (_, each) => {
      const number = request * together + each;
      return { type: EVENT_TYPE, owner_id: `customer_${number % owners}`, data: eventBody(number) };
    }),
  );
  for (let at = 0; at < requests.length; at += AT_ONCE) {
    await Promise.all(requests.slice(at, at + AT_ONCE).map((some) => publish(bench, scenario, key, some)));
  }
}

async function publish(bench: Bench, scenario: Scenario, key: string, events: readonly object[]) {
  const path = scenario.together === 1 ? '/v1/events' : '/v1/events/batch';
  const body = Buffer.from(JSON.stringify(scenario.together === 1 ? events[0] : { events }));
  const request = {
    method: 'POST',
    url: path,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(scenario.idempotencyKey && { 'idempotency-key': randomUUID() }),
    },
    body,
    sourceIp: '192.0.2.1',
  };
  bench.tally.add('httpRequests', Math.ceil(body.length / HTTP_UNIT_BYTES));
  bench.tally.add('logBytes', ACCESS_LOG_BYTES);
  const route = { routeKey: `POST ${path}`, pathParameters: undefined };
  const moment = { requestId: randomUUID(), now: bench.clock.now() };
  const answer = await bench.functions.publish(toEvent(request, route, moment), events.length);
  const { statusCode, body: text } = answer as { statusCode: number; body: string };
  if (statusCode !== 202) throw new Error(`publishing answered ${statusCode}: ${text}`);
}

/** Delivers, lets time pass, fires what is due, and again, until nothing is left to do. */
async function deliverAll(bench: Bench, scenario: Scenario): Promise<{ calls: number; succeeded: number }> {
  const { pump, functions, clock, receiver } = bench;
  await pump.drain('delivery', functions.deliver);
  for (let round = 0; scenario.failing !== undefined && round < MAX_ROUNDS; round++) {
    clock.advance((scenario.failing.retryAfter ?? 0) * 1000 + MARGIN_MS);
    await pump.showHidden();
    await fireSchedules(bench);
    await pump.drain('wake', functions.drain);
    await pump.drain('delivery', functions.deliver);
  }
  return receiver.take();
}
