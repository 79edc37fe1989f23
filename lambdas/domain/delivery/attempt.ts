/** One HTTP call: what was sent where, what came back, and the verdict. */
import type { ErrorCode } from '../error-code.ts';

export type AttemptTrigger = 'first' | 'retry' | 'manual';

/** Milliseconds of each phase that was reached; `dns`, `connect` and `tls` are 0 on a kept-alive connection. */
export interface Phases {
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  readonly send?: number;
  readonly wait?: number;
  readonly read?: number;
}

/** What is kept of a response: at most 16 KiB of its body. */
export interface KeptResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

export interface Attempt {
  /** From 1, without gaps. */
  readonly number: number;
  readonly trigger: AttemptTrigger;
  /** Milliseconds. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly url: string;
  /** `unknown`: the worker stopped after it may have sent and before it recorded. */
  readonly outcome: 'succeeded' | 'failed' | 'unknown';
  readonly error?: ErrorCode;
  /** The evidence behind the error code, e.g. the redirect's target or the certificate's name. */
  readonly detail?: string;
  readonly statusCode?: number;
  /** The address that was dialled. */
  readonly address?: string;
  readonly phases: Phases;
  /** Small responses stand here; larger ones beside the delivery (`aside`). */
  readonly response?: KeptResponse | 'aside';
}

/** A response up to this size (headers and body) rides in the delivery, keeping an ordinary success at one write unit. */
export const INLINE_RESPONSE_BYTES = 256;
export const MAX_KEPT_RESPONSE_BYTES = 16 * 1024;
export const MAX_READ_RESPONSE_BYTES = 64 * 1024;

export function responseSize(response: KeptResponse): number {
  let size = response.body.length;
  for (const [name, value] of Object.entries(response.headers)) size += name.length + value.length;
  return size;
}
