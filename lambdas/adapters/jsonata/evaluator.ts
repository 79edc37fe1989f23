/** The process that evaluates: it says when it is ready, then answers one job after another, and ends with its parent. */
import { evaluate, read } from './evaluate.ts';
import type { Answer, Job } from './messages.ts';

process.on('message', async (job: Job) => tell({ transformed: await answerTo(job) }));
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
