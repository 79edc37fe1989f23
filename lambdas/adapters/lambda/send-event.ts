import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionDestination } from '../../domain/destination/destination.ts';
import { tooLarge } from '../../domain/destination/failure.ts';
import {
  functionPayload,
  MAX_MESSAGE_BYTES,
  MAX_SYNCHRONOUS_BYTES,
} from '../../domain/destination/message.ts';
import type { CallService, ClientPlace, ClientSettings } from '../../ports/destinations.ts';

export function lambdaClient(settings: ClientSettings & ClientPlace): LambdaClient {
  return new LambdaClient({ ...settings });
}

/** Somebody's function as a receiver. */
export function lambdaSendEvent(
  clientOf: (place: ClientPlace) => LambdaClient,
): CallService<FunctionDestination> {
  return async ({ destination, event, headers, place, signal }) => {
    const payload = Buffer.from(JSON.stringify(functionPayload(event, headers)));
    const limit = destination.invocation === 'Event' ? MAX_MESSAGE_BYTES : MAX_SYNCHRONOUS_BYTES;
    if (payload.length > limit) return { kind: 'refused', ...tooLarge(payload.length, limit) };
    const command = new InvokeCommand({
      FunctionName: destination.arn,
      InvocationType: destination.invocation,
      Payload: payload,
    });
    const { FunctionError, Payload, StatusCode, $metadata } = await clientOf(place).send(command, {
      abortSignal: signal,
    });
    const body = Payload ?? new Uint8Array();
    if (FunctionError !== undefined) {
      return { kind: 'refused', error: 'function_failed', detail: errorOf(FunctionError, body) };
    }
    return {
      kind: 'taken',
      statusCode: StatusCode ?? 200,
      requestId: $metadata.requestId,
      body,
    };
  };
}

const MAX_DETAIL_LENGTH = 300;

/** `errorMessage` of what Lambda answers for a function that threw. */
function errorOf(kind: string, body: Uint8Array): string {
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(body).toString());
  } catch {
    return kind;
  }
  const message =
    typeof said === 'object' && said !== null && 'errorMessage' in said ? said.errorMessage : '';
  return typeof message === 'string' && message !== '' ? message.slice(0, MAX_DETAIL_LENGTH) : kind;
}
