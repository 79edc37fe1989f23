import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface Hidden {
  readonly receiptHandle: string;
  readonly seconds: number;
}

const BATCH = 10;
/** Twelve hours, the longest SQS allows. */
const MAX_SECONDS = 43_200;

/**
 * Hides received messages for so long. Best effort: one that can't be changed (its receipt ran out, or SQS failed)
 * shows again after the queue's own timeout, and is then judged again. Gives back how many those are.
 */
export async function hideMessages(
  { client, queueUrl }: { readonly client: SQSClient; readonly queueUrl: string },
  messages: readonly Hidden[],
): Promise<number> {
  const batches: Hidden[][] = [];
  for (let at = 0; at < messages.length; at += BATCH) batches.push(messages.slice(at, at + BATCH));
  const failures = await Promise.all(
    batches.map(async (batch) => {
      const Entries = batch.map(({ receiptHandle, seconds }, i) => ({
        Id: String(i),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), MAX_SECONDS),
      }));
      try {
        const answer = await client.send(
          new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }),
        );
        return answer.Failed?.length ?? 0;
      } catch {
        return batch.length;
      }
    }),
  );
  return failures.reduce((sum, failed) => sum + failed, 0);
}
