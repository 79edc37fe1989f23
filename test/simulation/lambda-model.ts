/** Lambda: processes are started when needed, kept warm with whatever they remember, and killed at the time limit. */
import type { FunctionName } from '../../lambdas/contract/functions.ts';
import { createProcess, type Process, type ProcessWorld } from './process.ts';

/** One function with the dependencies its cold start makes. */
export interface LambdaModel<D> {
  /** One invocation. Rejects when the work throws, the process dies or the time is up. */
  run<T>(work: (deps: D) => Promise<T>, done?: (troubled: boolean, process: string) => void): Promise<T>;
}

export interface LambdaRules {
  /** How often a warm environment is taken when there is one. */
  readonly reuse: number;
  /** How long a new one takes to be ready. */
  readonly coldStartMs: number;
}

/** Many processes with different memories meet, which is what most histories are about. */
export const RESTLESS: LambdaRules = { reuse: 0.85, coldStartMs: 0 };

export function createLambda<D>(
  world: ProcessWorld,
  kind: FunctionName,
  timeoutMs: number,
  coldStart: (process: Process) => D,
  rules: LambdaRules = RESTLESS,
): LambdaModel<D> {
  const idle: { process: Process; deps: D }[] = [];
  let started = 0;

  const take = (): { process: Process; deps: D; isNew?: true } => {
    if (idle.length > 0 && world.dice.chance(rules.reuse)) {
      const worker = idle.splice(world.dice.between(0, idle.length - 1), 1)[0]!;
      // What an invocation left running in the background may have ended its process since.
      if (worker.process.isAlive()) return worker;
    }
    started++;
    const process = createProcess(world, kind, `${kind}-${started}`);
    return { process, deps: coldStart(process), isNew: true };
  };

  return {
    run(work, done = () => {}) {
      const worker = take();
      const { process } = worker;
      const faultsBefore = process.faults();
      return new Promise((resolve, reject) => {
        let over = false;
        const end = (settle: () => void): void => {
          if (over) return;
          over = true;
          if (process.isAlive()) idle.push({ process, deps: worker.deps });
          done(!process.isAlive() || process.faults() > faultsBefore, process.name);
          settle();
        };
        process.onDeath(() => end(() => reject(new Error(`${process.name} died`))));
        world.time.at(world.time.now() + timeoutMs, () => {
          if (!over) process.kill('its time is up');
        });
        const ready =
          worker.isNew === true && rules.coldStartMs > 0
            ? world.time.sleep(rules.coldStartMs)
            : Promise.resolve();
        ready
          .then(() => work(worker.deps))
          .then(
            (result) => end(() => resolve(result)),
            (cause: unknown) => end(() => reject(cause)),
          );
      });
    },
  };
}
