/** An event: immutable once stored. Its body is delivered byte for byte. */

/** Most a body may hold, before base64: SQS and API Gateway both carry it, and receivers rarely take more. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Above this a body lives in the bucket: a DynamoDB item ends at 400 KB. */
export const INLINE_BODY_BYTES = 200 * 1024;
/** More matches than this are fanned out by a task of their own, so that publishing stays one short request. */
export const MAX_DIRECT_MATCHES = 100;

/**
 * `digest`: of the body, where another call may try to make the same event of other bytes, as under a key of
 * deduplication. It is part of the object's name, so that such a call never writes over this body.
 */
export interface BodyInBucket {
  readonly at: 'bucket';
  readonly size: number;
  readonly digest?: string;
}

export type BodyPlace = { readonly at: 'inline'; readonly bytes: Uint8Array } | BodyInBucket;

export type EventSource = 'api' | 'queue' | 'test' | 'inbound' | 'broker';

/** How an event came in over a source: what routing and rewriting look at, beside the body. */
export interface InboundCall {
  /** The source's id. */
  readonly source: string;
  readonly method: string;
  /** Behind the source's address: empty, or `/orders/1`. */
  readonly path: string;
  /** As sent, without its question mark. */
  readonly query: string;
  /** Names in lower case; a name given several times has its values joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the sender. */
  readonly address: string;
}

/** The message of a broker that an event was made of. */
export interface BrokerOrigin {
  /** The broker's name in the settings. */
  readonly name: string;
  /** The broker's own id of the message, when it has one. */
  readonly message?: string;
  /** What filters call headers. Names in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MatchedEndpoints {
  readonly endpoints: readonly string[];
  /** By endpoint, the subscription that has it go out rewritten; absent when none does. */
  readonly via?: Readonly<Record<string, string>>;
}

/** Which endpoints the event went to: listed in the event, or in chunks beside it for large fan-outs. */
export type Matches = ({ readonly kind: 'listed' } & MatchedEndpoints) | { readonly kind: 'chunked' };

export interface Event {
  readonly id: string;
  readonly project: string;
  readonly owner?: string;
  readonly type: string;
  readonly source: EventSource;
  readonly uid?: string;
  readonly contentType: string;
  /** Extra headers the publisher asked for; already checked against the reserved ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyPlace;
  readonly matches: Matches;
  /** When it came in over a source. */
  readonly inbound?: InboundCall;
  /** When it came from a broker. */
  readonly broker?: BrokerOrigin;
  /** Milliseconds: not delivered before. Absent when that is at once. */
  readonly deliverAt?: number;
  /** Milliseconds; the time inside the id. */
  readonly createdAt: number;
}

/** What an attempt needs of an event: small ones ride inside the delivery task, the others are read. */
export interface EventToSend {
  readonly id: string;
  readonly type: string;
  readonly owner?: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Read with the event, never part of a task: what it came in with, where a subscription has that go out again. */
  readonly inbound?: InboundCall;
  /** The same for the message of a broker: transformations look at its attributes. */
  readonly broker?: BrokerOrigin;
}

/** The name of an event's body in the bucket. */
export function bodyName(
  { project, id, deliverAt }: Pick<Event, 'project' | 'id' | 'deliverAt'>,
  { digest }: BodyInBucket,
): { project: string; event: string; later: boolean; digest?: string } {
  return { project, event: id, later: deliverAt !== undefined, ...(digest !== undefined && { digest }) };
}

export function placeOfBody(bytes: Uint8Array): 'inline' | 'bucket' {
  return bytes.length > INLINE_BODY_BYTES ? 'bucket' : 'inline';
}
