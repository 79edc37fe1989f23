import type { SQSRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { memoryLog } from '../../lambdas/adapters/memory/log.ts';
import { type Disposition, DONE } from '../../lambdas/flow/deliver/disposition.ts';
import { sqsBatch } from '../../lambdas/handlers/sqs-batch.ts';
import type { HiddenMessage } from '../../lambdas/ports/message-visibility.ts';

const record = (messageId: string, body = messageId) =>
  ({ messageId, body, receiptHandle: `receipt of ${messageId}` }) as SQSRecord;

function batch(dispositions: Record<string, Disposition>, hide = async (_: readonly HiddenMessage[]) => {}) {
  const log = memoryLog();
  const handle = sqsBatch({
    log,
    visibility: { hide },
    read: ({ messageId, body }) => (body === 'poison' ? undefined : messageId),
    run: async () => new Map(Object.entries(dispositions)),
  });
  return { log, handle };
}

test('what is done may go, what is not is shown again when its flow said', async () => {
  const hidden: HiddenMessage[] = [];
  const { handle } = batch({ a: DONE, b: { do: 'again', inMs: 4_200 } }, async (some) => {
    hidden.push(...some);
  });
  const answer = await handle({ Records: [record('a'), record('b')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  expect(hidden).toEqual([{ receiptHandle: 'receipt of b', seconds: 5 }]);
});

test('a poison message fails alone', async () => {
  const { handle, log } = batch({ a: DONE });
  const answer = await handle({ Records: [record('a'), record('x', 'poison')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'x' }] });
  expect(log.lines).toMatchObject([{ level: 'error', what: 'message.poison' }]);
});

test('a message its flow says nothing about is never taken for done', async () => {
  const { handle } = batch({ a: DONE });
  const answer = await handle({ Records: [record('a'), record('b')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
});

test('messages whose time can not be set are still returned', async () => {
  const { handle } = batch({ a: { do: 'again', inMs: 1_000 } }, async () => {
    throw new Error('SQS is away');
  });
  const answer = await handle({ Records: [record('a')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
});
