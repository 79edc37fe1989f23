import type { HttpResult } from '../domain/delivery/outcome.ts';
import type { EgressAllowance } from '../domain/project.ts';
import type { DeliveryMethod } from '../domain/rewrite/forward.ts';

/** One call to a receiver, judged address and all. Never throws: every way it can end is an `HttpResult`. */
export interface HttpCaller {
  post(call: HttpCall): Promise<HttpResult>;
}

export interface HttpCall {
  readonly url: string;
  /** POST when left out. */
  readonly method?: DeliveryMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** One deadline over DNS, connect, TLS and response. */
  readonly timeoutMs: number;
  readonly allowance: EgressAllowance;
}

/** Reads something small from the outside, under the same rules as deliveries. Never throws. */
export interface HttpGetter {
  get(call: HttpFetch): Promise<HttpResult>;
}

export interface HttpFetch {
  readonly url: string;
  readonly timeoutMs: number;
  readonly allowance: EgressAllowance;
  /** More of the response is cut off, and said to be. At most 64 KiB are read in any case. */
  readonly keepBytes: number;
}
