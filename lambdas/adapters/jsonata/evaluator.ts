/** The process that evaluates: it says when it is ready, then answers one job after another, and ends with its parent. */
import { writeFileSync } from 'node:fs';
import { evaluate, read } from './evaluate.ts';
import type { Answer, Job } from './messages.ts';

offerItself();
process.on('message', async (job: Job) => {
  const transformed = await answerTo(job);
  // JSONata evaluates the parts of a list side by side, and one that fails ends none of the others. What is left of them
  // comes before this: a loop is on the time of the job it belongs to, not on the next one's.
  setImmediate(() => tell({ transformed }));
});
process.on('disconnect', () => process.exit());
tell({ ready: true });

async function answerTo({ expression, input }: Job): ReturnType<typeof evaluate> {
  if (input !== undefined) return evaluate(expression, input);
  const found = read(expression);
  return found.ok ? { ok: true, json: '' } : found;
}

function tell(answer: Answer): void {
  process.send?.(answer);
}

/**
 * V8 looks at its limit after it has taken a large piece: 240 MB were seen. Where that is more than the machine has, Linux
 * is to end this process and not its parent, which has deliveries on their way.
 */
function offerItself(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not on Linux.
  }
}
