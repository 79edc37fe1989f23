import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { isFifo, type TopicDestination } from '../../domain/destination/destination.ts';
import { tooLarge } from '../../domain/destination/failure.ts';
import { fifoIds, MAX_MESSAGE_BYTES, queueMessage } from '../../domain/destination/message.ts';
import type { CallService, ClientPlace, ClientSettings } from '../../ports/destinations.ts';

export function snsClient(settings: ClientSettings & ClientPlace): SNSClient {
  return new SNSClient({ ...settings });
}

/** Somebody's topic as a receiver. */
export function snsSendEvent(clientOf: (place: ClientPlace) => SNSClient): CallService<TopicDestination> {
  return async ({ destination, event, headers, place, signal }) => {
    const message = queueMessage(event, headers);
    if (message.bytes > MAX_MESSAGE_BYTES) {
      return { kind: 'refused', ...tooLarge(message.bytes, MAX_MESSAGE_BYTES) };
    }
    const { group, deduplication } = fifoIds(event);
    const command = new PublishCommand({
      TopicArn: destination.arn,
      Message: message.body,
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
