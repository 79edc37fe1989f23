import type { InFlight } from '../domain/limits/in-flight.ts';

/** Who holds places among the requests in flight, of endpoints that limit them. */
export interface InFlightStore {
  /** Strongly consistent. */
  get(endpoint: string): Promise<InFlight | undefined>;
  /** Replaces version `version - 1` (or none, for version 1). `conflict`: read again and decide again. */
  save(state: InFlight): Promise<'saved' | 'conflict'>;
}
