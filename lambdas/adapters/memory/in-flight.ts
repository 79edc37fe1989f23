import type { InFlight } from '../../domain/limits/in-flight.ts';
import type { InFlightStore } from '../../ports/in-flight.ts';

/** One record an endpoint. */
export function memoryInFlight(): InFlightStore {
  const records = new Map<string, InFlight>();
  return {
    async get(endpoint) {
      return records.get(endpoint);
    },
    async save(state) {
      const before = records.get(state.endpoint)?.version ?? 0;
      if (state.version !== before + 1) return 'conflict';
      records.set(state.endpoint, state);
      return 'saved';
    },
  };
}
