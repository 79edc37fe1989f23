/**
 * JSONata in a process of its own: one that exceeds its time or its memory is killed and replaced. A thread would not do:
 * V8 ends the whole process when one of its threads asks for a large piece of memory at once. The process starts with
 * the first expression and stays warm: whoever has none pays nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Transformed, Transformer } from '../../ports/transformer.ts';
import { endWithUs } from './end-with-us.ts';
import type { Answer, Job } from './messages.ts';

export interface TransformerOptions {
  /** The process's code. */
  readonly evaluator: URL;
  /** Of one evaluation, the wait for its turn aside. */
  readonly limitMs?: number;
  /** For its turn. */
  readonly maxWaitMs?: number;
}

/** By the clock. A delivery function of 256 MB has a seventh of a processor: 300 ms of work, where 10 are usual. */
const DEFAULT_LIMIT_MS = 2_000;
/** A batch behind ones that all use their time up: what waits longer comes back, and the function ends in its time. */
const MAX_WAIT_MS = 5_000;
/** From being asked to an answer. The delivery function's time limit has room for it. */
export const LONGEST_TRANSFORMATION_MS = MAX_WAIT_MS + DEFAULT_LIMIT_MS;
/** Of heap, beside a delivery function of 256 MB. V8 goes beyond it before it notices: see `evaluator.ts`. */
const MEMORY_MB = 48;
const YOUNG_MB = 4;
/** Ordinarily 100 ms; a machine that takes this long is in trouble itself. */
const START_LIMIT_MS = 10_000;

interface Turn {
  readonly job: Job;
  readonly askedAt: number;
  readonly resolve: (transformed: Transformed) => void;
  readonly reject: (error: unknown) => void;
}

/** Evaluates one at a time: one of each project in turn, so that nobody waits for all of another's. */
export function createJsonataTransformer(
  options: TransformerOptions,
): Transformer & { close(): Promise<void> } {
  const { limitMs = DEFAULT_LIMIT_MS, maxWaitMs = MAX_WAIT_MS } = options;
  let running: ChildProcess | undefined;
  /** By whose they are; whoever's turn it is stands first. */
  const waiting = new Map<string, Turn[]>();
  let work: Promise<void> | undefined;

  async function started(): Promise<ChildProcess> {
    if (running?.connected) return running;
    const child = fork(options.evaluator, [], {
      // Nothing of ours: neither credentials nor flags.
      env: {},
      execArgv: [`--max-old-space-size=${MEMORY_MB}`, `--max-semi-space-size=${YOUNG_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // An error nobody listens to would end our own process.
    child.on('error', () => {});
    // It must not keep a process alive that has nothing else to do.
    child.unref();
    child.channel?.unref();
    endWithUs(child);
    running = child;
    const first = await next(child, START_LIMIT_MS);
    if (first.kind === 'answer') return child;
    end(child);
    throw new Error(`the process for transformations did not start: ${wordsOf(first)}`);
  }

  function end(child: ChildProcess): void {
    if (running === child) running = undefined;
    child.kill('SIGKILL');
  }

  async function ask(job: Job, askedAt: number): Promise<Transformed> {
    // By its name it is told from a fault: whoever sends it again gets a turn.
    if (performance.now() - askedAt > maxWaitMs)
      throw new DOMException('too many transformations wait for their turn', 'TimeoutError');
    let came = await answerTo(job);
    // Linux may have ended it for memory that others took. Whoever it happens to twice has a part in it.
    if (came.kind === 'ended' && came.signal === 'SIGKILL') came = await answerTo(job);
    if (came.kind === 'answer' && 'transformed' in came.answer) return came.answer.transformed;
    if (came.kind === 'late') return refused(`it ran for longer than ${limitMs} ms`);
    // V8 aborts when its heap is full; the kernel kills when the machine is.
    if (came.kind === 'ended' && (came.signal === 'SIGABRT' || came.signal === 'SIGKILL'))
      return refused(`it needed more than ${MEMORY_MB} MB`);
    throw new Error(`the process for transformations ended: ${wordsOf(came)}`);
  }

  async function answerTo(job: Job): Promise<Came> {
    const child = await started();
    const answered = next(child, limitMs);
    // Whether it could be sent is told by what comes.
    child.send(job, () => {});
    const came = await answered;
    if (came.kind !== 'answer' || !('transformed' in came.answer)) end(child);
    return came;
  }

  function inTurn(job: Job, whose = job.expression): Promise<Transformed> {
    const { promise, resolve, reject } = Promise.withResolvers<Transformed>();
    const turn = { job, askedAt: performance.now(), resolve, reject };
    waiting.set(whose, [...(waiting.get(whose) ?? []), turn]);
    work ??= workOff();
    return promise;
  }

  async function workOff(): Promise<void> {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      const [whose, [turn, ...others]] = first;
      waiting.delete(whose);
      if (others.length > 0) waiting.set(whose, others);
      await ask(turn!.job, turn!.askedAt).then(turn!.resolve, turn!.reject);
    }
    work = undefined;
  }

  return {
    async check(expression, whose) {
      const found = await inTurn({ expression }, whose);
      return found.ok ? undefined : found.fault;
    },
    run: (expression, input, whose) => inTurn({ expression, input }, whose),
    async close() {
      await work;
      if (running !== undefined) end(running);
    },
  };
}

function refused(message: string): Transformed {
  return { ok: false, fault: { message } };
}

type Came =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'late' };

/** Its next word, or its end. */
function next(child: ChildProcess, withinMs: number): Promise<Came> {
  const { promise, resolve } = Promise.withResolvers<Came>();
  const timer = setTimeout(() => resolve({ kind: 'late' }), withinMs);
  const onMessage = (answer: unknown) => resolve({ kind: 'answer', answer: answer as Answer });
  const onExit = (code: number | null, signal: string | null) => resolve({ kind: 'ended', code, signal });
  const onError = (error: Error) => resolve({ kind: 'failed', error });
  child.on('message', onMessage).on('exit', onExit).on('error', onError);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('message', onMessage).off('exit', onExit).off('error', onError);
  });
}

function wordsOf(came: Came): string {
  switch (came.kind) {
    case 'answer':
      return 'it answered out of turn';
    case 'ended':
      return `exit ${came.signal ?? came.code}`;
    case 'failed':
      return String(came.error);
    case 'late':
      return 'not in time';
  }
}
