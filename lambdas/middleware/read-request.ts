import type { MiddlewareObj } from '@middy/core';
import { type Failure, invalid } from '../domain/failure.ts';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../domain/idempotency.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HttpEvent } from './http-event.ts';
import { type HttpResponse, refuse } from './respond.ts';

const KEY_SHAPE = /^[\x20-\x7e]+$/;

/** Decodes the body and reads the idempotency key. */
export function readRequest(): MiddlewareObj<HttpEvent, HttpResponse> {
  return {
    before: ({ event }) => {
      const { requestId, http } = event.requestContext;
      const text = bodyText(event);
      if (!text.ok) return refuse(text.failure, requestId);
      event.text = text.value;
      const key = event.headers['idempotency-key'];
      if (http.method !== 'POST' || key === undefined) return undefined;
      if (key.length > MAX_IDEMPOTENCY_KEY_LENGTH || !KEY_SHAPE.test(key)) {
        const detail = `use 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`;
        return refuse(invalid('Idempotency-Key', 'bad_format', detail), requestId);
      }
      event.idempotencyKey = key;
      return undefined;
    },
  };
}

/** API Gateway hands over base64 whenever the content type is not a text's. */
function bodyText(event: HttpEvent): Result<string | undefined, Failure> {
  if (event.body === undefined || event.body === '') return ok(undefined);
  // A byte order mark is no part of the text; the decoder below takes it off too.
  if (!event.isBase64Encoded) return ok(event.body.replace(/^\ufeff/, ''));
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(event.body, 'base64')));
  } catch {
    return fail({ kind: 'malformed_json', detail: 'it is not UTF-8' });
  }
}
