import { expect, test } from 'vitest';
import { handledIds, toRecord } from '../../local/sqs-records.ts';

const IDS = ['a', 'b', 'c'];
const failing = (...items: unknown[]) => ({ batchItemFailures: items });
const named = (id: unknown) => ({ itemIdentifier: id });

test.each([
  ['nothing', undefined, IDS],
  ['null', null, IDS],
  ['an empty object', {}, IDS],
  ['no failures', failing(), IDS],
  ['null for failures', { batchItemFailures: null }, IDS],
  ['one failure', failing(named('b')), ['a', 'c']],
  ['the same failure twice', failing(named('b'), named('b')), ['a', 'c']],
  ['every one failed', failing(named('a'), named('b'), named('c')), []],
  ['an empty identifier', failing(named('')), []],
  ['a null identifier', failing(named(null)), []],
  ['a wrong key', failing({ messageId: 'b' }), []],
  ['a message that was not in the batch', failing(named('a'), named('x')), []],
  ['something that is no list', { batchItemFailures: 'b' }, []],
  ['a text', 'done', []],
])('an answer of %s handles the right messages', (_what, answer, expected) => {
  expect([...handledIds(IDS, true, answer)]).toEqual(expected);
});

test('without the reporting of failures any answer handles all', () => {
  expect([...handledIds(IDS, false, failing(named('a')))]).toEqual(IDS);
});

test('a record has the names Lambda gives its parts', () => {
  const record = toRecord(
    {
      MessageId: 'm',
      ReceiptHandle: 'r',
      Body: 'text',
      MD5OfBody: 'md5',
      Attributes: { ApproximateReceiveCount: '2' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    },
    'arn:aws:sqs:us-east-1:000000000000:q',
  );
  expect(record).toMatchObject({
    messageId: 'm',
    receiptHandle: 'r',
    body: 'text',
    attributes: { ApproximateReceiveCount: '2' },
    messageAttributes: { kind: { dataType: 'String', stringValue: 'x' } },
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
  });
});
