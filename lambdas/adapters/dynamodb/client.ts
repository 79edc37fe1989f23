import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { DynamoClient } from './operations.ts';

/**
 * The SDK's client as these adapters need it, for the command line: it finds credentials wherever an operator keeps
 * them. Optional fields of ours that are absent are not stored. And an object is a map, whatever its keys are: the SDK
 * asks an object for its `constructor`, and a receiver may send a header of that name.
 */
export function documentClient(client: DynamoDBClient): DynamoClient {
  const document = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
  });
  return {
    get: (input) => document.send(new GetCommand(input)),
    batchGet: (input) => document.send(new BatchGetCommand(input)),
    query: (input) => document.send(new QueryCommand(input)),
    put: (input) => document.send(new PutCommand(input)),
    update: (input) => document.send(new UpdateCommand(input)),
    delete: (input) => document.send(new DeleteCommand(input)),
  };
}
