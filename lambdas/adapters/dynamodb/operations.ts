/** The operations of DynamoDB our adapters use, with plain values in and out, whichever client carries them. */
import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb';

/** Each rejects with an error named as DynamoDB names it. */
export interface DynamoClient {
  get(input: GetCommandInput): Promise<Pick<GetCommandOutput, 'Item'>>;
  batchGet(
    input: BatchGetCommandInput,
  ): Promise<Pick<BatchGetCommandOutput, 'Responses' | 'UnprocessedKeys'>>;
  query(input: QueryCommandInput): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>;
  put(input: PutCommandInput): Promise<Pick<PutCommandOutput, 'Attributes'>>;
  update(input: UpdateCommandInput): Promise<Pick<UpdateCommandOutput, 'Attributes'>>;
  delete(input: DeleteCommandInput): Promise<Pick<DeleteCommandOutput, 'Attributes'>>;
}
