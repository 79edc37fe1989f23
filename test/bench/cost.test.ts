import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billOf } from '../../bench/cost/bill.ts';
import { budgetOf, troubleBudget } from '../../bench/cost/budget.ts';
import { eventBody } from '../../bench/cost/event-body.ts';
import { type CountedGateway, startCountedGateway } from '../../bench/cost/gateway.ts';
import { SCENARIOS } from '../../bench/cost/scenarios.ts';
import type { Usage } from '../../bench/cost/usage.ts';

const EVENTS = 100;
/** Caches are filled anew every five seconds: enough events that it counts as little as it does on a busy gateway. */
const BUSY = 300;
/** Thousands of calls over sockets, on a machine that may be doing other things. */
const PATIENCE_MS = 180_000;
let gateway: CountedGateway;
let single: Usage;
beforeAll(async () => {
  gateway = await startCountedGateway();
  single = await gateway.run(SCENARIOS.single, BUSY);
}, PATIENCE_MS);
afterAll(() => gateway.close());

it('the event that is counted has 2 KB and is never the same twice', () => {
  const bodies = [1, 2, 3].map((number) => JSON.stringify(eventBody(number)));
  for (const body of bodies) expect(Math.abs(Buffer.byteLength(body) - 2000)).toBeLessThan(100);
  expect(new Set(bodies).size).toBe(3);
});

describe('one event through the real functions', { timeout: PATIENCE_MS }, () => {
  it('stays within the budget, published alone and in tens', async () => {
    const tens = await gateway.run(SCENARIOS.tens, BUSY);
    const missed = budgetOf(single, tens).filter((limit) => !limit.met);
    expect(missed).toEqual([]);
  });

  it('costs one conditional write more with an idempotency key, and nothing else', async () => {
    const keyed = await gateway.run(SCENARIOS.keyed, EVENTS);
    expect(keyed.writeUnits - single.writeUnits).toBeCloseTo(1, 1);
    expect(keyed.sqsRequests).toBe(single.sqsRequests);
  });

  // The call itself, and what its bytes are remembered by; the event holds the call's headers.
  it('a third party’s webhook costs two writes more, and one for its headers', async () => {
    const inbound = await gateway.run(SCENARIOS.inbound, EVENTS);
    expect(inbound.writeUnits - single.writeUnits).toBeLessThan(3.001);
    expect(inbound.sqsRequests).toBeCloseTo(single.sqsRequests, 1);
    expect(inbound.invocations).toBeCloseTo(single.invocations, 1);
  });

  it('ten endpoints cost a write each, and one for their names in the event', async () => {
    const usage = await gateway.run(SCENARIOS.fanout, EVENTS / 5);
    // And what counts the API key's requests: one write for sixteen.
    expect(usage.writeUnits).toBeGreaterThanOrEqual(10 + 2);
    expect(usage.writeUnits).toBeLessThanOrEqual(10 + 2 + 0.1);
    expect(usage.sqsRequests).toBeCloseTo(3, 6);
  });

  // The failure, the claim and the result; the claim enters the backlog's index and leaves it; its wake is noted.
  // The endpoint's health counts the failure, and a success forgets it: at most two, fewer when a batch has several.
  it('a near retry waits in the queue: six write units, two of its endpoint, and no schedule', async () => {
    const retried = await gateway.run(SCENARIOS.shortRetry, EVENTS);
    expect((retried.writeUnits - single.writeUnits) * 10).toBeLessThan(8.001);
    expect(retried.schedules).toBe(0);
  });

  it('a far retry wakes each endpoint once a minute, not once a delivery', async () => {
    const retried = await gateway.run(SCENARIOS.longRetry, EVENTS);
    expect(retried.schedules).toBeGreaterThan(0);
    expect(retried.schedules).toBeLessThanOrEqual(0.1);
    expect(billOf(retried).total).toBeLessThan(billOf(single).total * 1.25);
  });
});

// A hundred thousand waiting are for `npm run bench`.
describe('receivers in trouble', { timeout: PATIENCE_MS }, () => {
  it('a limit, a dead one and a long backlog stay within their bounds', async () => {
    const { trouble } = gateway;
    const overload = await trouble.overload(11);
    const drained = [await trouble.drain(1_000), await trouble.drain(10_000)];
    const dead = await trouble.dead(1_000);
    expect(dead.intervals).toBeGreaterThanOrEqual(6);
    expect(troubleBudget({ overload, drained, dead }).filter((limit) => !limit.met)).toEqual([]);
  });
});
