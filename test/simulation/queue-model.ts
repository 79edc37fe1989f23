/** An SQS standard queue and the poller that feeds a function from it: at least once, in any order, in batches. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MessageSource, QueuedMessage } from '../../lambdas/ports/message-source.ts';
import type { MessageVisibility } from '../../lambdas/ports/message-visibility.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { History } from './history.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface QueueModel extends MessageVisibility, MessageSource {
  readonly name: string;
  /** The message's id. */
  send(body: string, delayMs?: number): string;
  /** The function that works off this queue, and how many of it run at once. */
  feed(consume: (event: SQSEvent) => Promise<SQSBatchResponse>, concurrency: number): void;
  readonly deadLetters: readonly string[];
  readonly size: () => number;
}

export interface QueueWorld {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly history: History;
}

export interface QueueSettings {
  readonly visibilityMs: number;
  readonly maxReceives: number;
  readonly batch: number;
}

/** What a record tells of a message. */
interface Handed {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly receipt: string;
}

interface Message extends Handed {
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  /**
   * Of the latest hand-out. SQS asks for the latest and says an older one may not work; here it hides nothing, and
   * deletes every other time: then a copy's acknowledgement takes the message from a worker that is about to fail.
   */
  receipt: string;
}

const LONG_POLL_MS = 1_000;

export function createQueue(world: QueueWorld, name: string, settings: QueueSettings): QueueModel {
  const { time, dice, faults, history } = world;
  const messages = new Map<string, Message>();
  const deadLetters: string[] = [];
  let sent = 0;
  let handedOut = 0;
  let busy = 0;
  let consumer: { consume: (event: SQSEvent) => Promise<SQSBatchResponse>; concurrency: number } | undefined;

  const byReceipt = (receipt: string, worksLate: () => boolean): Message | undefined => {
    const message = messages.get(receipt.slice(0, receipt.indexOf('#')));
    return message?.receipt === receipt || worksLate() ? message : undefined;
  };

  const showAt = (message: Message, moment: number): void => {
    message.visibleAt = moment;
    time.at(moment + dice.between(1, 15), poll);
  };

  /** What one receive gets: some of the visible messages, in any order. */
  const take = (): Message[] => {
    const visible = [...messages.values()].filter((message) => message.visibleAt <= time.now());
    const taken = dice.shuffled(visible).slice(0, dice.between(1, settings.batch));
    const dead = taken.filter((message) => message.receives >= settings.maxReceives);
    for (const message of dead) {
      messages.delete(message.id);
      deadLetters.push(message.body);
      history.trace(() => `${name} moves ${message.id} to its dead-letter queue`);
    }
    return taken.filter((message) => !dead.includes(message));
  };

  const handOut = (message: Message): SQSRecord => {
    // Handed to a second consumer too: neither the count nor the hiding was seen by the server that does it.
    const twice = dice.chance(faults.weather().duplicate);
    handedOut++;
    if (name === 'delivery') history.lateMs = Math.max(history.lateMs, time.now() - message.visibleAt);
    message.receipt = `${message.id}#${handedOut}`;
    const receives = message.receives + 1;
    const firstReceivedAt = message.receives === 0 ? time.now() : message.firstReceivedAt;
    if (twice) {
      history.noteCopy(message.body);
    } else {
      message.receives = receives;
      message.firstReceivedAt = firstReceivedAt;
    }
    showAt(message, time.now() + (twice ? dice.between(0, 5_000) : settings.visibilityMs));
    history.trace(() => `${name} hands out ${message.id}, receive ${receives}${twice ? ', twice' : ''}`);
    return toRecord(message, receives, firstReceivedAt);
  };

  const remove = (handled: readonly QueuedMessage[]): void => {
    for (const { messageId, receiptHandle } of handled) {
      const message = byReceipt(receiptHandle, () => dice.chance(0.5));
      if (message === undefined) continue;
      if (dice.chance(faults.weather().undeleted)) {
        history.noteTrouble(message.body);
        continue;
      }
      history.trace(() => `${name} deletes ${messageId}`);
      messages.delete(messageId);
    }
  };

  function poll(): void {
    if (consumer === undefined || busy >= consumer.concurrency) return;
    const taken = take();
    if (taken.length === 0) return;
    const records = taken.map(handOut);
    if (faults.throttles?.(name) === true) {
      // Received, counted and hidden; the function is never called.
      history.trace(() => `${name}'s function is throttled`);
      for (const { body } of records) history.noteTrouble(body);
      return;
    }
    busy++;
    consumer
      .consume({ Records: records })
      .then(
        ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
        // A function that failed returns the whole batch, when its visibility timeout ends.
        () => new Set(records.map(({ messageId }) => messageId)),
      )
      .then((failed) => {
        remove(records.filter(({ messageId }) => !failed.has(messageId)));
        busy--;
        time.at(time.now() + dice.between(1, 15), poll);
      });
  }

  return {
    name,
    deadLetters,
    size: () => messages.size,
    send(body, delayMs = 0) {
      sent++;
      history.noteCopy(body);
      const id = `${name}-${sent}`;
      const now = time.now();
      const message = { id, body, sentAt: now, visibleAt: now, receives: 0, firstReceivedAt: 0, receipt: '' };
      messages.set(id, message);
      // Whole seconds, as the service counts.
      showAt(message, now + Math.ceil(delayMs / 1000) * 1000);
      return id;
    },
    feed(consume, concurrency) {
      consumer = { consume, concurrency };
    },
    async receive() {
      const taken = take();
      // Long polling, as far as a small history needs it.
      if (taken.length === 0) await time.sleep(LONG_POLL_MS);
      return taken.map(handOut);
    },
    async remove(handled) {
      remove(handled);
    },
    async hide(hidden) {
      for (const { receiptHandle, seconds } of hidden) {
        const message = byReceipt(receiptHandle, () => false);
        if (message === undefined) continue;
        history.trace(() => `${name} hides ${receiptHandle} for ${seconds} s`);
        showAt(message, time.now() + seconds * 1000);
      }
    },
  };
}

export function toRecord(message: Handed, receives: number, firstReceivedAt: number): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'gateway',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${message.id}`,
    awsRegion: 'eu-central-1',
  };
}
