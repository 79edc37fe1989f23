/** Many workers change one record on condition of its version: who lost waits a drawn while, so that others get through. */
import type { Random } from '../../ports/clock.ts';
import type { Patience } from '../../ports/message-source.ts';

export interface GoAsideDeps {
  readonly random: Random;
  readonly patience: Patience;
}

/** Two calls of the store take about as long. */
const FIRST_MS = 20;
const LONGEST_MS = 500;

/** @param lost how often in a row, from 0; each time the longest wait is twice as long */
export async function goAside({ random, patience }: GoAsideDeps, lost: number): Promise<void> {
  const longest = Math.min(FIRST_MS * 2 ** lost, LONGEST_MS);
  await patience.sleep(Math.ceil(random.uniform() * longest));
}
