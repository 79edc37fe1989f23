import { describe, expect, it } from 'vitest';
import { billOf, unbilledMeters, usd } from '../../bench/cost/bill.ts';
import { meterDynamo } from '../../bench/cost/meter-dynamodb.ts';
import { meterSqs } from '../../bench/cost/meter-sqs.ts';
import { createShadow } from '../../bench/cost/shadow.ts';
import { align } from '../../bench/cost/table.ts';
import { createTally, NOTHING } from '../../bench/cost/usage.ts';

const SHAPES = new Map([
  ['log', { partition: 'pk', sort: 'sk', indexes: [{ name: 'due', partition: 'wait', sort: 'sk' }] }],
]);
const item = (more: object = {}) => ({ pk: { S: 'p' }, sk: { S: 's' }, ...more });
const put = (Item: object) => ({ operation: 'PutItem', input: { TableName: 'log', Item }, output: {} });

function aMeter(read: () => Promise<undefined> = async () => undefined) {
  const tally = createTally();
  return { tally, meter: meterDynamo({ tally, shapes: SHAPES, shadow: createShadow(SHAPES), read }) };
}

describe('DynamoDB calls', () => {
  it('a write pays for what it replaces', async () => {
    const { tally, meter } = aMeter();
    await meter.count(put(item({ body: { S: 'x'.repeat(2500) } })));
    expect(tally.take().writeUnits).toBe(3);
    await meter.count(put(item()));
    expect(tally.take().writeUnits).toBe(3);
    await meter.count(put(item()));
    expect(tally.take().writeUnits).toBe(1);
  });

  it('a write whose condition failed is paid for, touches no index and changes nothing', async () => {
    const { tally, meter } = aMeter();
    const refused = { ...put(item({ wait: { S: 'w' } })), output: undefined };
    await meter.count({ ...refused, error: 'ConditionalCheckFailedException' });
    expect(tally.take().writeUnits).toBe(1);
    await meter.count(put(item({ wait: { S: 'w' } })));
    expect(tally.take().writeUnits).toBe(2);
  });

  it('a call that was throttled costs nothing', async () => {
    const { tally, meter } = aMeter();
    await meter.count({ ...put(item()), output: undefined, error: 'ProvisionedThroughputExceededException' });
    expect(tally.take()).toEqual(NOTHING);
  });

  it('a batch read pays for each item by itself, absent ones too', async () => {
    const { tally, meter } = aMeter();
    await meter.count({
      operation: 'BatchGetItem',
      input: { RequestItems: { log: { Keys: [item(), item(), item()], ConsistentRead: true } } },
      output: { Responses: { log: [item({ body: { S: 'x'.repeat(5000) } })] }, UnprocessedKeys: {} },
    });
    expect(tally.take().readUnits).toBe(4);
  });

  it('an operation without a price stops the count', async () => {
    const { meter } = aMeter();
    const call = { operation: 'TransactWriteItems', input: { TableName: 'log' }, output: {} };
    await expect(meter.count(call)).rejects.toThrow('TransactWriteItems has no meter');
  });
});

describe('SQS calls', () => {
  it('a batch of ten is one request; a fair queue pays its surcharge on every request', () => {
    const tally = createTally();
    const meter = meterSqs(tally);
    const QueueUrl = 'http://127.0.0.1/0/delivery';
    const Entries = Array.from({ length: 10 }, () => ({
      MessageBody: 'x'.repeat(6000),
      MessageGroupId: 'ep',
    }));
    meter.count('SendMessageBatch', { QueueUrl, Entries }, {});
    meter.count(
      'ReceiveMessage',
      { QueueUrl },
      { Messages: Entries.map(() => ({ Body: 'x'.repeat(7000) })) },
    );
    meter.count('DeleteMessageBatch', { QueueUrl, Entries: [] }, {});
    meter.count('SendMessage', { QueueUrl: 'http://127.0.0.1/0/wake', MessageBody: '{}' }, {});
    expect(tally.take()).toEqual({ ...NOTHING, sqsRequests: 1 + 2 + 1 + 1, fairRequests: 1 + 2 + 1 });
  });
});

describe('storage', () => {
  it('is paid by byte and time until the row expires, index entries included, and not for configuration', async () => {
    const shadow = createShadow(SHAPES);
    const inTwoMonths = { expires: { N: String(60 * 86_400) } };
    shadow.set('log\nplain', item(inTwoMonths));
    shadow.set('log\nwaiting', item({ ...inTwoMonths, wait: { S: 'w' } }));
    shadow.set('log\nconfiguration', item());
    const plain = 2 + 1 + 2 + 1 + 7 + 3;
    const entry = plain + 5;
    expect(shadow.takeByteMonths(0)).toBeCloseTo(2 * (plain + 100 + 2 * (entry + 100)), 6);
    expect(shadow.takeByteMonths(0)).toBe(0);
  });
});

describe('the bill', () => {
  it('has every meter in one line and no more', () => {
    expect(unbilledMeters()).toEqual([]);
  });

  it('is the sum of its lines; storage and logs come on top of handling', () => {
    const bill = billOf({ ...NOTHING, writeUnits: 3, httpRequests: 1, fairRequests: 2, sqsRequests: 2 });
    expect(bill.handling).toBeCloseTo(3 * 0.625 + 1 + 2 * 0.5, 10);
    expect(bill.total).toBe(bill.handling);
    const kept = billOf({ ...NOTHING, logBytes: 1e3, storedByteMonths: 1e3 });
    expect(kept).toMatchObject({ handling: 0, total: 0.5 + 0.25 });
    expect(usd('natBytes', 1e9)).toBeCloseTo(0.045, 10);
  });

  it('prints columns that line up', () => {
    expect(
      align([
        ['name', 'units'],
        ['one', '1.00'],
        ['another', '12.00'],
      ]),
    ).toBe(['name     units', 'one       1.00', 'another  12.00'].join('\n'));
  });
});
