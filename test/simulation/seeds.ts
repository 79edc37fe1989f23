/**
 * Seeds of the everyday histories, dealt to several test files so that the runner's workers share them.
 *
 * More histories: npm run simulate, or SIM_SEEDS=5000 npx vitest run test/simulation/simulation
 * One again:      SIM_SEED=123 npx vitest run test/simulation/simulation
 */
import { expect } from 'vitest';
import { runHistory } from './run.ts';

const SHARES = 4;
/** On two free cores these take about three quarters of a minute. */
const SEEDS = 2_000;
/** A run of more than this is long enough for people to want to know how far it is. */
const QUIET_SEEDS = 5_000;
const PROGRESS_EVERY = 1_000;

/** Every fourth seed, beginning with the share's own number; a wanted seed is in every share that holds it. */
export function seedsOf(share: number): readonly number[] {
  const only = process.env.SIM_SEED;
  const count = Number(process.env.SIM_SEEDS ?? SEEDS);
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];
  return seeds.filter((seed) => seed % SHARES === share % SHARES);
}

/** Fails with the first seed that breaks an invariant, and everything that happened in its history. */
export async function expectInvariants(seeds: readonly number[]): Promise<void> {
  const startedAt = Date.now();
  for (const [index, seed] of seeds.entries()) {
    const { history } = await runHistory({ seed });
    if (history.violations.length > 0) expect.fail(await report(seed));
    if (seeds.length * SHARES <= QUIET_SEEDS || (index + 1) % PROGRESS_EVERY !== 0) continue;
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    console.log(`${index + 1} of ${seeds.length} histories, seed ${seed}, ${seconds} s`);
  }
}

async function report(seed: number): Promise<string> {
  const { history } = await runHistory({ seed, tracing: true });
  return [
    `seed ${seed} breaks ${new Set(history.violations.map(({ invariant }) => invariant)).size} invariants`,
    ...history.violations.map(({ invariant, at, what }) => `  ${invariant} (at ${at / 1000} s): ${what}`),
    '',
    ...history.lines(),
    '',
    `again: SIM_SEED=${seed} npx vitest run test/simulation/simulation`,
  ].join('\n');
}
