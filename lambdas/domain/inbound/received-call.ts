/** A call as it came over HTTP. */
export interface ReceivedCall {
  readonly method: string;
  /** The address that was called, with its query. */
  readonly url: string;
  /** Behind the source's address: empty, or `/orders/1`. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
  /** Of the sender. */
  readonly address: string;
}
