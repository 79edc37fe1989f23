/** A machine that listens: what it may claim, how it names its claim again, and what its word makes of a delivery. */

import { MAX_KEPT_RESPONSE_BYTES } from './delivery/attempt.ts';
import type { Delivery, Lease } from './delivery/delivery.ts';
import type { HttpResult } from './delivery/outcome.ts';
import { planAttempt } from './delivery/plan.ts';
import type { Endpoint } from './endpoint.ts';
import type { TransportError } from './error-code.ts';

export const MAX_PICKED_UP = 10;
/** Below what API Gateway waits for an answer. */
export const MAX_WAIT_SECONDS = 20;

/** Ways a call to a machine's own server can end without an answer. */
export const REPORTABLE_ERRORS = [
  'dns_not_found',
  'dns_error',
  'connection_refused',
  'connection_reset',
  'connect_timeout',
  'unreachable',
  'tls_expired',
  'tls_wrong_name',
  'tls_untrusted',
  'tls_error',
  'response_timeout',
  'bad_response',
] as const satisfies readonly TransportError[];

export interface PickUp {
  /** The claim, to be written on the version before it. */
  readonly delivery: Delivery;
  readonly lease: Lease;
}

/** Undefined: it ended, somebody has it, or it is to wait. A claim whose lease ran out is recorded as unknown. */
export function pickUp(
  endpoint: Endpoint,
  delivery: Delivery,
  now: number,
  leaseToken: string,
): PickUp | undefined {
  const plan = planAttempt({
    now,
    task: { of: delivery, mayRepeat: true, receives: 1, firstReceivedAt: now },
    endpoint,
    delivery,
    admission: { go: 'send' },
    visibilityTimeoutMs: 0,
    leaseToken,
    random: 0,
    pickedUp: true,
  });
  return plan.do === 'claim' ? { delivery: plan.delivery, lease: plan.lease } : undefined;
}

export interface Claim {
  readonly token: string;
  readonly startedAt: number;
}

export function formatClaim({ token, startedAt }: Claim): string {
  return `${startedAt}.${token}`;
}

export function parseClaim(text: string): Claim | undefined {
  const [, startedAt, token] = /^(\d{1,15})\.([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  return startedAt === undefined || token === undefined ? undefined : { startedAt: Number(startedAt), token };
}

/**
 * The lease a report is of. One that ran out meanwhile was recorded as unknown, and the report takes that place.
 * `reported`: there is a report of it already, and the first one stands.
 */
export function claimedLease(delivery: Delivery, claim: Claim): Lease | 'reported' | undefined {
  const { state, attempts } = delivery;
  if (state.status === 'sending' && state.lease.token === claim.token) return state.lease;
  const attempt = attempts.find(({ startedAt }) => startedAt === claim.startedAt);
  if (attempt === undefined) return undefined;
  if (attempt.outcome !== 'unknown') return 'reported';
  const { startedAt, durationMs, trigger, url } = attempt;
  return { token: claim.token, startedAt, until: startedAt + durationMs, trigger, url };
}

export interface Told {
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly truncated: boolean;
  readonly error?: TransportError;
  readonly detail?: string;
  readonly durationMs: number;
}

const MAX_HEADERS_CHARACTERS = 8 * 1024;

/** As if the call had been ours. Phases are unknown: the machine measured the whole. */
export function resultOf(told: Told): Exclude<HttpResult, { kind: 'our_fault' }> {
  const { statusCode, error, detail, durationMs } = told;
  if (statusCode === undefined) {
    const what = error ?? 'bad_response';
    return { kind: 'no_response', error: what, ...(detail && { detail }), durationMs, phases: {} };
  }
  const response = {
    headers: boundedHeaders(told.headers),
    body: told.body.subarray(0, MAX_KEPT_RESPONSE_BYTES),
    truncated: told.truncated || told.body.length > MAX_KEPT_RESPONSE_BYTES,
  };
  return { kind: 'response', statusCode, response, durationMs, phases: {} };
}

/** In lower case; those that do not fit any more are left out. */
function boundedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  let left = MAX_HEADERS_CHARACTERS;
  const kept = Object.entries(headers).filter(([name, value]) => {
    left -= name.length + value.length;
    return left >= 0;
  });
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value]));
}
