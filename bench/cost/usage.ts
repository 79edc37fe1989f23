/** Counted units, by meter. */
import { METERS, type Meter } from '../prices.ts';

export type Usage = Readonly<Record<Meter, number>>;

export const NOTHING: Usage = Object.fromEntries(METERS.map((meter) => [meter, 0])) as Record<Meter, number>;

export interface Tally {
  add(meter: Meter, amount: number): void;
  /** What was counted since the last call; counting starts anew. */
  take(): Usage;
}

export function createTally(): Tally {
  let counted: Record<Meter, number> = { ...NOTHING };
  return {
    add(meter, amount) {
      counted[meter] += amount;
    },
    take() {
      const taken = counted;
      counted = { ...NOTHING };
      return taken;
    },
  };
}

export function perEvent(usage: Usage, events: number): Usage {
  return Object.fromEntries(METERS.map((meter) => [meter, usage[meter] / events])) as Record<Meter, number>;
}
