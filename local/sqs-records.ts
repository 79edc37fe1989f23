/** How Lambda hands queue messages to a function, and what it makes of the answer. Pure. */
import { REGION } from './template/intrinsics.ts';

/** A message as `ReceiveMessage` gives it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** The same message as an event's record has it. */
export function toRecord(message: ReceivedMessage, queueArn: string) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
    name,
    {
      ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

/**
 * Ids Lambda deletes after a function answered. With `ReportBatchItemFailures` an answer that says nothing is a
 * success of all; one that is malformed, or names a message that was not in the batch, is a failure of all.
 */
export function handledIds(
  ids: readonly string[],
  reportsItemFailures: boolean,
  answer: unknown,
): ReadonlySet<string> {
  const all = new Set(ids);
  if (!reportsItemFailures || answer === null || answer === undefined) return all;
  const none = new Set<string>();
  if (typeof answer !== 'object') return none;
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return all;
  if (!Array.isArray(failures)) return none;
  const handled = new Set(all);
  for (const failure of failures) {
    const { itemIdentifier } = (failure ?? {}) as { itemIdentifier?: unknown };
    if (typeof itemIdentifier !== 'string' || !all.has(itemIdentifier)) return none;
    handled.delete(itemIdentifier);
  }
  return handled;
}
