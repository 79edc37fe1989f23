import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeliveryQueue, FanoutQueue, WakeQueue } from '../../ports/queues.ts';

/** SQS takes ten at once; each is small enough that size is never the limit. */
const BATCH = 10;

interface Queue {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/** Message groups on a standard queue ask for fairness, not order: an endpoint with many tasks waits behind itself. */
export function sqsDeliveryQueue(queue: Queue): DeliveryQueue {
  return { sendDeliveries: (tasks) => sendAll(queue, tasks, (task) => task.endpoint) };
}

export function sqsFanoutQueue(queue: Queue): FanoutQueue {
  return { sendFanouts: (tasks) => sendAll(queue, tasks) };
}

export function sqsWakeQueue(queue: Queue): WakeQueue {
  return { sendWakes: (tasks) => sendAll(queue, tasks) };
}

/** All or error. Every batch is tried before the error is thrown, so that a repeat has the least left to do. */
async function sendAll<T>(queue: Queue, tasks: readonly T[], groupOf?: (task: T) => string): Promise<void> {
  const batches: SendMessageBatchRequestEntry[][] = [];
  for (let at = 0; at < tasks.length; at += BATCH) {
    batches.push(tasks.slice(at, at + BATCH).map((task, i) => entryOf(task, i, groupOf)));
  }
  const results = await Promise.allSettled(batches.map((batch) => sendBatch(queue, batch)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function entryOf<T>(task: T, id: number, groupOf?: (task: T) => string): SendMessageBatchRequestEntry {
  return {
    Id: String(id),
    MessageBody: textOf(task),
    ...(groupOf !== undefined && { MessageGroupId: groupOf(task) }),
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
  const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
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
