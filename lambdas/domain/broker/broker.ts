/** Sources of events in the operator's account: queues, topics, buses and streams that Lambda reads for us. */
import type { Pick } from '../inbound/pick.ts';

export const BROKER_KINDS = [
  'sqs',
  'sns',
  'eventbridge',
  'kinesis',
  'dynamodb',
  'msk',
  'kafka',
  'rabbitmq',
  'activemq',
] as const;
export type BrokerKind = (typeof BROKER_KINDS)[number];

/** One of them, as far as making events of its messages goes. Travels to the function as JSON in its environment. */
export interface Broker {
  readonly name: string;
  readonly kind: BrokerKind;
  /** ARN of the queue, topic, stream, cluster or broker; bootstrap servers as `bootstrapKey` writes them; for a bus its name here. */
  readonly at: string;
  /** A Kafka topic, or a queue of Amazon MQ (RabbitMQ's with `::` and its virtual host). */
  readonly channel?: string;
  readonly project: string;
  readonly eventType: Pick;
  readonly owner?: Pick;
  /** Of every message; absent: as the message says, or as its bytes look. */
  readonly contentType?: string;
  /** Of a queue: its messages are notifications of SNS, and the event is what is in them. */
  readonly unwrap?: 'sns';
  /** Of a bus: the event is the whole envelope, not its detail alone. */
  readonly whole?: true;
}

/** A message, whatever it came from. */
export interface BrokerMessage {
  /** The broker's own, the same when it is handed over again. Absent: the sender gave none, and a repeat can't be known. */
  readonly id?: string;
  /** Milliseconds, by a clock of AWS and the same when it is handed over again. Absent: nobody to believe says when. */
  readonly sentAt?: number;
  /** Names in lower case: what picks and filters call headers. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly contentType?: string;
}

/** From the function's environment, where `contract/read-brokers.ts` of the same deployment wrote it. */
export function brokersIn(text: string): readonly Broker[] {
  return JSON.parse(text) as readonly Broker[];
}

/** The order servers are listed in, which means nothing. */
export function bootstrapKey(servers: string): string {
  return servers
    .split(',')
    .map((server) => server.trim())
    .sort()
    .join();
}

/** The same for every redelivery of a message, and for no other: its place counts, since ids are unique there only. */
export function messageKey({ name, at }: Broker, id: string): string {
  return `${name}\n${at}\n${id}`;
}
