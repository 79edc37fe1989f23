/** Counts SQS calls as they are billed: one request for each 64 KB begun, a batch of ten as one call. */
import type { Tally } from './usage.ts';

const BILLING_BYTES = 64 * 1024;

type Fields = Readonly<Record<string, unknown>>;

interface Message {
  readonly MessageBody?: string;
  readonly Body?: string;
  readonly MessageGroupId?: string;
  readonly MessageAttributes?: Readonly<Record<string, Fields>>;
}

export interface SqsMeter {
  count(operation: string, input: Fields, output: Fields): void;
}

/** @throws Error at an operation it knows no price for */
export function meterSqs(tally: Tally): SqsMeter {
  // A queue that has seen a message group is a fair queue, and every request to it pays the surcharge.
  const fair = new Set<string>();
  return {
    count(operation, input, output) {
      const queue = String(input.QueueUrl).replace(/^.*\//, '');
      const messages = messagesOf(operation, input, output);
      if (messages.some((message) => message.MessageGroupId !== undefined)) fair.add(queue);
      const requests = requestsFor(messages.reduce((total, message) => total + messageBytes(message), 0));
      tally.add('sqsRequests', requests);
      if (fair.has(queue)) tally.add('fairRequests', requests);
    },
  };
}

export function requestsFor(payloadBytes: number): number {
  return Math.max(1, Math.ceil(payloadBytes / BILLING_BYTES));
}

/** What travels: the messages sent or received. The other calls carry no payload. */
function messagesOf(operation: string, input: Fields, output: Fields): readonly Message[] {
  switch (operation) {
    case 'SendMessage':
      return [input as Message];
    case 'SendMessageBatch':
      return input.Entries as Message[];
    case 'ReceiveMessage':
      return (output.Messages ?? []) as Message[];
    case 'DeleteMessage':
    case 'DeleteMessageBatch':
    case 'ChangeMessageVisibility':
    case 'ChangeMessageVisibilityBatch':
      return [];
    default:
      throw new Error(`SQS ${operation} has no meter`);
  }
}

/** The body and the attributes: names, types and values. */
function messageBytes(message: Message): number {
  let bytes = Buffer.byteLength(message.MessageBody ?? message.Body ?? '');
  for (const [name, attribute] of Object.entries(message.MessageAttributes ?? {})) {
    bytes += Buffer.byteLength(name + String(attribute.DataType) + String(attribute.StringValue ?? ''));
  }
  return bytes;
}
