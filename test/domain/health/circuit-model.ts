/**
 * Every interleaving of two workers, a drain, the clock and a receiver that is up or down, over the real steps of an
 * endpoint's health and their conditional writes. A worker may die between any two of its moves. Time stands still and
 * everything else is told relative to it, so the states are finite.
 */
import { type Admission, admit, type Circuit, CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import {
  type Health,
  nextRound,
  recordProbe,
  recordResults,
  takeProbe,
} from '../../../lambdas/domain/health/health.ts';
import type { Observation } from '../../../lambdas/domain/health/observation.ts';

const ATTEMPT_MS = 15_000;
/** Well above every interval, so that no time is ever below zero. */
const NOW = 10_000_000;
/** More trips only repeat the longest interval. */
const MAX_TRIPS = 2;
const WORKERS = [0, 1] as const;

export type Worker =
  | { readonly at: 'idle' }
  /** Read the health; `fresh` until somebody writes it. */
  | { readonly at: 'decided'; readonly fresh: boolean; readonly go: Admission['go']; readonly paced: boolean }
  /** Its request is on its way; a probe's for `endsIn` at most. */
  | { readonly at: 'sending'; readonly probe: boolean; readonly paced: boolean; readonly endsIn: number }
  /** It has its result, and reads the health to write it. */
  | {
      readonly at: 'settling';
      readonly probe: boolean;
      readonly paced: boolean;
      readonly ok: boolean;
      readonly fresh: boolean;
    };

export interface Model {
  readonly circuit: Circuit;
  readonly workers: readonly [Worker, Worker];
  /** A round's delivery waits in the queue. */
  readonly pacedTask: boolean;
}

export interface Move {
  readonly what: string;
  readonly to: Model;
  /** The circuit before and after, when a write succeeded. */
  readonly wrote?: readonly [Circuit, Circuit];
  /** A request left; `under` is the circuit as it was read, at most one write ago for ordinary ones. */
  readonly sent?: { readonly probe: boolean; readonly stale: boolean };
}

export const START: Model = { circuit: CLOSED, workers: [{ at: 'idle' }, { at: 'idle' }], pacedTask: false };

export function movesFrom(model: Model): readonly Move[] {
  return [...WORKERS.flatMap((who) => movesOf(model, who)), ...drainMoves(model), ...clockMoves(model)];
}

function movesOf(model: Model, who: 0 | 1): Move[] {
  const worker = model.workers[who];
  const die: Move[] =
    worker.at === 'idle' ? [] : [{ what: `${who} dies`, to: put(model, who, { at: 'idle' }) }];
  switch (worker.at) {
    case 'idle':
      return [read(model, who, false), ...(model.pacedTask ? [read(model, who, true)] : [])];
    case 'decided':
      return [...die, act(model, who, worker)];
    case 'sending': {
      const { probe, paced } = worker;
      return [
        ...die,
        ...[true, false].map((ok) => ({
          what: `${who} is answered ${ok}`,
          to: put(model, who, { at: 'settling', probe, paced, ok, fresh: true }),
        })),
      ];
    }
    case 'settling':
      return [...die, settle(model, who, worker)];
  }
}

function read(model: Model, who: 0 | 1, paced: boolean): Move {
  const { go } = admit(model.circuit, NOW, paced);
  const taken = paced ? { ...model, pacedTask: false } : model;
  return {
    what: `${who} reads, and may ${go}`,
    to: put(taken, who, { at: 'decided', fresh: true, go, paced }),
  };
}

function act(model: Model, who: 0 | 1, worker: Extract<Worker, { at: 'decided' }>): Move {
  const idle = put(model, who, { at: 'idle' });
  const { paced } = worker;
  if (worker.go === 'hold') return { what: `${who} holds`, to: idle };
  if (worker.go === 'send') {
    const to = put(model, who, { at: 'sending', probe: false, paced, endsIn: ATTEMPT_MS });
    return { what: `${who} sends`, to, sent: { probe: false, stale: !worker.fresh } };
  }
  const step = worker.fresh ? takeProbe(healthOf(model), tokenOf(who), NOW, ATTEMPT_MS) : undefined;
  if (step === undefined) return { what: `${who} loses the claim`, to: idle };
  const to = write(model, who, step.health, { at: 'sending', probe: true, paced, endsIn: ATTEMPT_MS });
  return {
    what: `${who} probes`,
    to,
    wrote: [model.circuit, to.circuit],
    sent: { probe: true, stale: false },
  };
}

function settle(model: Model, who: 0 | 1, worker: Extract<Worker, { at: 'settling' }>): Move {
  if (!worker.fresh) return { what: `${who} reads again`, to: put(model, who, { ...worker, fresh: true }) };
  // One that opens at once keeps the model small: ten in a row only take longer.
  const seen: Observation = worker.ok ? { kind: 'success' } : { kind: 'failure', error: 'tls_expired' };
  const step = worker.probe
    ? recordProbe(healthOf(model), tokenOf(who), seen, NOW, 1)
    : recordResults(healthOf(model), [{ ...seen, paced: worker.paced }], NOW, 1);
  if (step === undefined) return { what: `${who} has nothing to write`, to: put(model, who, { at: 'idle' }) };
  const to = write(model, who, step.health, { at: 'idle' });
  return { what: `${who} writes ${seen.kind}`, to, wrote: [model.circuit, to.circuit] };
}

function drainMoves(model: Model): Move[] {
  const begun = nextRound(healthOf(model), 1, NOW);
  if (begun === undefined) return [];
  const to = { ...write(model, undefined, begun.health), pacedTask: true };
  const ended = write(model, undefined, nextRound(healthOf(model), 0, NOW)!.health);
  return [
    { what: 'a round begins', to, wrote: [model.circuit, to.circuit] },
    { what: 'the backlog is empty', to: ended, wrote: [model.circuit, ended.circuit] },
  ];
}

/** To the next moment at which something ends. A request never outlasts its deadline. */
function clockMoves(model: Model): Move[] {
  const sending = model.workers.flatMap((worker) => (worker.at === 'sending' ? [worker.endsIn] : []));
  const ahead = [...momentsOf(model.circuit), ...sending].filter((ms) => ms > 0);
  if (ahead.length === 0 || sending.includes(0)) return [];
  const passed = Math.min(...ahead);
  const age = (worker: Worker): Worker =>
    worker.at === 'sending' ? { ...worker, endsIn: worker.endsIn - passed } : worker;
  const [first, second] = model.workers;
  const to = { ...model, circuit: later(model.circuit, passed), workers: [age(first), age(second)] as const };
  return [{ what: `${passed} ms pass`, to }];
}

function momentsOf(circuit: Circuit): number[] {
  if (circuit.state === 'open') return [circuit.probeAt - NOW];
  if (circuit.state === 'half_open') return [circuit.probe.until - NOW];
  return circuit.ramp === undefined ? [] : [circuit.ramp.from - NOW, (circuit.ramp.round?.until ?? 0) - NOW];
}

function later(circuit: Circuit, ms: number): Circuit {
  const ago = (moment: number): number => Math.max(moment - ms, NOW);
  switch (circuit.state) {
    case 'open':
      return { ...circuit, probeAt: ago(circuit.probeAt) };
    case 'half_open':
      return { ...circuit, probe: { ...circuit.probe, until: ago(circuit.probe.until) } };
    case 'closed': {
      const { ramp } = circuit;
      if (ramp === undefined) return circuit;
      const round = ramp.round && { round: { ...ramp.round, until: ago(ramp.round.until) } };
      return { ...circuit, ramp: { ...ramp, from: ago(ramp.from), ...round } };
    }
  }
}

function healthOf(model: Model): Health {
  return { endpoint: 'ep', circuit: model.circuit, version: 1 };
}

function tokenOf(who: 0 | 1): string {
  return `worker ${who}`;
}

function put(model: Model, who: 0 | 1, worker: Worker): Model {
  const [first, second] = model.workers;
  return { ...model, workers: who === 0 ? [worker, second] : [first, worker] };
}

/** A write that succeeded: everybody else's reading is old. */
function write(
  model: Model,
  who: 0 | 1 | undefined,
  health: Health,
  becomes: Worker = { at: 'idle' },
): Model {
  const old = (worker: Worker): Worker => ('fresh' in worker ? { ...worker, fresh: false } : worker);
  const [first, second] = model.workers;
  const aged: Model = { ...model, circuit: forget(health.circuit), workers: [old(first), old(second)] };
  return who === undefined ? aged : put(aged, who, becomes);
}

/** What can't matter any more: how many trips beyond the longest interval, when the trouble began, counted successes. */
function forget(circuit: Circuit): Circuit {
  if (circuit.state !== 'closed') {
    const trips = Math.min(circuit.outage.trips, MAX_TRIPS);
    return { ...circuit, outage: { ...circuit.outage, since: NOW, trips } };
  }
  if (circuit.ramp === undefined) return CLOSED;
  return { ...CLOSED, ramp: { ...circuit.ramp, since: NOW, trips: Math.min(circuit.ramp.trips, MAX_TRIPS) } };
}
