import type { HttpResult } from '../domain/outcome.ts';
import type { EgressAllowance } from '../domain/project.ts';

/** One call to a receiver, judged address and all. Never throws: every way it can end is an `HttpResult`. */
export interface HttpCaller {
  post(call: HttpCall): Promise<HttpResult>;
}

export interface HttpCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** One deadline over DNS, connect, TLS and response. */
  readonly timeoutMs: number;
  readonly allowance: EgressAllowance;
}
