/** Our Lambda functions in this process: the handlers themselves, each invocation counted. */
import { randomUUID } from 'node:crypto';
import type { FunctionName } from '../../lambdas/contract/functions.ts';
import { gbSeconds, LOG_LINE_OVERHEAD_BYTES } from './assumptions.ts';
import type { Tally } from './usage.ts';

export type Functions = Readonly<Record<Counted, (event: unknown, events: number) => Promise<unknown>>>;
type Counted = Extract<FunctionName, 'publish' | 'publish-queue' | 'inbound' | 'deliver' | 'drain' | 'sweep'>;
type Handler = (event: never, context: never) => Promise<unknown>;

/** Handlers read their environment when they are loaded: one gateway a process. */
export async function loadFunctions(
  tally: Tally,
  environment: Readonly<Record<string, string>>,
): Promise<Functions> {
  Object.assign(process.env, environment);
  const [publish, publishQueue, inbound, deliver, drain, sweep] = await Promise.all([
    import('../../lambdas/handlers/publish.ts'),
    import('../../lambdas/handlers/publish-queue.ts'),
    import('../../lambdas/handlers/inbound.ts'),
    import('../../lambdas/handlers/deliver.ts'),
    import('../../lambdas/handlers/drain.ts'),
    import('../../lambdas/handlers/sweep.ts'),
  ]);
  const counted = (name: Counted, handler: unknown) => (event: unknown, events: number) => {
    tally.add('invocations', 1);
    tally.add('gbSeconds', gbSeconds(name, events));
    return countingLog(tally, () => (handler as Handler)(event as never, contextOf(name) as never));
  };
  return {
    publish: counted('publish', publish.handler),
    'publish-queue': counted('publish-queue', publishQueue.handler),
    inbound: counted('inbound', inbound.handler),
    deliver: counted('deliver', deliver.handler),
    drain: counted('drain', drain.handler),
    sweep: counted('sweep', sweep.handler),
  };
}

let listening = 0;
const STREAMS = [process.stdout, process.stderr] as const;
let writes: readonly (typeof process.stdout.write)[] = [];

/** What a function writes to its outputs is its log: counted, and not shown here. */
async function countingLog<T>(tally: Tally, run: () => Promise<T>): Promise<T> {
  if (listening++ === 0) {
    writes = STREAMS.map((stream) => stream.write);
    const count = ((text: string | Uint8Array, ...rest: unknown[]) => {
      tally.add('logBytes', Buffer.byteLength(text) + LOG_LINE_OVERHEAD_BYTES);
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    }) as typeof process.stdout.write;
    for (const stream of STREAMS) stream.write = count;
  }
  try {
    return await run();
  } finally {
    if (--listening === 0) for (const [index, stream] of STREAMS.entries()) stream.write = writes[index]!;
  }
}

function contextOf(name: string) {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: name,
    logStreamName: name,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 30_000,
  };
}
