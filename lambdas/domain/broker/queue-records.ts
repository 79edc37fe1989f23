/** Records of Amazon SQS and Amazon SNS. */
import { snsAttributes, snsNotification, type Unwrapped } from '../inbound/unwrap.ts';
import type { Broker, BrokerMessage } from './broker.ts';
import { attributesOf, entriesAt, field, numberAt, textAt } from './fields.ts';

/** SNS goes on trying a queue for 23 days. */
const MOST_BEFORE_MS = 30 * 86_400_000;
/** Its clocks and those of SQS. */
const MOST_AFTER_MS = 5 * 60_000;

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsMessage(broker: Broker, record: unknown): BrokerMessage | undefined {
  const id = textAt(record, 'messageId');
  const body = field(record, 'body');
  const sentAt = numberAt(field(record, 'attributes'), 'SentTimestamp');
  if (id === undefined || typeof body !== 'string' || sentAt === undefined) return undefined;
  const own = sqsAttributes(record);
  const notification = broker.unwrap === 'sns' ? snsNotification(body) : undefined;
  // With raw delivery SNS puts no envelope around it.
  if (notification === undefined) return { id, sentAt, attributes: own, body: Buffer.from(body) };
  return { ...messageOf(notification, sentAt), attributes: { ...own, ...lower(notification) } };
}

export function sqsAttributes(record: unknown): Readonly<Record<string, string>> {
  return attributesOf(entriesAt(record, 'messageAttributes').map(readAttribute));
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function snsMessage(_broker: Broker, record: unknown): BrokerMessage | undefined {
  const sns = field(record, 'Sns');
  const id = textAt(sns, 'MessageId');
  const body = field(sns, 'Message');
  const sentAt = Date.parse(textAt(sns, 'Timestamp') ?? '');
  if (id === undefined || typeof body !== 'string' || Number.isNaN(sentAt)) return undefined;
  const subject = textAt(sns, 'Subject');
  const attributes = snsAttributes(field(sns, 'MessageAttributes'));
  const notification = { id, sentAt, attributes, body: Buffer.from(body) };
  return messageOf(subject === undefined ? notification : { ...notification, subject }, sentAt);
}

/** By the id and the time SNS gave it: a topic may send one notification to a queue twice. */
function messageOf(notification: Unwrapped, sentAt: number): BrokerMessage {
  const { id, body } = notification;
  return { id, sentAt: believedTime(notification.sentAt, sentAt), attributes: lower(notification), body };
}

/** Whoever may send to the queue can write an envelope; an event of another year would be hidden, or gone at once. */
function believedTime(said: number | undefined, sentAt: number): number {
  return said !== undefined && said >= sentAt - MOST_BEFORE_MS && said <= sentAt + MOST_AFTER_MS
    ? said
    : sentAt;
}

function lower({ attributes, subject }: Unwrapped): Readonly<Record<string, string>> {
  return attributesOf([
    ...(subject === undefined ? [] : [['subject', subject] as const]),
    ...Object.entries(attributes),
  ]);
}

/** Binary ones stay base64. */
function readAttribute([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [name, textAt(value, 'stringValue') ?? textAt(value, 'binaryValue')];
}
