/** The real flows in a world that is nastier than AWS. One seed is one history; this file runs share 4 of them. */
import { expect, test } from 'vitest';
import { expectInvariants, seedsOf } from './seeds.ts';

const seeds = seedsOf(4);

test(`every invariant holds in ${seeds.length} histories`, { timeout: 0 }, async () => {
  await expect(expectInvariants(seeds)).resolves.toBeUndefined();
});
