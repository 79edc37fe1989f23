/**
 * A worker that waits for a slow receiver takes more messages meanwhile, and answers for them itself. Lambda holds an
 * invocation's place for as long as its slowest message takes: without this, a hundred receivers that time out after
 * 15 s occupy the places of a thousand deliveries, and everybody waits (decision 013, test/simulation/isolation.test.ts).
 */
import type { Clock, Random } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { MessageSource, Patience, QueuedMessage } from '../ports/message-source.ts';
import type { HandleBatch } from './sqs-batch.ts';

export interface TakeMoreDeps {
  readonly source: MessageSource;
  readonly patience: Patience;
  /** Only passes: set by an hour, a worker would take no more, or until it is killed. */
  readonly stopwatch: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** An ordinary batch is over by then, and costs nothing more. */
const HELD_AFTER_MS = 500;
/** Messages in hand beyond which it takes no more, each of at most 1 MiB, in a function of 256 MB. */
const ENOUGH = 50;
/**
 * How long after its start an invocation takes more. The longest attempt (7 s for a transformation and its turn, 30 s for
 * the receiver) still ends within the function's time limit. Drawn anew each time, so that workers which began together do not all stop taking together.
 */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 18_000;

export function takingMore(handle: HandleBatch, deps: TakeMoreDeps): HandleBatch {
  return async (event) => {
    const { stopwatch, patience, random } = deps;
    const until = stopwatch.now() + SHORTEST_MS + random.uniform() * (LONGEST_MS - SHORTEST_MS);
    const running = new Map<Promise<unknown>, Batch>();
    const start = <T>(work: Promise<T>, size: number): Promise<T> => {
      running.set(work, { since: stopwatch.now(), size });
      const over = (): void => void running.delete(work);
      work.then(over, over);
      return work;
    };
    const canTake = (): boolean => {
      const batches = [...running.values()];
      const inHand = batches.reduce((sum, { size }) => sum + size, 0);
      return inHand < ENOUGH && batches.some(({ since }) => stopwatch.now() - since >= HELD_AFTER_MS);
    };

    const given = start(handle(event), event.Records.length);
    let isUsable = true;
    while (running.size > 0 && isUsable && stopwatch.now() < until) {
      if (!canTake()) {
        await Promise.race([patience.sleep(HELD_AFTER_MS), ...running.keys()].map(settled));
        continue;
      }
      const taken = await receive(deps);
      isUsable = taken !== undefined;
      if (taken !== undefined && taken.length > 0) start(handleTaken(handle, deps, taken), taken.length);
    }
    await Promise.all([...running.keys()].map(settled));
    return given;
  };
}

interface Batch {
  readonly since: number;
  readonly size: number;
}

async function receive({ source, log }: TakeMoreDeps): Promise<readonly QueuedMessage[] | undefined> {
  try {
    return await source.receive();
  } catch (cause) {
    log.warn('more.not_received', { cause: String(cause) });
    return undefined;
  }
}

/** What Lambda does with the batch it gave: what did not fail is deleted. */
async function handleTaken(
  handle: HandleBatch,
  { source, log }: TakeMoreDeps,
  taken: readonly QueuedMessage[],
): Promise<void> {
  try {
    const { batchItemFailures } = await handle({ Records: taken });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = taken.filter(({ messageId }) => !failed.has(messageId));
    if (done.length > 0) await source.remove(done);
  } catch (cause) {
    log.warn('more.not_removed', { messages: taken.length, cause: String(cause) });
  }
}

async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}
