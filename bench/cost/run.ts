/** The cost table, from so many events of each kind. */
import { styleText } from 'node:util';
import { billOf } from './bill.ts';
import { budgetOf, type Limit, type Trouble, troubleBudget } from './budget.ts';
import { type CountedGateway, startCountedGateway } from './gateway.ts';
import { SCENARIOS } from './scenarios.ts';
import { costTable, troubleTable } from './table.ts';
import type { Usage } from './usage.ts';

const DEFAULT_EVENTS = 1_000;
/** At three times the limit, slots given out ahead come to their end after seven. */
const OVERLOAD_MINUTES = 12;
const BACKLOGS = [1_000, 10_000, 100_000] as const;

/** Prints the table; false when the budget is missed. */
export async function runCost(write: (text: string) => void, events = DEFAULT_EVENTS): Promise<boolean> {
  write(
    `Cost: ${events} deliveries of 2 KB events each way through the real functions, units counted by AWS's rules,\n`,
  );
  write('list prices of us-east-1, November 2026, queues busy enough for batches of ten.\n\n');
  const gateway = await startCountedGateway();
  try {
    const usages = {} as Record<keyof typeof SCENARIOS, Usage>;
    for (const name of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
      const { fanout } = SCENARIOS[name];
      // As many deliveries each.
      usages[name] = await gateway.run(SCENARIOS[name], Math.ceil(events / fanout));
    }
    const rows = Object.entries(usages).map(([name, usage]) => ({
      name: SCENARIOS[name as keyof typeof SCENARIOS].name,
      usage,
      bill: billOf(usage),
    }));
    write(`${costTable(rows)}\n\nBudget for one event to one endpoint:\n`);
    const budget = budgetOf(usages.single, usages.tens);
    writeLimits(write, budget);
    write('\nReceivers in trouble:\n\n');
    const trouble = await measureTrouble(gateway);
    write(`${troubleTable(trouble)}\n\n`);
    const bounds = troubleBudget(trouble);
    writeLimits(write, bounds);
    return [...budget, ...bounds].every((limit) => limit.met);
  } finally {
    await gateway.close();
  }
}

async function measureTrouble({ trouble }: CountedGateway): Promise<Trouble> {
  const overload = await trouble.overload(OVERLOAD_MINUTES);
  const drained = [];
  for (const waiting of BACKLOGS) drained.push(await trouble.drain(waiting));
  return { overload, drained, dead: await trouble.dead(BACKLOGS.at(-1)!) };
}

function writeLimits(write: (text: string) => void, limits: readonly Limit[]): void {
  for (const { what, limit, measured, met } of limits) {
    const verdict = met ? styleText('green', 'met') : styleText('red', 'not met');
    write(`  ${what}: ${measured.toFixed(2)}, at most ${limit}: ${verdict}\n`);
  }
}
