/**
 * An SQS standard queue with message groups, as fair queues treat them, for histories of tens of thousands of messages.
 * Rules as AWS states them (SQS developer guide, "fair queues"; Lambda developer guide, "scaling of SQS event sources"):
 *
 * - A group is noisy while it has at least 30 messages and more than a tenth of all in flight. Messages of other groups
 *   are handed out before its own. (It is quiet again when nothing of it waits, or after five minutes; here at once.)
 * - In flight is what was received and neither deleted nor shown again, what is hidden by its timeout included. The
 *   queue allows 120,000.
 * - A receive takes up to ten visible messages. Long polling returns as soon as there is one.
 */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { QueuedMessage } from '../../lambdas/ports/message-source.ts';
import { type EventSourceRules, startEventSource } from './event-source.ts';
import { type QueueModel, type QueueSettings, type QueueWorld, toRecord } from './queue-model.ts';

const NOISY_FROM = 30;
const NOISY_SHARE = 0.1;
const LONG_POLL_MS = 1_000;

export interface FairQueue extends QueueModel {
  /** Up to ten visible messages, quiet groups first, otherwise in the order they became visible. */
  take(): SQSRecord[];
  /** Resolves when a message may be there: each that becomes visible wakes one who waits. */
  whenVisible(): Promise<void>;
  readonly visible: () => number;
  /** The most messages ever in flight: of the whole queue, and of the busiest group. */
  readonly highWater: { all: number; ofGroup: number };
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly sentAt: number;
  receives: number;
  firstReceivedAt: number;
  receipt: string;
  inFlight: boolean;
  visibleAt: number;
}

export function createFairQueue(
  { time, dice, history }: QueueWorld,
  name: string,
  settings: QueueSettings,
  rules: EventSourceRules,
): FairQueue {
  const messages = new Map<string, Message>();
  const line = createLine<Message>();
  /** Of groups that were noisy when their turn came. */
  const putBack = createLine<Message>();
  const flying = new Map<string, number>();
  const deadLetters: string[] = [];
  const highWater = { all: 0, ofGroup: 0 };
  const waiters: (() => void)[] = [];
  let sent = 0;
  let handedOut = 0;
  let inFlight = 0;

  const fly = (message: Message, up: boolean): void => {
    if (message.inFlight === up) return;
    message.inFlight = up;
    const ofGroup = (flying.get(message.group) ?? 0) + (up ? 1 : -1);
    flying.set(message.group, ofGroup);
    inFlight += up ? 1 : -1;
    highWater.all = Math.max(highWater.all, inFlight);
    highWater.ofGroup = Math.max(highWater.ofGroup, ofGroup);
  };

  const showAt = (message: Message, moment: number): void => {
    message.visibleAt = moment;
    time.at(moment, () => {
      if (message.visibleAt !== moment || messages.get(message.id) !== message) return;
      fly(message, false);
      line.push(message);
      waiters.shift()?.();
    });
  };

  const isNoisy = (group: string): boolean => {
    const count = flying.get(group) ?? 0;
    return count >= NOISY_FROM && count > inFlight * NOISY_SHARE;
  };

  const next = (): Message | undefined => {
    for (;;) {
      const message = line.shift();
      if (message === undefined) return putBack.shift();
      if (!isNoisy(message.group)) return message;
      putBack.push(message);
    }
  };

  const take = (): SQSRecord[] => {
    const taken: SQSRecord[] = [];
    while (taken.length < settings.batch) {
      const message = next();
      if (message === undefined) break;
      if (message.receives >= settings.maxReceives) {
        messages.delete(message.id);
        deadLetters.push(message.body);
        continue;
      }
      message.receives++;
      if (message.receives === 1) message.firstReceivedAt = time.now();
      message.receipt = `${message.id}#${++handedOut}`;
      fly(message, true);
      showAt(message, time.now() + settings.visibilityMs);
      taken.push(toRecord(message, message.receives, message.firstReceivedAt));
    }
    return taken;
  };

  const visible = (): number => line.size() + putBack.size();

  const byReceipt = (receipt: string): Message | undefined => {
    const message = messages.get(receipt.slice(0, receipt.indexOf('#')));
    return message?.receipt === receipt ? message : undefined;
  };

  const remove = async (records: readonly QueuedMessage[]): Promise<void> => {
    for (const { receiptHandle } of records) {
      const message = byReceipt(receiptHandle);
      if (message === undefined) continue;
      fly(message, false);
      messages.delete(message.id);
    }
  };

  const queue: FairQueue = {
    name,
    deadLetters,
    highWater,
    take,
    remove,
    size: () => messages.size,
    visible,
    whenVisible: () => (visible() > 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    send(body, delayMs = 0) {
      const id = `${name}-${++sent}`;
      const group = /"endpoint":"(\w+)"/.exec(body)?.[1] ?? id;
      const message: Message = {
        id,
        body,
        group,
        sentAt: time.now(),
        receives: 0,
        firstReceivedAt: 0,
        receipt: '',
        inFlight: false,
        visibleAt: 0,
      };
      messages.set(id, message);
      history.noteCopy(body);
      showAt(message, time.now() + Math.ceil(delayMs / 1000) * 1000);
      return id;
    },
    feed: (consume: (event: SQSEvent) => ReturnType<Parameters<QueueModel['feed']>[0]>) =>
      startEventSource({ time, dice }, queue, consume, rules),
    async receive() {
      const until = time.now() + LONG_POLL_MS;
      time.at(until, () => waiters.shift()?.());
      for (;;) {
        const taken = take();
        if (taken.length > 0 || time.now() >= until) return taken;
        await queue.whenVisible();
      }
    },
    async hide(hidden) {
      for (const { receiptHandle, seconds } of hidden) {
        const message = byReceipt(receiptHandle);
        if (message !== undefined) showAt(message, time.now() + seconds * 1000);
      }
    },
  };
  return queue;
}

interface Line<T> {
  push(item: T): void;
  shift(): T | undefined;
  size(): number;
}

/** First in, first out, without moving what is behind. */
function createLine<T>(): Line<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    shift() {
      const item = items[head];
      if (item === undefined) return undefined;
      head++;
      if (head > 10_000) [items, head] = [items.slice(head), 0];
      return item;
    },
    size: () => items.length - head,
  };
}
