/**
 * The real flows in a world that is nastier than AWS. One seed is one history.
 * More histories: SIM_SEEDS=100000 npx vitest run test/simulation
 * One again:      SIM_SEED=123 npx vitest run test/simulation
 */
import { expect, test } from 'vitest';
import { runHistory } from './run.ts';

const only = process.env.SIM_SEED;
const count = Number(process.env.SIM_SEEDS ?? 500);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

test(`every invariant holds in ${seeds.length} histories`, { timeout: 0 }, async () => {
  for (const seed of seeds) {
    const { history } = await runHistory({ seed });
    if (history.violations.length > 0) expect.fail(await report(seed));
  }
});

async function report(seed: number): Promise<string> {
  const { history } = await runHistory({ seed, tracing: true });
  return [
    `seed ${seed} breaks ${new Set(history.violations.map(({ invariant }) => invariant)).size} invariants`,
    ...history.violations.map(({ invariant, at, what }) => `  ${invariant} (at ${at / 1000} s): ${what}`),
    '',
    ...history.lines(),
    '',
    `again: SIM_SEED=${seed} npx vitest run test/simulation`,
  ].join('\n');
}
