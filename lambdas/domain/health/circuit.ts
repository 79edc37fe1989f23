/**
 * The circuit of one endpoint: a state machine as a union, each state with its own data and no other's. Pure: times,
 * tokens and randomness are arguments. Stores write its states conditionally on a version, so of two workers that
 * decide at once one decides again.
 */

import type { ErrorCode } from '../error-code.ts';
import { CLEAN, count, type Tally, tripped } from './failure-tally.ts';
import type { Observation, Seen } from './observation.ts';
import { afterRound, type Outage, type Ramp, slowedDown, startRamp } from './ramp.ts';

/** How long it stays open the first time; doubles with each probe that fails. */
export const FIRST_OPEN_MS = 30_000;
export const LONGEST_OPEN_MS = 600_000;
/** A probe's lease outlives its attempt by this much. */
export const PROBE_MARGIN_MS = 10_000;
/** After a probe's lease ended: the next look, so that clocks a little apart agree. */
const AFTER_PROBE_MS = 1_000;

/** Failures no waiting mends, and that say nothing about load: one is enough. */
const OPENS_AT_ONCE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'tls_expired',
  'tls_wrong_name',
  'tls_untrusted',
  'dns_not_found',
  'role_not_assumable',
  'destination_denied',
  'destination_not_found',
]);

/**
 * After a probe that came to no request: a fault of ours may last, and every endpoint that is down would try without a
 * pause. Longer than a wake waits for a probe that is near (`flow/waiting/recover.ts`), so that wakes do not add up.
 */
export const AFTER_NOTHING_MS = 10_000;

export type Circuit =
  /** `ramp` while it recovers: then only what a paced drain lets through is sent. */
  | { readonly state: 'closed'; readonly tally: Tally; readonly ramp?: Ramp }
  | { readonly state: 'open'; readonly outage: Outage; readonly probeAt: number }
  | { readonly state: 'half_open'; readonly outage: Outage; readonly probe: Probe };

interface Probe {
  readonly token: string;
  readonly until: number;
}

export const CLOSED: Extract<Circuit, { state: 'closed' }> = { state: 'closed', tally: CLEAN };

/**
 * A batch's results, in the order they ended. While open or half-open they change nothing: they were sent before,
 * and only the probe may close the circuit.
 */
export function observe(circuit: Circuit, seen: readonly Seen[], now: number, random: number): Circuit {
  if (circuit.state !== 'closed' || seen.length === 0) return circuit;
  const { ramp } = circuit;
  const tally = count(circuit.tally, seen, now);
  const after = ramp && afterRound(ramp, seen);
  const failures = seen.filter((one) => one.kind === 'failure');
  const last = failures.at(-1);
  if (last !== undefined) {
    const atOnce = failures.find(({ error }) => OPENS_AT_ONCE.has(error));
    if (atOnce !== undefined || after === 'failed' || tripped(tally)) {
      const trips = (ramp?.trips ?? 0) + 1;
      return open({ since: ramp?.since ?? now, trips, cause: (atOnce ?? last).error }, now, random);
    }
  }
  // Failed needs a failure, and then it is open.
  const going = after === 'failed' ? ramp : after;
  const asked = seen.filter((one) => one.kind === 'throttled').map(({ retryAfterMs }) => retryAfterMs);
  const next = asked.length > 0 ? slowedDown(going, Math.max(...asked), now) : going;
  if (next === ramp && tally === circuit.tally) return circuit;
  return next === undefined ? { state: 'closed', tally } : { state: 'closed', tally, ramp: next };
}

/** Half of the interval is certain and half is drawn, so that probes of many endpoints behind one proxy spread. */
function open(outage: Outage, now: number, random: number): Circuit {
  const longest = Math.min(FIRST_OPEN_MS * 2 ** (outage.trips - 1), LONGEST_OPEN_MS);
  return { state: 'open', outage, probeAt: now + Math.ceil(longest / 2 + random * (longest / 2)) };
}

/** The circuit with this worker as its one probe; undefined when it may not send now. */
export function claimProbe(
  circuit: Circuit,
  token: string,
  now: number,
  attemptMs: number,
): Circuit | undefined {
  if (circuit.state === 'closed' || admit(circuit, now, false).go !== 'probe') return undefined;
  return {
    state: 'half_open',
    outage: circuit.outage,
    probe: { token, until: now + attemptMs + PROBE_MARGIN_MS },
  };
}

/** The probe's own result; `nothing`: it came to no request. A probe that lost its lease to another decides nothing. */
export function settleProbe(
  circuit: Circuit,
  token: string,
  result: Observation,
  now: number,
  random: number,
): Circuit {
  if (circuit.state !== 'half_open' || circuit.probe.token !== token) return circuit;
  const { outage } = circuit;
  switch (result.kind) {
    case 'success':
      return { ...CLOSED, ramp: startRamp(now, outage) };
    case 'throttled':
      return { ...CLOSED, ramp: slowedDown(startRamp(now, outage), result.retryAfterMs, now) };
    case 'failure':
      return open({ ...outage, trips: outage.trips + 1, cause: result.error }, now, random);
    case 'nothing':
      // Not the receiver's doing, so no interval grows. But what stopped us may stop the next probe too.
      return { state: 'open', outage, probeAt: now + AFTER_NOTHING_MS };
  }
}

/** What a delivery may do now. */
export type Admission =
  | { readonly go: 'send' }
  | { readonly go: 'probe' }
  /** Waits in the backlog. `lookAt`: nobody may come to wake it before then, so it has to look itself. */
  | { readonly go: 'hold'; readonly why: 'circuit_open' | 'slowed_down'; readonly lookAt?: number };

export function admit(circuit: Circuit, now: number, paced: boolean): Admission {
  switch (circuit.state) {
    case 'closed':
      return circuit.ramp === undefined || paced ? { go: 'send' } : { go: 'hold', why: 'slowed_down' };
    case 'open':
      return circuit.probeAt <= now ? { go: 'probe' } : { go: 'hold', why: 'circuit_open' };
    case 'half_open': {
      // A probe whose owner died frees itself when its lease ends.
      const { until } = circuit.probe;
      return until <= now
        ? { go: 'probe' }
        : { go: 'hold', why: 'circuit_open', lookAt: until + AFTER_PROBE_MS };
    }
  }
}

/** When the backlog has to be looked at because the circuit went from one state to another; undefined: no reason. */
export function wakeAfter(before: Circuit, after: Circuit, now: number): number | undefined {
  if (after.state === 'half_open') return undefined;
  if (after.state === 'open') {
    return before.state === 'open' && before.probeAt === after.probeAt ? undefined : after.probeAt;
  }
  const { ramp } = after;
  if (ramp === undefined) return before.state === 'closed' && before.ramp === undefined ? undefined : now;
  // A round on its way arranged its own end when it began.
  if (ramp.round !== undefined) return undefined;
  const same = before.state === 'closed' && before.ramp !== undefined && before.ramp.round === undefined;
  return same && before.ramp.from === ramp.from ? undefined : Math.max(now, ramp.from);
}
