/**
 * Lambda's event source mapping for a standard SQS queue, with the numbers AWS states (Lambda developer guide,
 * "configuring scaling behaviour for SQS event source mappings"; the provisioned mode is not what our stack asks for:
 * it excludes a maximum concurrency, and its pollers cost money while nothing happens):
 *
 * - It begins with five pollers, each of which reads up to a batch and invokes the function with what it got: without
 *   a batching window that may be one message.
 * - While messages are left it adds up to 300 concurrent invocations a minute, up to the mapping's maximum concurrency
 *   (and 1,250 without one). With a maximum set it does not fall below five.
 * - A poller is held for as long as its invocation runs: one slow receiver in a batch holds the place of all ten.
 * - With partial batch responses it deletes what is not reported as failed. A function that threw, or was ended at its
 *   time limit, reported nothing, and the batch comes back after the queue's visibility timeout.
 * - The account's concurrency (1,000 by default) is above the maximum, so no invocation is throttled here.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Dice } from './dice.ts';
import type { FairQueue } from './fair-queue.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface EventSourceRules {
  /** Of the mapping, as the stack sets it. */
  readonly maxConcurrency: number;
}

const FIRST_POLLERS = 5;
const ADDED_PER_SECOND = 300 / 60;
/** A receive that finds something, and the start of an invocation. */
const POLL_MS = [8, 25] as const;

export function startEventSource(
  world: { readonly time: VirtualTime; readonly dice: Dice },
  queue: FairQueue,
  consume: (event: SQSEvent) => Promise<SQSBatchResponse>,
  { maxConcurrency }: EventSourceRules,
): void {
  const { time, dice } = world;
  let pollers = 0;

  const runPoller = async (): Promise<void> => {
    for (;;) {
      await queue.whenVisible();
      await time.sleep(dice.between(...POLL_MS));
      const records = queue.take();
      if (records.length === 0) continue;
      const failed = await consume({ Records: records }).then(
        ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
        () => new Set(records.map(({ messageId }) => messageId)),
      );
      await queue.remove(records.filter(({ messageId }) => !failed.has(messageId)));
    }
  };

  const add = (): void => {
    if (pollers >= maxConcurrency) return;
    pollers++;
    void runPoller();
  };

  const grow = (): void => {
    if (queue.visible() > 0) for (let more = 0; more < ADDED_PER_SECOND; more++) add();
    if (pollers < maxConcurrency) time.at(time.now() + 1_000, grow);
  };

  for (let first = 0; first < FIRST_POLLERS; first++) add();
  time.at(time.now() + 1_000, grow);
}
