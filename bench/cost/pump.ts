/** Lambda's side of a busy queue: full batches of ten, and what a function did not return is deleted in one call. */
import { callAws } from '../../local/aws-json.ts';
import { handledIds, type ReceivedMessage, toRecord } from '../../local/sqs-records.ts';
import type { QueueName, Services } from './services.ts';

const BATCH = 10;
const MAX_INVOCATIONS = 10_000;

export interface Pump {
  /** Until nothing is visible, or for so many invocations. Messages the function gave back are remembered, hidden as it chose. */
  drain(
    queue: QueueName,
    invoke: (event: unknown, events: number) => Promise<unknown>,
    invocations?: number,
  ): Promise<void>;
  /** Makes the remembered ones visible, as if their time had come: not a call anybody pays for. */
  showHidden(): Promise<void>;
  /** Throws away what is visible. */
  purge(queue: QueueName): Promise<void>;
  /** Makes delayed ones visible whose time has come. */
  showDue(now: number): Promise<void>;
}

export function createPump({ sqs, url, delays }: Services): Pump {
  let hidden: { readonly queue: QueueName; readonly receiptHandle: string }[] = [];
  const counted = (queue: QueueName, operation: string, input: object) =>
    callAws(sqs.counted, 'sqs', operation, { QueueUrl: url(queue, sqs.counted), ...input });
  const past = (queue: QueueName, operation: string, input: object) =>
    callAws(sqs.past, 'sqs', operation, { QueueUrl: url(queue, sqs.past), ...input });

  async function visible(queue: QueueName): Promise<number> {
    const names = ['ApproximateNumberOfMessages'];
    const { Attributes } = await past(queue, 'GetQueueAttributes', { AttributeNames: names });
    return Number((Attributes as Record<string, string>).ApproximateNumberOfMessages);
  }

  return {
    async drain(queue, invoke, invocations = Number.POSITIVE_INFINITY) {
      for (let round = 0; round < invocations && (await visible(queue)) > 0; round++) {
        if (round === MAX_INVOCATIONS) throw new Error(`the ${queue} queue does not get empty`);
        const { Messages } = await counted(queue, 'ReceiveMessage', {
          MaxNumberOfMessages: BATCH,
          MessageSystemAttributeNames: ['All'],
        });
        const messages = Messages as ReceivedMessage[];
        const answer = await invoke(
          { Records: messages.map((message) => toRecord(message, `arn:aws:sqs:us-east-1:0:${queue}`)) },
          messages.length,
        );
        const handled = handledIds(
          messages.map((message) => message.MessageId),
          true,
          answer,
        );
        const done = messages.filter((message) => handled.has(message.MessageId));
        const rest = messages.filter((message) => !handled.has(message.MessageId));
        hidden.push(...rest.map(({ ReceiptHandle }) => ({ queue, receiptHandle: ReceiptHandle })));
        if (done.length === 0) continue;
        await counted(queue, 'DeleteMessageBatch', {
          Entries: done.map((message) => ({ Id: message.MessageId, ReceiptHandle: message.ReceiptHandle })),
        });
      }
    },
    async showHidden() {
      const shown = hidden;
      hidden = [];
      for (const { queue, receiptHandle } of shown) {
        // In a batch of one: a message whose time has come meanwhile is a failure in the answer, and none here.
        const entry = { Id: '0', ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
        await past(queue, 'ChangeMessageVisibilityBatch', { Entries: [entry] });
      }
    },
    async purge(queue) {
      await past(queue, 'PurgeQueue', {});
    },
    async showDue(now) {
      for (const { queue, entry } of delays.takeDue(now)) {
        await past(queue as QueueName, 'SendMessageBatch', { Entries: [entry] });
      }
    },
  };
}
