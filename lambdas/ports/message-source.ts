/** A message as SQS hands it out, as far as our functions look at it. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    /** How often it was handed out, from 1. */
    readonly ApproximateReceiveCount: string;
    /** Milliseconds since 1970, as the two below. */
    readonly ApproximateFirstReceiveTimestamp: string;
    readonly SentTimestamp: string;
  };
}

/** The queue a function works off, for a worker that takes messages by itself besides those it is given. */
export interface MessageSource {
  /** Ten at most. Waits a second when nothing is there. */
  receive(): Promise<readonly QueuedMessage[]>;
  /** They are done with. Failing is harmless: they are shown again, and found to be done. */
  remove(messages: readonly QueuedMessage[]): Promise<void>;
}

export interface Patience {
  sleep(ms: number): Promise<void>;
}
