import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isFifo, type QueueDestination, queueUrlOf } from '../../domain/destination/destination.ts';
import { tooLarge } from '../../domain/destination/failure.ts';
import { fifoIds, MAX_MESSAGE_BYTES, queueMessage } from '../../domain/destination/message.ts';
import type { CallService, ClientPlace, ClientSettings } from '../../ports/destinations.ts';

/** Never calls the host of a queue's URL: where SQS is, region and environment tell. */
export function sqsClient(settings: ClientSettings & ClientPlace): SQSClient {
  return new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
}

/** Somebody's queue as a receiver. */
export function sqsSendEvent(clientOf: (place: ClientPlace) => SQSClient): CallService<QueueDestination> {
  return async ({ destination, event, headers, place, signal }) => {
    const message = queueMessage(event, headers);
    if (message.bytes > MAX_MESSAGE_BYTES) {
      return { kind: 'refused', ...tooLarge(message.bytes, MAX_MESSAGE_BYTES) };
    }
    const { group, deduplication } = fifoIds(event);
    const command = new SendMessageCommand({
      QueueUrl: queueUrlOf(destination),
      MessageBody: message.body,
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, StringValue]) => [
          name,
          { DataType: 'String', StringValue },
        ]),
      ),
      ...(isFifo(destination) && { MessageGroupId: group, MessageDeduplicationId: deduplication }),
    });
    const { MessageId, SequenceNumber, $metadata } = await clientOf(place).send(command, {
      abortSignal: signal,
    });
    const said = { message_id: MessageId, sequence_number: SequenceNumber };
    return {
      kind: 'taken',
      statusCode: $metadata.httpStatusCode ?? 200,
      requestId: $metadata.requestId,
      body: Buffer.from(JSON.stringify(said)),
    };
  };
}
