/** A Lambda batch of queue messages over one flow: partial failures, each shown again at the time the flow chose. */
import type { SQSBatchResponse } from 'aws-lambda';
import type { Disposition } from '../flow/deliver/disposition.ts';
import type { Log } from '../ports/log.ts';
import type { QueuedMessage } from '../ports/message-source.ts';
import type { MessageVisibility } from '../ports/message-visibility.ts';

/** SQS lets a message hide for twelve hours from its first receive; room for the receives before. */
const MAX_HIDDEN_SECONDS = 11 * 3600;

export interface BatchWork<T> {
  /** Undefined: not one of ours. It goes to the dead-letter queue alone, after some receives, and its batch mates go on. */
  readonly read: (record: QueuedMessage) => T | undefined;
  readonly run: (messages: readonly T[]) => Promise<ReadonlyMap<string, Disposition>>;
  readonly visibility: MessageVisibility;
  readonly log: Log;
}

/** Answers with the messages of the batch that are to be shown again. */
export type HandleBatch = (event: {
  readonly Records: readonly QueuedMessage[];
}) => Promise<SQSBatchResponse>;

export function sqsBatch<T>(work: BatchWork<T>): HandleBatch {
  return async (event) => {
    const messages: T[] = [];
    const poison = new Set<string>();
    for (const record of event.Records) {
      const message = work.read(record);
      if (message !== undefined) messages.push(message);
      else poison.add(record.messageId);
    }
    for (const id of poison) work.log.error('message.poison', { message: id });
    const dispositions = await work.run(messages);
    const returned = event.Records.flatMap((record) => {
      const seconds = secondsHidden(
        poison.has(record.messageId) ? POISON : dispositions.get(record.messageId),
      );
      return seconds === undefined ? [] : [{ record, seconds }];
    });
    await hide(work, returned);
    return { batchItemFailures: returned.map(({ record }) => ({ itemIdentifier: record.messageId })) };
  };
}

/** Not at once: during a deploy it may be newer than we are, and code that can read it is minutes away. */
const POISON: Disposition = { do: 'again', inMs: 30_000 };

/** Rounded up: a message shown early would find its delivery not yet due. No word about a message returns it, too. */
function secondsHidden(disposition: Disposition | undefined): number | undefined {
  if (disposition?.do === 'done') return undefined;
  return Math.min(Math.ceil((disposition?.inMs ?? 0) / 1000), MAX_HIDDEN_SECONDS);
}

async function hide<T>(
  work: BatchWork<T>,
  returned: readonly { record: QueuedMessage; seconds: number }[],
): Promise<void> {
  if (returned.length === 0) return;
  try {
    await work.visibility.hide(
      returned.map(({ record, seconds }) => ({ receiptHandle: record.receiptHandle, seconds })),
    );
  } catch (cause) {
    work.log.warn('visibility.unchanged', { messages: returned.length, cause: String(cause) });
  }
}

export function receivesOf(record: QueuedMessage): number {
  return Number(record.attributes.ApproximateReceiveCount);
}
