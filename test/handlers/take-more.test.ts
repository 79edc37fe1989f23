import type { SQSBatchResponse } from 'aws-lambda';
import { expect, test } from 'vitest';
import { LONGEST_TRANSFORMATION_MS } from '../../lambdas/adapters/jsonata/transformer.ts';
import { memoryLog } from '../../lambdas/adapters/memory/log.ts';
import { seededRandom } from '../../lambdas/adapters/memory/random.ts';
import { DELIVER_TIMEOUT_SECONDS } from '../../lambdas/contract/functions.ts';
import { MAX_TIMEOUT_SECONDS } from '../../lambdas/domain/endpoint.ts';
import { takingMore } from '../../lambdas/handlers/take-more.ts';
import type { QueuedMessage } from '../../lambdas/ports/message-source.ts';
import { createVirtualTime } from '../simulation/virtual-time.ts';

const SLOW_MS = 15_000;

const message = (messageId: string): QueuedMessage => ({
  messageId,
  receiptHandle: `receipt of ${messageId}`,
  body: '',
  attributes: {
    ApproximateReceiveCount: '1',
    ApproximateFirstReceiveTimestamp: '0',
    SentTimestamp: '0',
  },
});

/** Messages whose name begins with `slow` take fifteen seconds, the others 100 ms; `bad` ones fail. */
function worker(waiting: string[]) {
  const time = createVirtualTime(0);
  const log = memoryLog();
  const handledAt = new Map<string, number>();
  const removed: string[] = [];
  let receives = 0;
  let fault: Error | undefined;
  const handle = takingMore(
    async ({ Records }): Promise<SQSBatchResponse> => {
      const slow = Records.some(({ messageId }) => messageId.startsWith('slow'));
      await time.sleep(slow ? SLOW_MS : 100);
      for (const { messageId } of Records) handledAt.set(messageId, time.now());
      const bad = Records.filter(({ messageId }) => messageId.startsWith('bad'));
      return { batchItemFailures: bad.map(({ messageId: itemIdentifier }) => ({ itemIdentifier })) };
    },
    {
      stopwatch: time,
      patience: time,
      random: seededRandom(1),
      log,
      source: {
        async receive() {
          receives++;
          if (fault !== undefined) throw fault;
          if (waiting.length === 0) await time.sleep(1_000);
          return waiting.splice(0, 10).map(message);
        },
        async remove(messages) {
          removed.push(...messages.map(({ messageId }) => messageId));
        },
      },
    },
  );
  let answer: SQSBatchResponse | undefined;
  let endedAt = 0;
  return {
    log,
    handledAt,
    removed,
    waiting,
    receives: () => receives,
    breakQueue: (cause: Error) => {
      fault = cause;
    },
    async run(given: string[]) {
      void handle({ Records: given.map(message) }).then((said) => {
        answer = said;
        endedAt = time.now();
      });
      await time.runUntilQuiet(100_000);
      return { answer, endedAt };
    },
  };
}

test('an ordinary batch takes nothing and asks for nothing', async () => {
  const one = worker(['next']);
  expect(await one.run(['a', 'bad b'])).toEqual({
    answer: { batchItemFailures: [{ itemIdentifier: 'bad b' }] },
    endedAt: 100,
  });
  expect(one.receives()).toBe(0);
});

test('while a slow receiver holds the batch, others are served, and what is done is deleted', async () => {
  const one = worker(['c', 'bad d']);
  const { answer, endedAt } = await one.run(['slow a', 'b']);
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(endedAt).toBeLessThan(SLOW_MS + 2_000);
  expect(one.handledAt.get('c')).toBeLessThan(1_000);
  expect(one.removed).toEqual(['c']);
});

test('it takes no more than it can hold', async () => {
  const one = worker(Array.from({ length: 200 }, (_, index) => `slow ${index}`));
  await one.run(['slow first']);
  const inTheFirst = [...one.handledAt.values()].filter((at) => at <= SLOW_MS + 1_000);
  expect(inTheFirst.length).toBeLessThanOrEqual(60);
  expect(inTheFirst.length).toBeGreaterThan(40);
});

test('it ends within its time limit, however many slow ones there are', async () => {
  const one = worker(Array.from({ length: 5_000 }, (_, index) => `slow ${index}`));
  const { endedAt } = await one.run(['slow first']);
  expect(endedAt).toBeLessThan(60_000 - SLOW_MS);
  expect(one.waiting.length).toBeGreaterThan(4_000);
});

test('a queue that gives nothing is asked no more, and the batch is answered', async () => {
  const one = worker([]);
  one.breakQueue(new Error('SQS is away'));
  const { answer } = await one.run(['slow a']);
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(one.receives()).toBe(1);
  expect(one.log.lines).toMatchObject([{ level: 'warn', what: 'more.not_received' }]);
});

test('the longest attempts of what it took last, transformation and all, end three seconds before its time', async () => {
  const time = createVirtualTime(0);
  let endedAt = Number.POSITIVE_INFINITY;
  const handle = takingMore(
    async () => {
      await time.sleep(LONGEST_TRANSFORMATION_MS + MAX_TIMEOUT_SECONDS * 1000);
      return { batchItemFailures: [] };
    },
    {
      stopwatch: time,
      patience: time,
      random: { ...seededRandom(1), uniform: () => 0.999_999 },
      log: memoryLog(),
      source: {
        async receive() {
          await time.sleep(1_000);
          return [message('slow')];
        },
        remove: async () => {},
      },
    },
  );
  void handle({ Records: [message('first')] }).then(() => {
    endedAt = time.now();
  });
  await time.runUntilQuiet(200_000);
  expect(endedAt).toBeLessThanOrEqual(DELIVER_TIMEOUT_SECONDS * 1000 - 3_000);
});
