/** Trying again as the SDK's standard mode does: three times, with full jitter, and not while everything fails. */
import { type Passing, passing } from './fault.ts';

export interface RepeatDeps {
  readonly sleep: (ms: number) => Promise<unknown>;
  /** 0 up to 1. */
  readonly random: () => number;
}

const TRIES = 3;
const LONGEST_MS = 20_000;
const BASE_MS: Readonly<Record<Passing, number>> = { transient: 100, throttled: 500 };

/**
 * A budget shared by all calls of a client: each repeat takes from it and gives it back when it succeeds. When a
 * service is down it is empty after a hundred repeats, and callers hear of the outage at once.
 */
const BUDGET = 500;
const COST = 5;
const EARNED = 1;

export type Repeat = <T>(attempt: () => Promise<T>) => Promise<T>;

export function createRepeat({ sleep, random }: RepeatDeps): Repeat {
  let budget = BUDGET;
  return async (attempt) => {
    for (let tries = 1, spent = 0; ; tries++) {
      try {
        const answer = await attempt();
        budget = Math.min(BUDGET, budget + (spent || EARNED));
        return answer;
      } catch (error) {
        const kind = passing(error);
        if (kind === undefined || tries === TRIES || budget < COST) throw error;
        budget -= COST;
        spent = COST;
        await sleep(random() * Math.min(LONGEST_MS, BASE_MS[kind] * 2 ** (tries - 1)));
      }
    }
  };
}
