/**
 * What is remembered of an endpoint's recent past. A healthy endpoint has no record, and its successes write none.
 * Every change is a pure step to the next version; `undefined` means there is nothing to write.
 */

import type { ErrorCode } from '../error-code.ts';
import { type Circuit, CLOSED, claimProbe, observe, settleProbe } from './circuit.ts';
import { type Failing, failedAgain, isToBeDisabled } from './failing.ts';
import type { Observation, Seen } from './observation.ts';
import { beginRound, mayBegin, type Ramp, startRamp } from './ramp.ts';

export interface Health {
  readonly endpoint: string;
  readonly circuit: Circuit;
  /** The first failure since the last success. */
  readonly failingSince?: number;
  /** How much of the time since then counts; absent: the next failure begins the count. */
  readonly failing?: Failing;
  /** As far as it was written down: the last one that ended a failure. */
  readonly lastSuccessAt?: number;
  readonly lastFailure?: { readonly at: number; readonly error: ErrorCode };
  /** 0 when nothing is stored. */
  readonly version: number;
}

/** What people want to know of; written down and sent by whoever carries out the change. */
export type HealthSignal =
  | {
      readonly kind: 'circuit_opened';
      readonly endpoint: string;
      /** When the outage began. */
      readonly since: number;
      /** Openings in this outage; 1 is the news. */
      readonly trips: number;
      readonly cause: ErrorCode;
    }
  | { readonly kind: 'circuit_closed'; readonly endpoint: string; readonly since: number }
  /** Nothing but failure for four days: its owner is warned. */
  | { readonly kind: 'endpoint_disabling_soon'; readonly endpoint: string; readonly since: number }
  /** For five: it has to be disabled. */
  | { readonly kind: 'endpoint_failing'; readonly endpoint: string; readonly since: number };

export interface HealthStep {
  readonly health: Health;
  readonly signals: readonly HealthSignal[];
}

export function healthy(endpoint: string): Health {
  return { endpoint, circuit: CLOSED, version: 0 };
}

/** A batch's ordinary results. While the circuit is not closed they tell of the past: only the probe counts. */
export function recordResults(
  health: Health,
  seen: readonly Seen[],
  now: number,
  random: number,
): HealthStep | undefined {
  if (health.circuit.state !== 'closed') return undefined;
  return step(health, observe(health.circuit, seen, now, random), seen, now);
}

/** This worker is the one that may try; undefined when another may, or nobody yet. */
export function takeProbe(
  health: Health,
  token: string,
  now: number,
  attemptMs: number,
): HealthStep | undefined {
  const circuit = claimProbe(health.circuit, token, now, attemptMs);
  return circuit && { health: { ...health, circuit, version: health.version + 1 }, signals: [] };
}

export function recordProbe(
  health: Health,
  token: string,
  result: Observation,
  now: number,
  random: number,
): HealthStep | undefined {
  const circuit = settleProbe(health.circuit, token, result, now, random);
  return step(health, circuit, circuit === health.circuit ? [] : [result], now);
}

/** The next round of a ramp goes out with `size` deliveries; with none left, the endpoint has recovered. */
export function nextRound(health: Health, size: number, now: number): HealthStep | undefined {
  const { circuit } = health;
  if (circuit.state !== 'closed' || circuit.ramp === undefined || !mayBegin(circuit.ramp, now))
    return undefined;
  const ramp = size === 0 ? undefined : beginRound(circuit.ramp, size, now);
  return step(health, withRamp(circuit, ramp), [], now);
}

/** A backlog is released at a pace that starts slow: it was paused, or a person says that it is well again. */
export function releaseSlowly(health: Health, now: number): HealthStep | undefined {
  if (health.circuit.state !== 'closed' || health.circuit.ramp !== undefined) return undefined;
  return step(health, withRamp(health.circuit, startRamp(now)), [], now);
}

