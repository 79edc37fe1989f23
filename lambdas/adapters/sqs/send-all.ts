import type { BatchResultErrorEntry, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { Queue } from './operations.ts';

/** SQS takes ten at once; each is small enough that size is never the limit. */
const BATCH = 10;
const MAX_DELAY_SECONDS = 900;

interface How<T> {
  readonly groupOf?: (task: T) => string;
  readonly delayOf?: (task: T) => number | undefined;
  /** What of it is the message; the whole unless said otherwise. */
  readonly bodyOf?: (task: T) => unknown;
}

/** All or error. Every batch is tried before the error is thrown, so that a repeat has the least left to do. */
export async function sendAll<T>(queue: Queue, tasks: readonly T[], how: How<T> = {}): Promise<void> {
  const batches: SendMessageBatchRequestEntry[][] = [];
  for (let at = 0; at < tasks.length; at += BATCH) {
    batches.push(tasks.slice(at, at + BATCH).map((task, i) => entryOf(task, i, how)));
  }
  const results = await Promise.allSettled(batches.map((batch) => sendBatch(queue, batch)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A delay is rounded up: who comes early finds nothing to do. */
function entryOf<T>(task: T, id: number, how: How<T>): SendMessageBatchRequestEntry {
  const delayMs = how.delayOf?.(task);
  return {
    Id: String(id),
    MessageBody: textOf(how.bodyOf === undefined ? task : how.bodyOf(task)),
    ...(how.groupOf !== undefined && { MessageGroupId: how.groupOf(task) }),
    ...(delayMs !== undefined && { DelaySeconds: Math.min(Math.ceil(delayMs / 1000), MAX_DELAY_SECONDS) }),
  };
}

/** SQS refuses two characters that JSON allows; an owner's name may hold them. */
function textOf(task: unknown): string {
  return JSON.stringify(task).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff');
}

/** Named as SQS names what is its own fault, like any other call: callers tell "later" from "never" by the name. */
function notTaken(failures: readonly BatchResultErrorEntry[], of: number): Error {
  const { Code, Message, SenderFault } = failures.find((failure) => !failure.SenderFault) ?? failures[0]!;
  const error = new Error(`${failures.length} of ${of} messages were not taken: ${Code} ${Message ?? ''}`);
  return Object.assign(error, !SenderFault && { name: 'ServiceUnavailable' });
}

/** What SQS took only in part is sent once more. */
async function sendBatch(
  { client, queueUrl }: Queue,
  entries: SendMessageBatchRequestEntry[],
  again = true,
): Promise<void> {
  const answer = await client.sendBatch({ QueueUrl: queueUrl, Entries: entries });
  const failures = answer.Failed ?? [];
  if (failures.length === 0) return;
  if (!again || failures.every((failure) => failure.SenderFault)) {
    throw notTaken(failures, entries.length);
  }
  const failedIds = new Set(failures.map((failure) => failure.Id));
  await sendBatch(
    { client, queueUrl },
    entries.filter((entry) => failedIds.has(entry.Id)),
    false,
  );
}
