/** From what the wire gave to a verdict on the attempt. Success is 2xx with complete headers, nothing else. */

import type { ErrorCode, StatusError, TransportError } from '../error-code.ts';
import { parseRetryAfter } from '../retry/retry.ts';
import type { KeptResponse, Phases } from './attempt.ts';

interface Measured {
  readonly durationMs: number;
  readonly phases: Phases;
  readonly address?: string;
}

/** What one HTTP call gave. `our_fault` means no request left because of us; it never uses up an attempt. */
export type HttpResult =
  | ({ readonly kind: 'response'; readonly statusCode: number; readonly response: KeptResponse } & Measured)
  | ({ readonly kind: 'no_response'; readonly error: TransportError; readonly detail?: string } & Measured)
  | { readonly kind: 'our_fault'; readonly detail: string };

export type Verdict =
  | { readonly outcome: 'succeeded'; readonly stop?: 'gone' }
  | {
      readonly outcome: 'failed';
      readonly error: ErrorCode;
      readonly detail?: string;
      readonly retryAfterSeconds?: number;
      /**
       * `gone`: stop at once and disable the endpoint. `abort`: the receiver wants no more attempts of this delivery.
       * `never`: no other attempt could succeed. `hold`: none can until its subscription is changed.
       */
      readonly stop?: 'gone' | 'abort' | 'never' | 'hold';
    };

/** A redirect's target may be as long as the receiver likes; the record keeps what tells where it points. */
const MAX_TARGET_LENGTH = 300;

export function judge(result: Exclude<HttpResult, { kind: 'our_fault' }>, now: number): Verdict {
  if (result.kind === 'no_response') {
    return {
      outcome: 'failed',
      error: result.error,
      ...(result.detail !== undefined && { detail: result.detail }),
      ...(result.error === 'destination_too_large' && { stop: 'never' }),
      ...(result.error === 'transformation_failed' && { stop: 'hold' }),
    };
  }
  const { statusCode, response } = result;
  const asked = deliveryControl(response.headers['webhook-delivery']);
  if (statusCode >= 200 && statusCode <= 299) {
    return { outcome: 'succeeded', ...(asked === 'gone' && { stop: 'gone' }) };
  }
  if (statusCode === 410) return { outcome: 'failed', error: 'gone', stop: 'gone' };
  const retryAfterSeconds = parseRetryAfter(response.headers['retry-after'], now);
  const { location } = response.headers;
  const error = errorOfStatus(statusCode);
  return {
    outcome: 'failed',
    error,
    ...(error === 'redirect' && location !== undefined && { detail: `to ${shorten(location)}` }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(asked !== undefined && { stop: asked }),
  };
}

/** What the receiver asks for with `webhook-delivery`, a response header Svix obeys too. Other values say nothing. */
function deliveryControl(header: string | undefined): 'gone' | 'abort' | undefined {
  switch (header?.trim().toLowerCase()) {
    case 'disable':
      return 'gone';
    case 'abort-message':
      return 'abort';
    default:
      return undefined;
  }
}

function shorten(target: string): string {
  return target.length <= MAX_TARGET_LENGTH ? target : `${target.slice(0, MAX_TARGET_LENGTH)}…`;
}

function errorOfStatus(status: number): StatusError {
  // 304 has no target to name: it answers a conditional request, and we never make one.
  if (status >= 300 && status <= 399 && status !== 304) return 'redirect';
  switch (status) {
    case 401:
    case 403:
      return 'unauthorized';
    case 404:
    case 405:
      return 'not_found';
    case 413:
      return 'payload_too_large';
    case 429:
      return 'rate_limited';
    case 502:
    case 503:
    case 504:
      return 'gateway_error';
  }
  if (status >= 400 && status <= 499) return 'client_error';
  if (status >= 500 && status <= 599) return 'server_error';
  return 'unexpected_status';
}