/** A person says that it is well again: whatever counted against it is forgotten, and the pace starts slow. */
export function forgive(health: Health, now: number): HealthStep | undefined {
  const { failingSince: _, failing: __, ...rest } = health;
  if (health.version === 0 || isWell(health)) return undefined;
  const circuit: Circuit = { ...CLOSED, ramp: startRamp(now) };
  return { health: { ...rest, circuit, version: health.version + 1 }, signals: recovered(health, circuit) };
}

/** Somebody looks after it again: what disables an endpoint is counted anew. */
export function countAnew(health: Health): HealthStep | undefined {
  const { failing, ...rest } = health;
  return failing && { health: { ...rest, version: health.version + 1 }, signals: [] };
}

function isWell({ circuit, failingSince }: Health): boolean {
  return circuit.state === 'closed' && circuit.ramp === undefined && failingSince === undefined;
}

function withRamp(circuit: Extract<Circuit, { state: 'closed' }>, ramp: Ramp | undefined): Circuit {
  return ramp === undefined
    ? { state: 'closed', tally: circuit.tally }
    : { state: 'closed', tally: circuit.tally, ramp };
}

function step(
  before: Health,
  circuit: Circuit,
  seen: readonly Observation[],
  now: number,
): HealthStep | undefined {
  const last = seen.findLast((one) => one.kind === 'failure');
  const succeeded = seen.some((one) => one.kind === 'success');
  const ends = succeeded && before.failingSince !== undefined;
  if (circuit === before.circuit && last === undefined && !ends) return undefined;
  const { failingSince, failing, ...rest } = before;
  const fails = last !== undefined && seen.at(-1)?.kind !== 'success';
  const since = succeeded && !fails ? undefined : ((succeeded ? undefined : failingSince) ?? (last && now));
  const goesOn = since !== undefined && since === failingSince;
  const counted =
    fails && since !== undefined
      ? failedAgain(goesOn ? failing : undefined, before.lastFailure?.at, now)
      : failing;
  const health: Health = {
    ...rest,
    circuit,
    ...(since !== undefined && { failingSince: since }),
    ...(since !== undefined && counted !== undefined && { failing: counted }),
    ...(succeeded && { lastSuccessAt: now }),
    ...(last !== undefined && { lastFailure: { at: now, error: last.error } }),
    version: before.version + 1,
  };
  return { health, signals: signalsOf(before, health, last !== undefined) };
}

function signalsOf(before: Health, after: Health, failed: boolean): HealthSignal[] {
  const { endpoint, circuit, failingSince, failing } = after;
  const signals: HealthSignal[] = recovered(before, circuit);
  if (circuit.state === 'open' && before.circuit.state !== 'open') {
    const { since, trips, cause } = circuit.outage;
    const again = before.circuit.state === 'half_open' && before.circuit.outage.trips === trips;
    if (!again) signals.push({ kind: 'circuit_opened', endpoint, since, trips, cause });
  }
  if (failed && failingSince !== undefined) {
    const isNews = failing?.warnAt !== undefined && failing.warnAt !== before.failing?.warnAt;
    if (isNews) signals.push({ kind: 'endpoint_disabling_soon', endpoint, since: failingSince });
    if (isToBeDisabled(failing)) signals.push({ kind: 'endpoint_failing', endpoint, since: failingSince });
  }
  return signals;
}

/** News when an outage is over: not at the probe, which may be luck, but when the ramp has come to its end. */
function recovered(before: Health, after: Circuit): HealthSignal[] {
  const { endpoint, circuit } = before;
  const wasOut = circuit.state !== 'closed' ? circuit.outage : circuit.ramp;
  if (after.state !== 'closed' || wasOut === undefined || wasOut.trips === 0) return [];
  const stillRecovers = after.ramp !== undefined && after.ramp.trips > 0;
  return stillRecovers ? [] : [{ kind: 'circuit_closed', endpoint, since: wasOut.since }];
}
