/** The format is https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { singleRecords } from '../../../lambdas/domain/broker/aggregated-records.ts';
import { readBatch } from '../../../lambdas/domain/broker/batch.ts';
import { aBroker } from '../../factories.ts';
import fc from '../../properties.ts';

const ARN = 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream';
const SEQUENCE = '49590338271490256608559692538361571095921575989136588898';
const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];

function recordOf(data: Uint8Array) {
  return {
    eventSource: 'aws:kinesis',
    eventSourceARN: ARN,
    eventID: `shardId-000000000006:${SEQUENCE}`,
    kinesis: {
      partitionKey: 'a',
      sequenceNumber: SEQUENCE,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: 1545084650.987,
    },
  };
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function delimited(number: number, bytes: Uint8Array): number[] {
  return [number * 8 + 2, ...varint(bytes.length), ...bytes];
}

function sealed(message: readonly number[]): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(MAGIC), bytes, createHash('md5').update(bytes).digest()]);
}

/** As the library writes it: keys and hash keys once, and in each record their places, its data and a tag. */
function aggregate(records: readonly (readonly [key: number, data: string])[], keys: readonly string[]) {
  const tag = delimited(4, Buffer.from([...delimited(1, Buffer.from('k'))]));
  return sealed([
    ...keys.flatMap((key) => delimited(1, Buffer.from(key))),
    ...delimited(2, Buffer.from('191415658344158766168031473277922803570')),
    ...records.flatMap(([key, data]) =>
      delimited(3, Buffer.from([8, ...varint(key), 16, 0, ...delimited(3, Buffer.from(data)), ...tag])),
    ),
  ]);
}

function read(...data: Uint8Array[]) {
  const broker = aBroker({ kind: 'kinesis', at: ARN });
  return readBatch([broker], { Records: data.map(recordOf) }).map(({ message, item }) => {
    const { id, sentAt, attributes, body } = message!;
    return { id, sentAt, attributes, body: Buffer.from(body).toString(), item };
  });
}

const same = { sentAt: 1545084650987, item: SEQUENCE };

describe('a record of the producer library', () => {
  test('is the messages inside, each with its own key and id, returned by the one they came in', () => {
    const several = aggregate(
      [
        [0, '{"n":1}'],
        [1, ''],
        [0, 'x'.repeat(300)],
      ],
      ['red', 'blå'],
    );
    const id = `shardId-000000000006:${SEQUENCE}`;
    expect(read(several, Buffer.from('alone'))).toEqual([
      { ...same, id: `${id}:0`, attributes: { 'partition-key': 'red' }, body: '{"n":1}' },
      { ...same, id: `${id}:1`, attributes: { 'partition-key': 'blå' }, body: '' },
      { ...same, id: `${id}:2`, attributes: { 'partition-key': 'red' }, body: 'x'.repeat(300) },
      { ...same, id, attributes: { 'partition-key': 'a' }, body: 'alone' },
    ]);
  });

  test.each([
    [
      'whose digest is wrong',
      aggregate([[0, 'a']], ['k']).map((byte, at, all) => (at < all.length - 1 ? byte : byte ^ 1)),
    ],
    ['that ends early', aggregate([[0, 'a']], ['k']).subarray(0, -5)],
    ['with nothing inside', aggregate([], ['k'])],
    ['one of whose records has no data', sealed([...delimited(3, Buffer.from([8, 0]))])],
    ['that is no protocol buffer behind its first bytes', sealed([0xff])],
    ['of its first bytes alone', Buffer.from(MAGIC)],
  ])('%s is one message, as it came', (_, data) => {
    expect(singleRecords(recordOf(data))).toEqual([recordOf(data)]);
  });

  test('never makes reading throw, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(singleRecords(recordOf(sealed([...bytes]))).length).toBeGreaterThan(0);
      }),
    );
  });
});
