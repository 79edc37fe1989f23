/**
 * Delayed messages by the bench's own clock. The stand-in for SQS counts real seconds, and a rate limit's waits are
 * minutes: it is asked to delay each for as long as SQS can, which the bench does not live to see, and a copy is
 * shown when its time has come.
 */

/** SQS's longest delay. */
const OUT_OF_SIGHT_SECONDS = 900;

export interface DelayedMessage {
  readonly queue: string;
  /** As it was sent, but for its delay. */
  readonly entry: Entry;
}

export interface Delays {
  /** What is passed on in place of a request. */
  holdBack(operation: string, request: Buffer): Buffer;
  /** Those whose time has come, earliest first; they are gone then. */
  takeDue(now: number): readonly DelayedMessage[];
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly DelaySeconds?: number;
}

/** `Date.now` is the bench's clock. */
export function createDelays(): Delays {
  let held: (DelayedMessage & { readonly dueAt: number })[] = [];
  return {
    holdBack(operation, request) {
      if (operation !== 'SendMessageBatch') return request;
      const input = JSON.parse(request.toString()) as { QueueUrl: string; Entries: readonly Entry[] };
      const queue = input.QueueUrl.replace(/^.*\//, '');
      const Entries = input.Entries.map((sent) => {
        const { DelaySeconds = 0, ...entry } = sent;
        if (DelaySeconds === 0) return entry;
        held.push({ queue, entry, dueAt: Date.now() + DelaySeconds * 1000 });
        return { ...entry, DelaySeconds: OUT_OF_SIGHT_SECONDS };
      });
      return Buffer.from(JSON.stringify({ ...input, Entries }));
    },
    takeDue(now) {
      const due = held.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
      held = held.filter(({ dueAt }) => dueAt > now);
      return due;
    },
  };
}
