import { describe, expect, it } from 'vitest';
import { requestsFor } from '../../bench/cost/meter-sqs.ts';
import { itemReadUnits, queryReadUnits } from '../../bench/cost/read-units.ts';
import { indexWriteUnits, writeUnits } from '../../bench/cost/write-units.ts';

const SHAPE = {
  partition: 'pk',
  sort: 'sk',
  indexes: [{ name: 'backlog', partition: 'wait_pk', sort: 'wait_sk', carries: ['type'] }],
};
/** Its size is the number given. */
const sized = (bytes: number) => ({ pk: { S: 'x'.repeat(bytes - 2) } });
const row = (more: Record<string, { S: string }> = {}) => ({ pk: { S: 'p' }, sk: { S: 's' }, ...more });
const waiting = (at: string, more: Record<string, { S: string }> = {}) =>
  row({ wait_pk: { S: 'ep' }, wait_sk: { S: at }, ...more });

describe('write units', () => {
  it.each([
    [2, 1],
    [1024, 1],
    [1025, 2],
    [3072, 3],
  ])('%d bytes are %d', (bytes, units) => {
    expect(writeUnits(undefined, sized(bytes))).toBe(units);
  });

  it('go by the larger of what was and what is', () => {
    expect(writeUnits(sized(5000), sized(100))).toBe(5);
    expect(writeUnits(sized(5000), undefined)).toBe(5);
    expect(writeUnits(undefined, undefined)).toBe(1);
  });
});

describe('write units of a secondary index', () => {
  it('are none for an item that is not in it', () => {
    expect(indexWriteUnits(SHAPE, undefined, row())).toBe(0);
    expect(indexWriteUnits(SHAPE, row(), row({ type: { S: 'b' } }))).toBe(0);
  });

  it('are one to enter it and one to leave it', () => {
    expect(indexWriteUnits(SHAPE, row(), waiting('1'))).toBe(1);
    expect(indexWriteUnits(SHAPE, waiting('1'), row())).toBe(1);
  });

  it('are two to move in it, and one when only what it carries changes', () => {
    expect(indexWriteUnits(SHAPE, waiting('1'), waiting('2'))).toBe(2);
    expect(indexWriteUnits(SHAPE, waiting('1'), waiting('1', { type: { S: 'b' } }))).toBe(1);
  });

  it('are none when what changes is not in it, however large', () => {
    expect(indexWriteUnits(SHAPE, waiting('1'), waiting('1', { body: { S: 'x'.repeat(9000) } }))).toBe(0);
  });

  it('count whole items when the index holds all of them', () => {
    const all = { ...SHAPE, indexes: [{ name: 'all', partition: 'wait_pk', sort: 'wait_sk' }] };
    expect(indexWriteUnits(all, undefined, waiting('1', { body: { S: 'x'.repeat(2000) } }))).toBe(2);
  });
});

describe('read units', () => {
  it('are one for each 4 KB begun, half when eventually consistent', () => {
    expect(itemReadUnits(sized(4096), true)).toBe(1);
    expect(itemReadUnits(sized(4097), true)).toBe(2);
    expect(itemReadUnits(sized(4097), false)).toBe(1);
  });

  it('are as many for an item that is not there as for a small one', () => {
    expect(itemReadUnits(undefined, true)).toBe(1);
    expect(itemReadUnits(undefined, false)).toBe(0.5);
  });

  it('of a query go by the sum', () => {
    expect(queryReadUnits([sized(2000), sized(2000)], true)).toBe(1);
    expect(queryReadUnits([sized(2500), sized(2500)], true)).toBe(2);
    expect(queryReadUnits([], false)).toBe(0.5);
  });
});

describe('SQS requests', () => {
  it('are one for each 64 KB begun', () => {
    expect([0, 1, 65_536, 65_537, 640_000].map(requestsFor)).toEqual([1, 1, 1, 2, 10]);
  });
});
