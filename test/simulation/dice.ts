/** Every choice of a history comes from one seeded source, so the seed alone is the whole history. */
import { seededRandom } from '../../lambdas/adapters/memory/random.ts';
import type { Random } from '../../lambdas/ports/clock.ts';

export interface Dice extends Random {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  const between = (from: number, to: number): number => from + Math.floor(random.uniform() * (to - from + 1));
  return {
    ...random,
    between,
    chance: (probability) => random.uniform() < probability,
    pick: (items) => items[between(0, items.length - 1)]!,
    shuffled(items) {
      const mixed = [...items];
      for (let last = mixed.length - 1; last > 0; last--) {
        const other = between(0, last);
        [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
      }
      return mixed;
    },
  };
}
