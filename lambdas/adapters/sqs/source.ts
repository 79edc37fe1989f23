import type { Message } from '@aws-sdk/client-sqs';
import type { MessageSource, QueuedMessage } from '../../ports/message-source.ts';
import type { Queue } from './operations.ts';

/** Below what the caller's client gives a request; longer, and a worker that is done would wait for nothing. */
const WAIT_SECONDS = 1;
const BATCH = 10;

export function sqsSource({ client, queueUrl }: Queue): MessageSource {
  return {
    async receive() {
      const { Messages } = await client.receive({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: [
          'ApproximateReceiveCount',
          'ApproximateFirstReceiveTimestamp',
          'SentTimestamp',
        ],
      });
      return (Messages ?? []).map(toRecord);
    },
    async remove(messages) {
      for (let at = 0; at < messages.length; at += BATCH) {
        const Entries = messages
          .slice(at, at + BATCH)
          .map(({ receiptHandle: ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
        const answer = await client.deleteBatch({ QueueUrl: queueUrl, Entries });
        const left = answer.Failed?.length ?? 0;
        if (left > 0) throw new Error(`${left} of ${Entries.length} messages were not deleted`);
      }
    },
  };
}

function toRecord({ MessageId, ReceiptHandle, Body, Attributes }: Message): QueuedMessage {
  return {
    messageId: MessageId ?? '',
    receiptHandle: ReceiptHandle ?? '',
    body: Body ?? '',
    attributes: {
      ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? '1',
      ApproximateFirstReceiveTimestamp: Attributes?.ApproximateFirstReceiveTimestamp ?? '0',
      SentTimestamp: Attributes?.SentTimestamp ?? '0',
    },
  };
}
