import type { EndpointHealthView } from '../../contract/api/health.ts';
import type { ErrorCode } from '../../domain/error-code.ts';
import type { Circuit } from '../../domain/health/circuit.ts';
import type { Health } from '../../domain/health/health.ts';
import { explain } from '../../domain/why.ts';
import type { Waiting } from '../waiting/count-waiting.ts';
import { isoTime } from './views.ts';

/** An endpoint without a record is healthy. */
export function healthView(health: Health | undefined, waiting: Waiting): EndpointHealthView {
  return {
    ...circuitView(health?.circuit),
    waiting: { ...waiting },
    failing_since: timeOrNull(health?.failingSince),
    last_success_at: timeOrNull(health?.lastSuccessAt),
    last_failure_at: timeOrNull(health?.lastFailure?.at),
  };
}

function circuitView(
  circuit: Circuit | undefined,
): Pick<EndpointHealthView, 'state' | 'since' | 'cause' | 'next_probe_at'> {
  const none = { since: null, cause: null, next_probe_at: null };
  switch (circuit?.state) {
    case 'open':
    case 'half_open': {
      const { since, cause } = circuit.outage;
      const next = circuit.state === 'open' ? isoTime(circuit.probeAt) : null;
      return { state: circuit.state, since: isoTime(since), cause: inWords(cause), next_probe_at: next };
    }
    case 'closed':
      if (circuit.ramp !== undefined) {
        return { ...none, state: 'recovering', since: isoTime(circuit.ramp.since) };
      }
  }
  return { ...none, state: 'closed' };
}

function inWords(error: ErrorCode): { code: string; sentence: string } {
  return { code: error, sentence: explain({ error }).sentence };
}

function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : isoTime(ms);
}
