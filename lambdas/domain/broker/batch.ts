/** What Lambda hands to the function: which broker each record came from, and how a record that failed is told. */

import { singleRecords } from './aggregated-records.ts';
import { type Broker, type BrokerKind, type BrokerMessage, bootstrapKey } from './broker.ts';
import { busMessage } from './bus-events.ts';
import { entriesAt, field, listAt, textAt } from './fields.ts';
import { kafkaMessage } from './kafka-records.ts';
import { activemqMessage, rabbitmqMessage } from './mq-records.ts';
import { snsMessage, sqsMessage } from './queue-records.ts';
import { dynamodbMessage, kinesisMessage } from './stream-records.ts';

export interface BrokerRecord {
  readonly broker: Broker;
  /** As it was handed over: kept where nothing else can be. */
  readonly raw: unknown;
  /** Undefined when it has not the form its kind's records have. */
  readonly message: BrokerMessage | undefined;
  /** What Lambda is told of it when it is to come again. Absent: only whole batches can. */
  readonly item?: string;
}

const READERS: Readonly<Record<BrokerKind, (broker: Broker, record: unknown) => BrokerMessage | undefined>> =
  {
    sqs: sqsMessage,
    sns: snsMessage,
    eventbridge: busMessage,
    kinesis: kinesisMessage,
    dynamodb: dynamodbMessage,
    msk: kafkaMessage,
    kafka: kafkaMessage,
    rabbitmq: rabbitmqMessage,
    activemq: activemqMessage,
  };

/** Of ids, whose days have eight digits. */
const END_OF_TIME_MS = Date.UTC(10_000, 0, 1);

interface Handed {
  readonly kind: BrokerKind;
  readonly at: string | undefined;
  readonly channel?: string | undefined;
  readonly raw: unknown;
  readonly item?: string | undefined;
}

/** @throws Error for what none of the brokers hands over: the settings it was deployed with are other ones */
export function readBatch(brokers: readonly Broker[], event: unknown): readonly BrokerRecord[] {
  return handedOver(event).map(({ kind, at, channel, raw, item }) => {
    const broker = brokers.find(
      (each) =>
        each.kind === kind && each.at === at && (each.channel === undefined || each.channel === channel),
    );
    if (broker === undefined) {
      throw new Error(`no broker of the settings is ${[kind, at, channel].filter(Boolean).join(' ')}`);
    }
    return { broker, raw, message: read(broker, raw), ...(item !== undefined && { item }) };
  });
}

/** A time that can't be one of an id is as good as none. */
function read(broker: Broker, raw: unknown): BrokerMessage | undefined {
  const message = READERS[broker.kind](broker, raw);
  if (message?.sentAt === undefined || isMoment(message.sentAt)) return message;
  const { sentAt: _, ...rest } = message;
  return rest;
}

function isMoment(ms: number): boolean {
  return Number.isInteger(ms) && ms >= 0 && ms < END_OF_TIME_MS;
}

function handedOver(event: unknown): readonly Handed[] {
  const at = textAt(event, 'eventSourceArn');
  switch (textAt(event, 'eventSource')) {
    case 'aws:kafka':
      return kafka(event, 'msk', at);
    case 'SelfManagedKafka':
      return kafka(event, 'kafka', bootstrapKey(textAt(event, 'bootstrapServers') ?? ''));
    case 'aws:rmq':
      return entriesAt(event, 'rmqMessagesByQueue').flatMap(([channel, messages]) =>
        listAt({ messages }, 'messages').map((raw) => ({ kind: 'rabbitmq' as const, at, channel, raw })),
      );
    // Documented with the one, and seen with the other.
    case 'aws:mq':
    case 'aws:amq':
      return listAt(event, 'messages').map((raw) => {
        const channel = textAt(field(raw, 'destination'), 'physicalName');
        return { kind: 'activemq' as const, at, channel, raw };
      });
  }
  const name = textAt(event, 'broker');
  if (name !== undefined) return [{ kind: 'eventbridge', at: name, raw: event }];
  const records = listAt(event, 'Records');
  if (records.length === 0) throw new Error('an event of a form no broker has');
  return records.flatMap(ofRecord);
}

function kafka(event: unknown, kind: 'msk' | 'kafka', at: string | undefined): readonly Handed[] {
  return entriesAt(event, 'records').flatMap(([, records]) =>
    listAt({ records }, 'records').map((raw) => ({ kind, at, channel: textAt(raw, 'topic'), raw })),
  );
}

/** One, but for records of Kinesis that hold several. */
function ofRecord(raw: unknown): readonly Handed[] {
  const at = textAt(raw, 'eventSourceARN');
  switch (textAt(raw, 'eventSource') ?? textAt(raw, 'EventSource')) {
    case 'aws:sqs':
      return [{ kind: 'sqs', at, raw, item: textAt(raw, 'messageId') }];
    case 'aws:kinesis': {
      const item = textAt(field(raw, 'kinesis'), 'sequenceNumber');
      return singleRecords(raw).map((single) => ({ kind: 'kinesis', at, raw: single, item }));
    }
    case 'aws:dynamodb':
      return [{ kind: 'dynamodb', at, raw, item: textAt(field(raw, 'dynamodb'), 'SequenceNumber') }];
    case 'aws:sns':
      return [{ kind: 'sns', at: textAt(field(raw, 'Sns'), 'TopicArn'), raw }];
    default:
      throw new Error('a record of a form no broker has');
  }
}
