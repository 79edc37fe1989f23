/** Watches every write of an endpoint's health, and every request, for what an open circuit must never see. */
import type { Circuit } from '../../lambdas/domain/health/circuit.ts';
import type { Health } from '../../lambdas/domain/health/health.ts';
import type { History, SentRequest } from './history.ts';
import type { Process } from './process.ts';

export interface Circuits {
  /** After a conditional write succeeded. */
  saved(health: Health, by: Process): void;
  /** Open or half open: only a probe leaves. */
  isShut(endpoint: string): boolean;
  judgeDeparture(request: SentRequest): void;
  /** How often circuits opened and closed again: a history without either tells nothing about them. */
  /** While its circuit was not closed, in order; the last one may still go on. */
  outagesOf(endpoint: string): readonly { readonly from: number; readonly until: number }[];
  turns(): { readonly opened: number; readonly recovered: number };
}

type Phase = Circuit['state'] | 'recovering';

const EDGES: readonly string[] = [
  'closed closed',
  'closed open',
  'closed recovering',
  'open half_open',
  'half_open half_open',
  'half_open open',
  'half_open recovering',
  'recovering recovering',
  'recovering open',
  'recovering closed',
  // A person forgave it.
  'open recovering',
];

/** No invocation lasts longer, so what a worker knew of a circuit when it sent is no older. */
const LONGEST_INVOCATION_MS = 60_000;

interface Known {
  readonly phase: Phase;
  /** Since when it has not been closed. */
  readonly since: number;
  readonly probe?: string;
}

export function createCircuits(history: History, now: () => number): Circuits {
  const known = new Map<string, Known>();
  const outages = new Map<string, { from: number; until?: number }[]>();
  let opened = 0;
  let recovered = 0;

  const wrong = (what: string): void => history.violate('an open circuit lets one probe through', what);

  return {
    outagesOf: (endpoint) =>
      (outages.get(endpoint) ?? []).map(({ from, until }) => ({ from, until: until ?? now() })),
    turns: () => ({ opened, recovered }),
    isShut(endpoint) {
      const phase = known.get(endpoint)?.phase;
      return phase === 'open' || phase === 'half_open';
    },
    saved({ endpoint, circuit }, by) {
      const before = known.get(endpoint) ?? { phase: 'closed', since: 0 };
      const phase = circuit.state === 'closed' && circuit.ramp !== undefined ? 'recovering' : circuit.state;
      if (!EDGES.includes(`${before.phase} ${phase}`))
        wrong(`${endpoint} went from ${before.phase} to ${phase}`);
      if (phase === 'open' && before.phase !== 'half_open') opened++;
      if (phase === 'recovering' && before.phase === 'half_open') recovered++;
      const wasShut = before.phase === 'open' || before.phase === 'half_open';
      const isShut = phase === 'open' || phase === 'half_open';
      const past = outages.get(endpoint) ?? [];
      if (isShut && !wasShut) outages.set(endpoint, [...past, { from: now() }]);
      if (!isShut && wasShut) past.at(-1)!.until = now();
      const since = wasShut ? before.since : now();
      known.set(endpoint, { phase, since, ...(phase === 'half_open' && { probe: by.name }) });
      history.trace(() => `${endpoint} is ${phase}, saved by ${by.name}`);
    },
    judgeDeparture(request) {
      const at = known.get(request.endpoint);
      if (at === undefined || (at.phase !== 'open' && at.phase !== 'half_open')) return;
      if (at.since > now() - LONGEST_INVOCATION_MS || request.by.name === at.probe) return;
      // Who can't read the health delivers: that beats protecting.
      const fault = history.lastFault(request.by.name);
      if (fault !== undefined && fault > now() - LONGEST_INVOCATION_MS) return;
      wrong(`request ${request.number} left for ${request.endpoint}, which is ${at.phase}`);
    },
  };
}
