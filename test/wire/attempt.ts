/** One attempt as the delivery flow makes it, with what a wire test wants to vary. */
import { onTestFinished } from 'vitest';
import { createHttpCaller, type HttpCallerOptions } from '../../lambdas/adapters/http/caller.ts';
import type { HttpResult } from '../../lambdas/domain/delivery/outcome.ts';
import type { EgressAllowance } from '../../lambdas/domain/project.ts';
import type { DeliveryMethod } from '../../lambdas/domain/rewrite/forward.ts';
import type { HttpCaller } from '../../lambdas/ports/http-caller.ts';

/** Opens the listener's address and nothing else, so that every other one stands for "blocked". */
export const THIS_LISTENER: EgressAllowance = { http: true, cidrs: ['127.0.0.1/32'] };
export const SHORT_TIMEOUT_MS = 300;
/** How late a deadline may be kept. */
export const DEADLINE_SLACK_MS = 250;

export interface Variation {
  readonly allowance?: EgressAllowance;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly method?: DeliveryMethod;
}

/** A caller that is closed when the test ends. Names resolve to the listener unless the test says otherwise. */
export function caller(options: HttpCallerOptions = {}): HttpCaller {
  const made = createHttpCaller({ resolve: async () => ['127.0.0.1'], ...options });
  onTestFinished(() => made.close());
  return made;
}

export function post(http: HttpCaller, url: string, variation: Variation = {}): Promise<HttpResult> {
  return http.post({
    url,
    ...(variation.method !== undefined && { method: variation.method }),
    headers: variation.headers ?? { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
    body: variation.body ?? Buffer.from('{"hello":"world"}'),
    timeoutMs: variation.timeoutMs ?? SHORT_TIMEOUT_MS,
    allowance: variation.allowance ?? THIS_LISTENER,
  });
}

/** What an attempt comes to, in one word: the status of a response, or the error's code. */
export function gist(result: HttpResult): number | string {
  if (result.kind === 'response') return result.statusCode;
  return result.kind === 'no_response' ? result.error : `our_fault: ${result.detail}`;
}

export function responseOf(result: HttpResult): Extract<HttpResult, { kind: 'response' }> {
  if (result.kind !== 'response') throw new Error(`no response but ${gist(result)}`);
  return result;
}

export function failureOf(result: HttpResult): Extract<HttpResult, { kind: 'no_response' }> {
  if (result.kind !== 'no_response') throw new Error(`no failure but ${gist(result)}`);
  return result;
}
