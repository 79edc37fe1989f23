/** One raw inbound call to a source, with its verdict. The publish queue's rejected messages are the first of them. */
import type { FieldError } from './failure.ts';

export interface RejectedRequest {
  readonly id: string;
  readonly project: string;
  readonly source: 'queue';
  /** The queue's own id of the message. */
  readonly messageId: string;
  readonly verdict: 'rejected';
  readonly reason: string;
  readonly errors: readonly FieldError[];
  /** The message as it came, up to `MAX_KEPT_REQUEST_BYTES`. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
  readonly receivedAt: number;
}

export const MAX_KEPT_REQUEST_BYTES = 256 * 1024;
