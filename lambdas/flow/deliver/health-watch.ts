/** The health of a batch's endpoints: who may send, who probes, and at the end one write per endpoint with news. */
import { type Admission, admit } from '../../domain/health/circuit.ts';
import { type Health, recordProbe, recordResults, takeProbe } from '../../domain/health/health.ts';
import type { Observation, Seen } from '../../domain/health/observation.ts';
import type { Patience } from '../../ports/message-source.ts';
import { changeHealth, type HealthChange, type HealthDeps, type WhoseHealth } from './change-health.ts';
import { type DisableDeps, disableEndpoint } from './disable-endpoint.ts';

export type HealthWatchDeps = HealthDeps & DisableDeps & { readonly patience: Patience };

export interface HealthWatch {
  admission(endpoint: string, paced: boolean): Admission;
  /** True when this worker is the one that may try. */
  claimProbe(whose: WhoseHealth, token: string, attemptMs: number): Promise<boolean>;
  settleProbe(whose: WhoseHealth, token: string, result: Observation): Promise<void>;
  note(whose: WhoseHealth, seen: Seen): void;
  /** Writes what was noted. Never throws: a health record that can't be written costs no delivery. */
  record(): Promise<void>;
}

export function watchHealth(deps: HealthWatchDeps, read: ReadonlyMap<string, Health>): HealthWatch {
  const known = new Map(read);
  const noted = new Map<string, { readonly whose: WhoseHealth; readonly seen: Seen[] }>();

  async function change(whose: WhoseHealth, by: HealthChange, patience?: Patience): Promise<boolean> {
    const before = known.get(whose.endpoint);
    const { health, changed, signals } = await changeHealth(deps, whose, before, by, patience);
    known.set(whose.endpoint, health);
    if (signals.some(({ kind }) => kind === 'endpoint_failing'))
      await disableEndpoint(deps, whose, 'failing');
    return changed;
  }

  async function quietly(whose: WhoseHealth, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      deps.log.warn('health.not_written', { endpoint: whose.endpoint, cause: String(cause) });
    }
  }

  return {
    admission(endpoint, paced) {
      const circuit = known.get(endpoint)?.circuit;
      return circuit === undefined ? { go: 'send' } : admit(circuit, deps.clock.now(), paced);
    },
    claimProbe: (whose, token, attemptMs) =>
      change(whose, (health, now) => takeProbe(health, token, now, attemptMs)),
    settleProbe: (whose, token, result) =>
      quietly(whose, () =>
        change(whose, (health, now, random) => recordProbe(health, token, result, now, random)),
      ),
    note(whose, seen) {
      const before = noted.get(whose.endpoint);
      if (before === undefined) noted.set(whose.endpoint, { whose, seen: [seen] });
      else before.seen.push(seen);
    },
    async record() {
      const all = [...noted.values()].map(({ whose, seen }) => {
        // A round is over with the last of its results; of what was sent outside of one, some tell enough.
        const patience = seen.some(({ paced }) => paced) ? deps.patience : undefined;
        return quietly(whose, () =>
          change(whose, (health, now, random) => recordResults(health, seen, now, random), patience),
        );
      });
      await Promise.all(all);
    },
  };
}
