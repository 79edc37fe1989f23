import { describe, expect, it } from 'vitest';
import { ticksIn } from '../../bench/local/cpu.ts';
import { figuresOf, percentile } from '../../bench/local/figures.ts';
import { publishLoad } from '../../bench/local/load.ts';
import { parseRows, treeKilobytes } from '../../bench/local/memory.ts';
import { startTimingReceiver } from '../../bench/local/receiver.ts';
import { aGateway } from '../cli/fake-gateway.ts';

describe('figures of a load', () => {
  it('count what was delivered of what was accepted, to the last receipt', () => {
    const load = {
      sent: new Map([
        ['a', 1000],
        ['b', 1100],
        ['lost', 1200],
      ]),
      startedAt: 1000,
      endedAt: 2000,
    };
    const receipts = new Map([
      ['a', 1010],
      ['b', 3000],
      ['foreign', 9000],
    ]);
    expect(figuresOf(load, receipts)).toEqual({
      accepted: 3,
      acceptedPerSecond: 3,
      delivered: 2,
      deliveredPerSecond: 1,
      p50: 10,
      p99: 1900,
    });
  });

  it('of nothing are nothing', () => {
    const nothing = { sent: new Map<string, number>(), startedAt: 5, endedAt: 5 };
    expect(figuresOf(nothing, new Map())).toMatchObject({ accepted: 0, delivered: 0, p50: undefined });
  });

  it('take percentiles by nearest rank', () => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 0.5, 0.99, 1].map((share) => percentile(sorted, share))).toEqual([1, 50, 99, 100]);
  });
});

describe('a process and everything it started', () => {
  it('is its whole tree and nothing beside it', () => {
    const rows = parseRows('   10     1  1000\n   11    10   200\n   12    11    30\n   20     1  5000\n');
    expect(treeKilobytes(rows, 10)).toBe(1230);
  });

  it('has its CPU time read past whatever its name holds', () => {
    const stat = `42 (node) (x) S 1 42 42 0 -1 4194304 ${'7 '.repeat(4)}250 50 0 0 20 0 11`;
    expect(ticksIn(stat)).toBe(300);
  });
});

describe('the load', () => {
  it('publishes every event once, tells accepted from refused, and the receiver counts repeats', async () => {
    const gateway = await aGateway();
    const receiver = await startTimingReceiver();
    let calls = 0;
    gateway.on('POST /events', () =>
      ++calls % 4 === 0 ? { status: 503, body: {} } : { status: 202, body: { id: `evt_${calls}` } },
    );
    const deadline = performance.now() + 10_000;
    const plan = { api: gateway.api, key: 'phk_test', owners: 2, events: 20, connections: 4, deadline };
    const load = await publishLoad(plan);
    expect(load.sent.size).toBe(15);
    expect(load.refused).toEqual(new Map([[503, 5]]));
    const owners = gateway.calls.map(({ body }) => (body as { owner_id: string }).owner_id);
    expect(new Set(owners)).toEqual(new Set(['customer_0', 'customer_1']));
    for (const id of ['evt_1', 'evt_2', 'evt_1']) {
      await fetch(receiver.address, { method: 'POST', headers: { 'webhook-id': id } });
    }
    expect([...receiver.receipts.keys()]).toEqual(['evt_1', 'evt_2']);
    expect(receiver.repeats()).toBe(1);
    gateway.close();
    receiver.close();
  });

  it('ends at its deadline', async () => {
    const gateway = await aGateway();
    gateway.on('POST /events', { status: 202, body: { id: 'evt_1' } });
    const plan = { api: gateway.api, key: 'phk_test', owners: 1, events: 50, connections: 1 };
    expect((await publishLoad({ ...plan, deadline: performance.now() - 1 })).sent.size).toBe(0);
    gateway.close();
  });
});
