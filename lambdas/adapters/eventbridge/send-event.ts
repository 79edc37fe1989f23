import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusDestination } from '../../domain/destination/destination.ts';
import { meaningOf, tooLarge } from '../../domain/destination/failure.ts';
import { busEntry, MAX_MESSAGE_BYTES } from '../../domain/destination/message.ts';
import type { CallService, ClientPlace, ClientSettings } from '../../ports/destinations.ts';

export function eventBridgeClient(settings: ClientSettings & ClientPlace): EventBridgeClient {
  return new EventBridgeClient({ ...settings });
}

/** Somebody's event bus as a receiver. */
export function eventBridgeSendEvent(
  clientOf: (place: ClientPlace) => EventBridgeClient,
): CallService<BusDestination> {
  return async ({ destination, event, place, signal }) => {
    const entry = busEntry(event, destination.source);
    if (entry.bytes > MAX_MESSAGE_BYTES) {
      return { kind: 'refused', ...tooLarge(entry.bytes, MAX_MESSAGE_BYTES) };
    }
    const command = new PutEventsCommand({
      Entries: [
        {
          EventBusName: destination.arn,
          Source: destination.source,
          DetailType: entry.detailType,
          Detail: entry.detail,
          Time: new Date(entry.time),
          Resources: [...entry.resources],
        },
      ],
    });
    const { Entries, $metadata } = await clientOf(place).send(command, { abortSignal: signal });
    const [put] = Entries ?? [];
    // The call can succeed and its only entry fail; an entry has no status, only a code.
    if (put?.ErrorCode !== undefined) {
      const statusCode = put.ErrorCode === 'InternalFailure' ? 500 : 400;
      const refusal = { name: put.ErrorCode, message: put.ErrorMessage ?? '', statusCode };
      return { kind: 'refused', ...meaningOf(refusal) };
    }
    return {
      kind: 'taken',
      statusCode: $metadata.httpStatusCode ?? 200,
      requestId: $metadata.requestId,
      body: Buffer.from(JSON.stringify({ event_id: put?.EventId })),
    };
  };
}
