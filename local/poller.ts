/** Lambda's side of an SQS event source: receives, invokes, and deletes what was handled. */
import { callAws } from './aws-json.ts';
import { handledIds, type ReceivedMessage, toRecord } from './sqs-records.ts';

export interface PollerOptions {
  readonly sqs: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Batches in flight at once. */
  readonly concurrency: number;
  readonly reportsItemFailures: boolean;
  readonly invoke: (event: unknown) => Promise<unknown>;
}

export interface Poller {
  /** Receives no more and waits for what is in flight, at most `patienceMs`. */
  stop(patienceMs: number): Promise<void>;
}

const WAIT_SECONDS = 5;
/** After an error of the queue: try again, but not at once. */
const PAUSE_MS = 500;
/** While other batches are in flight a queue that gave little gets this long to fill: fewer, fuller batches. */
const GATHER_MS = 20;
/**
 * Batches younger than this keep the machine busy, and more of them at once would only wait for it. Older ones wait
 * for slow receivers, and must not hold up the others.
 */
const YOUNG_MS = 250;
const MAX_YOUNG_BATCHES = 3;
/** Lambda takes no larger event; a batch above it is invoked in parts. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

export function startPoller(options: PollerOptions): Poller {
  const stopped = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const young = new Set<Promise<unknown>>();

  async function receive(): Promise<readonly ReceivedMessage[]> {
    const { Messages } = await callAws(
      options.sqs,
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl: options.queueUrl,
        MaxNumberOfMessages: Math.min(options.batchSize, 10),
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      stopped.signal,
    );
    return (Messages ?? []) as readonly ReceivedMessage[];
  }

  async function handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const records = messages.map((message) => toRecord(message, options.queueArn));
    const answer = await options.invoke({ Records: records });
    const handled = handledIds(
      messages.map((message) => message.MessageId),
      options.reportsItemFailures,
      answer,
    );
    const entries = messages
      .filter((message) => handled.has(message.MessageId))
      .map((message) => ({ Id: message.MessageId, ReceiptHandle: message.ReceiptHandle }));
    if (entries.length === 0) return;
    await callAws(options.sqs, 'sqs', 'DeleteMessageBatch', { QueueUrl: options.queueUrl, Entries: entries });
  }

  /** A batch that failed shows again by itself when its visibility ends: nothing to do about it here. */
  function launch(messages: readonly ReceivedMessage[]): void {
    const task = handle(messages).catch(() => {});
    inFlight.add(task);
    void task.then(() => inFlight.delete(task));
    const youth = Promise.race([task, sleep(YOUNG_MS)]);
    young.add(youth);
    void youth.then(() => young.delete(youth));
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      while (inFlight.size >= options.concurrency) await Promise.race(inFlight);
      while (young.size >= MAX_YOUNG_BATCHES) await Promise.race(young);
      try {
        const messages = await receive();
        for (const part of parts(messages)) launch(part);
        if (messages.length < options.batchSize && inFlight.size > 0) await sleep(GATHER_MS);
      } catch {
        if (!stopped.signal.aborted) await sleep(PAUSE_MS);
      }
    }
  }

  const looping = loop();
  return {
    stop: async (patienceMs) => {
      stopped.abort();
      await Promise.race([Promise.all([looping, ...inFlight]), sleep(patienceMs)]);
    },
  };
}

/** Splits a batch where it would not fit into one event. */
function parts(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const result: ReceivedMessage[][] = [];
  let bytes = MAX_EVENT_BYTES;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message.Body));
    if (bytes + size > MAX_EVENT_BYTES) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(message);
    bytes += size;
  }
  return result;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
