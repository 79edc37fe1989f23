import type { HiddenMessage, MessageVisibility } from '../../ports/message-visibility.ts';
import type { Queue } from './operations.ts';

const BATCH = 10;
/** Twelve hours, the longest SQS allows. */
const MAX_SECONDS = 43_200;

/** Tries every message before it throws that some could not be changed (their receipt ran out, or SQS failed). */
export function sqsVisibility(queue: Queue): MessageVisibility {
  return {
    async hide(messages) {
      const batches: HiddenMessage[][] = [];
      for (let at = 0; at < messages.length; at += BATCH) batches.push(messages.slice(at, at + BATCH));
      const failures = await Promise.all(batches.map((batch) => hideBatch(queue, batch)));
      const unchanged = failures.reduce((sum, failed) => sum + failed, 0);
      if (unchanged > 0) throw new Error(`${unchanged} of ${messages.length} messages keep their timeout`);
    },
  };
}

async function hideBatch({ client, queueUrl }: Queue, batch: readonly HiddenMessage[]): Promise<number> {
  const Entries = batch.map(({ receiptHandle, seconds }, i) => ({
    Id: String(i),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), MAX_SECONDS),
  }));
  try {
    const answer = await client.changeVisibilityBatch({ QueueUrl: queueUrl, Entries });
    return answer.Failed?.length ?? 0;
  } catch {
    return batch.length;
  }
}
