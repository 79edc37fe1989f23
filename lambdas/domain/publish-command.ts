import type { BrokerOrigin, InboundCall } from './event.ts';

/** A key of deduplication, of its project. */
export interface RememberedAs {
  readonly key: string;
  readonly windowMs: number;
}

/** One event somebody wants published: checked, decoded, and not yet routed or stored. */
export interface PublishCommand {
  /** The event's id, when its source makes the same one for every redelivery; otherwise a new one is made. */
  readonly id?: string;
  readonly type: string;
  readonly owner?: string;
  /** The publisher's own id of the event: publishing it again is a repeat. */
  readonly uid?: string;
  readonly contentType: string;
  /** Extra headers; already checked against the reserved ones. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the bytes every receiver gets. */
  readonly body: Uint8Array;
  /** Milliseconds: not delivered before. In the past is at once. */
  readonly deliverAt?: number;
  /** `h:` and the Idempotency-Key header (`h:<key>:<index>` in a batch), or `q:` and the queue message's key. */
  readonly idempotencyKey?: string;
  /** What was published before under this key, less than so long ago, is a repeat: whatever else it holds. */
  readonly rememberAs?: RememberedAs;
  /** The call it came in with, when a source took it in. */
  readonly inbound?: InboundCall;
  /** The message of a broker it was made of. */
  readonly broker?: BrokerOrigin;
}
