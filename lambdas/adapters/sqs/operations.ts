/** The operations of SQS our queues need, in and out as they travel, whichever client carries them. */
import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
} from '@aws-sdk/client-sqs';
import type { CallAws } from '../../aws/json-client.ts';

type Failures<Output extends { Failed?: unknown }> = Promise<Pick<Output, 'Failed'>>;

/** Each rejects with an error named as SQS names it; what a batch failed in is part of its answer. */
export interface SqsOperations {
  sendBatch(input: SendMessageBatchCommandInput): Failures<Partial<SendMessageBatchCommandOutput>>;
  receive(input: ReceiveMessageCommandInput): Promise<Pick<ReceiveMessageCommandOutput, 'Messages'>>;
  deleteBatch(input: DeleteMessageBatchCommandInput): Failures<Partial<DeleteMessageBatchCommandOutput>>;
  changeVisibilityBatch(
    input: ChangeMessageVisibilityBatchCommandInput,
  ): Failures<Partial<ChangeMessageVisibilityBatchCommandOutput>>;
}

/** One queue of ours. */
export interface Queue {
  readonly client: SqsOperations;
  readonly queueUrl: string;
}

/** SQS over its own protocol. Where it is follows from region and environment, never from a queue's URL. */
export function jsonSqsClient(call: CallAws): SqsOperations {
  return {
    sendBatch: (input) => call('SendMessageBatch', input),
    receive: (input) => call('ReceiveMessage', input),
    deleteBatch: (input) => call('DeleteMessageBatch', input),
    changeVisibilityBatch: (input) => call('ChangeMessageVisibilityBatch', input),
  };
}
