/**
 * `npm run bench`: what an event costs, then how fast the local mode is. `cost` or `local` alone, and how many events:
 * `npm run bench -- cost 1000`. Ends with 1 when a price budget is missed; speed depends on the machine, and its
 * limits count only when asked for alone.
 */
import { runCost } from './cost/run.ts';
import { runLocalBench } from './local/run.ts';

const write = (text: string) => void process.stdout.write(text);
const [part = 'all', count] = process.argv.slice(2);
const events = count === undefined ? undefined : Number(count);

if (!['all', 'cost', 'local'].includes(part) || Number.isNaN(events)) {
  process.stderr.write('usage: npm run bench -- [cost | local] [EVENTS]\n');
  process.exit(2);
}
const cheap = part === 'local' || (await runCost(write, events));
const fast = part === 'cost' || (await runLocalBench(write, events));
process.exitCode = cheap && (fast || part === 'all') ? 0 : 1;
