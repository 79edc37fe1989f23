/** Deliveries that come in again: by whichever way, they know how often, and end. */
import { describe, expect, test } from 'vitest';
import { readBatch } from '../../lambdas/domain/broker/batch.ts';
import type { Broker } from '../../lambdas/domain/broker/broker.ts';
import { brokerCommand } from '../../lambdas/domain/broker/broker-command.ts';
import { busEntry, queueMessage } from '../../lambdas/domain/destination/message.ts';
import type { EventToSend } from '../../lambdas/domain/event.ts';
import { deliveryHeaders, isReservedHeader } from '../../lambdas/domain/headers.ts';
import { HOPS_HEADER, headersOfWay, MAX_HOPS } from '../../lambdas/domain/hops.ts';
import { aBroker, anEndpoint, anEventToSend, EVENT_ID, NOW } from '../factories.ts';

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:round';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:round';

function messageOf(event: EventToSend) {
  return queueMessage(event, deliveryHeaders(event, anEndpoint({ headers: { 'X-A': '1' } }), NOW));
}

function ofQueue(body: string, attributes: Readonly<Record<string, string>>) {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
  );
  const record = { messageId: 'm', body, messageAttributes, attributes: { SentTimestamp: String(NOW) } };
  return { Records: [{ ...record, eventSource: 'aws:sqs', eventSourceARN: ARN }] };
}

function notification({ body, attributes }: ReturnType<typeof messageOf>) {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
  );
  const Timestamp = new Date(NOW).toISOString();
  return {
    Type: 'Notification',
    MessageId: 'm',
    TopicArn: TOPIC,
    Message: body,
    MessageAttributes,
    Timestamp,
  };
}

/** What Lambda hands over of an event that was delivered to a place, and who reads that. */
const WAYS: readonly (readonly [string, Partial<Broker>, (event: EventToSend) => unknown])[] = [
  [
    'a queue',
    { kind: 'sqs', at: ARN },
    (event) => ofQueue(messageOf(event).body, messageOf(event).attributes),
  ],
  [
    'a topic',
    { kind: 'sns', at: TOPIC },
    (event) => ({ Records: [{ EventSource: 'aws:sns', Sns: notification(messageOf(event)) }] }),
  ],
  [
    'a queue that a topic feeds',
    { kind: 'sqs', at: ARN, unwrap: 'sns' },
    (event) => ofQueue(JSON.stringify(notification(messageOf(event))), {}),
  ],
  [
    'a bus',
    { kind: 'eventbridge', at: 'round' },
    (event) => {
      const { detailType, detail, resources } = busEntry(event, 'posthorn');
      const put = { id: 'm', source: 'posthorn', 'detail-type': detailType, detail: JSON.parse(detail) };
      return { broker: 'round', event: { ...put, resources } };
    },
  ],
];

describe.each(WAYS)('an event that goes round over %s', (_, place, delivered) => {
  const broker = aBroker(place);
  const again = (event: EventToSend) => {
    const [record] = readBatch([broker], delivered(event));
    return brokerCommand(broker, record!.message!);
  };

  test('is taken in again some times, and then refused with the reason', () => {
    let event = anEventToSend();
    for (let hops = 1; hops <= MAX_HOPS; hops++) {
      const command = again(event);
      if (!command.ok) throw new Error(`refused after ${hops}`);
      expect(command.value.headers).toEqual({ [HOPS_HEADER]: String(hops) });
      event = anEventToSend({ headers: command.value.headers });
    }
    expect(again(event)).toEqual({
      ok: false,
      failure: {
        kind: 'invalid',
        errors: [
          expect.objectContaining({
            field: HOPS_HEADER,
            code: 'loop',
            detail: expect.stringContaining('goes round'),
          }),
        ],
      },
    });
  });
});

describe('the headers of a way', () => {
  const of = (named: Record<string, string>) => {
    const way = headersOfWay(named);
    return way.ok ? way.value : 'refused';
  };

  test.each([
    ['nothing of ours', {}, {}],
    ['an id of another gateway’s making', { 'webhook-id': 'msg_2b7', 'webhook-hops': '3' }, {}],
    ['a count without an event', { 'webhook-hops': '99' }, {}],
    ['a first delivery', { 'webhook-id': EVENT_ID }, { 'webhook-hops': '1' }],
    ['a later one', { 'webhook-id': EVENT_ID, 'webhook-hops': '3' }, { 'webhook-hops': '4' }],
    ['a count that is none', { 'webhook-id': EVENT_ID, 'webhook-hops': '-1e9' }, { 'webhook-hops': '1' }],
    [
      'one over a topic that calls a source',
      { 'sns-attribute-webhook-id': EVENT_ID, 'sns-attribute-webhook-hops': '1' },
      { 'webhook-hops': '2' },
    ],
    ['too many', { 'webhook-id': EVENT_ID, 'webhook-hops': String(MAX_HOPS) }, 'refused'],
  ])('%s', (_, named, headers) => expect(of(named)).toEqual(headers));

  test('can be set by nobody else', () => expect(isReservedHeader(HOPS_HEADER)).toBe(true));
});

test('a message with everything it can carry has no more attributes than SQS takes', () => {
  const headers = { [HOPS_HEADER]: '1' };
  const event = anEventToSend({ owner: 'cus_1', body: Uint8Array.of(0), headers });
  const { attributes } = messageOf(event);
  expect(attributes).toMatchObject({ [HOPS_HEADER]: '1', 'webhook-headers': '{"x-a":"1"}' });
  expect(Object.keys(attributes)).toHaveLength(9);
});
