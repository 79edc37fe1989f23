/** One raw call to a source, with its verdict: a refused message of the publish queue, or any call to an HTTP source. */
import type { FieldError } from './failure.ts';

/** A message of the publish queue, or of a broker, that was refused. */
export interface RejectedRequest {
  readonly id: string;
  readonly project: string;
  readonly source: 'queue' | 'broker';
  /** The broker's name in the settings. */
  readonly broker?: string;
  /** The queue's or the broker's own id of the message; empty when it has none. */
  readonly messageId: string;
  readonly verdict: 'rejected';
  readonly reason: string;
  readonly errors: readonly FieldError[];
  /** The message as it came, up to `MAX_KEPT_REQUEST_BYTES`. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
  readonly receivedAt: number;
}

/**
 * What became of a call: an event (`accepted`), nothing new (`duplicate`), an answer the sender's protocol asks for
 * (`answered`), or a refusal.
 */
export type CallVerdict = 'accepted' | 'duplicate' | 'answered' | 'rejected';

/** A call to an HTTP source. */
export interface CallRequest {
  readonly id: string;
  readonly project: string;
  readonly source: 'http';
  readonly sourceId: string;
  readonly verdict: CallVerdict;
  /** A code: why it was refused, or what was answered; empty for an event. */
  readonly reason: string;
  /** One sentence for people. */
  readonly detail: string;
  /** The event it became, or the one it repeats. The event holds headers and body. */
  readonly event?: string;
  /** What the sender was answered. */
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly address: string;
  /** Empty where an event holds them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Up to `MAX_KEPT_CALL_BYTES`; empty where an event holds it. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
  readonly receivedAt: number;
}

export type KeptRequest = RejectedRequest | CallRequest;

export const MAX_KEPT_REQUEST_BYTES = 256 * 1024;
/** Of a call that was not believed: anybody can make one. */
export const MAX_KEPT_CALL_BYTES = 16 * 1024;
/** So long are calls kept that did not become an event. */
export const REJECTED_RETENTION_MS = 24 * 3600_000;
