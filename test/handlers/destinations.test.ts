/** Everything between a planned delivery and AWS: real clients, real wires, the way the deliver function puts them together. */

import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryClock } from '../../lambdas/adapters/memory/clock.ts';
import type { Destination } from '../../lambdas/domain/destination/destination.ts';
import type { EventToSend } from '../../lambdas/domain/event.ts';
import { deliveryHeaders } from '../../lambdas/domain/headers.ts';
import { destinationSender } from '../../lambdas/handlers/destinations.ts';
import type { DestinationSender } from '../../lambdas/ports/destinations.ts';
import { anEndpoint, anEventToSend, aSecret, EVENT_ID, NOW, PROJECT_ID } from '../factories.ts';
import { type AwsStandIn, assumed, refusedByQuery, startAwsStandIn } from './aws-stand-in.ts';

const ROLE = 'arn:aws:iam::210987654321:role/sender';
/** Where the emulator makes what is made without a region. Queues elsewhere are others: the URL names the region. */
const EMULATED_REGION = 'us-east-1';
const LIMIT = 1_048_576;

let fauxqs: FauxqsServer;
let aws: AwsStandIn;
let sts: AwsStandIn;

beforeAll(async () => {
  [fauxqs, aws, sts] = await Promise.all([
    startFauxqs({ port: 0, logger: false }),
    startAwsStandIn(),
    startAwsStandIn(),
  ]);
  const emulator = `http://127.0.0.1:${fauxqs.port}`;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ours');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', emulator);
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', emulator);
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', aws.address);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', aws.address);
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.address);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([fauxqs.stop(), aws.stop(), sts.stop()]);
});

const clock = memoryClock(NOW);
let sender: DestinationSender;
beforeEach(() => {
  sender = destinationSender(clock);
  aws.reply({});
  sts.reply(assumed('theirs', new Date(clock.now() + 3_600_000)));
});

function send(destination: Destination, over: Partial<EventToSend> = {}, timeoutMs = 5_000) {
  const event = anEventToSend(over);
  const headers = deliveryHeaders(event, anEndpoint(), Date.now());
  return sender.send({ destination, project: PROJECT_ID, event, headers, timeoutMs });
}

/** What was kept of a taken event's answer. */
function said(result: Awaited<ReturnType<typeof send>>): unknown {
  if (result.kind !== 'response') throw new Error(JSON.stringify(result));
  return JSON.parse(Buffer.from(result.response.body).toString());
}

describe('an SQS queue', () => {
  const queueOf = (name: string, attributes = {}): Destination => {
    fauxqs.createQueue(name, { attributes });
    return { kind: 'sqs', arn: `arn:aws:sqs:${EMULATED_REGION}:000000000000:${name}` };
  };
  const messages = (name: string) => fauxqs.inspectQueue(name)!.messages.ready;

  test('gets the body and its verifiable attributes; the message’s id is the response', async () => {
    const result = await send(queueOf('plain'), { owner: 'cus_1' });
    const [message] = messages('plain');
    expect(said(result)).toEqual({ message_id: message!.messageId });
    expect(result).toMatchObject({ kind: 'response', statusCode: 200, phases: { wait: 0 } });
    const attributes = Object.fromEntries(
      Object.entries(message!.messageAttributes).map(([name, { StringValue }]) => [name, StringValue!]),
    );
    expect(attributes).toMatchObject({ 'webhook-id': EVENT_ID, 'webhook-owner-id': 'cus_1' });
    expect(new Webhook(aSecret()).verify(message!.body, attributes)).toMatchObject({ id: 'inv_1' });
  });

  test('that is FIFO keeps an owner’s events in a group, and a repeat once', async () => {
    const queue = queueOf('ordered.fifo', { FifoQueue: 'true' });
    await send(queue, { owner: 'cus_1' });
    await send(queue, { owner: 'cus_1' });
    expect(messages('ordered.fifo')).toMatchObject([
      { messageGroupId: 'cus_1', messageDeduplicationId: EVENT_ID },
    ]);
  });

  test('that is not there is named so', async () => {
    const arn = 'arn:aws:sqs:eu-west-1:000000000000:nowhere';
    expect(await send({ kind: 'sqs', arn })).toMatchObject({
      kind: 'no_response',
      error: 'destination_not_found',
      detail: expect.stringMatching(/queue does not exist/i),
    });
  });

  test('is not tried with more than it takes', async () => {
    const result = await send(queueOf('small'), { body: Buffer.alloc(LIMIT, 'x') });
    expect(result).toMatchObject({ kind: 'no_response', error: 'destination_too_large' });
    expect(messages('small')).toEqual([]);
  });
});

test('an SNS topic hands body and attributes to its subscribers', async () => {
  fauxqs.createQueue('subscriber');
  fauxqs.createTopic('orders');
  fauxqs.subscribe({ topic: 'orders', queue: 'subscriber' });
  const arn = `arn:aws:sns:${EMULATED_REGION}:000000000000:orders`;
  const result = await send({ kind: 'sns', arn });
  expect(said(result)).toEqual({ message_id: expect.any(String) });
  const [message] = fauxqs.inspectQueue('subscriber')!.messages.ready;
  const envelope = JSON.parse(message!.body);
  expect(envelope.Message).toBe('{"id":"inv_1","amount":4200}');
  expect(envelope.MessageAttributes['webhook-id'].Value).toBe(EVENT_ID);
  const gone = await send({ kind: 'sns', arn: `${arn}-gone` });
  expect(gone).toMatchObject({ kind: 'no_response', error: 'destination_not_found' });
});

describe('an EventBridge bus', () => {
  const arn = 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
  const bus: Destination = { kind: 'eventbridge', arn, source: 'shop' };

  test('gets an entry of the event’s type, whose detail is the data', async () => {
    aws.reply({ body: '{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}' });
    expect(said(await send(bus))).toEqual({ event_id: 'e-1' });
    expect(aws.asked[0]!.target).toBe('AWSEvents.PutEvents');
    expect(aws.asked[0]!.headers.authorization).toContain('/eu-west-1/events/aws4_request');
    expect(JSON.parse(aws.asked[0]!.body)).toEqual({
      Entries: [
        {
          EventBusName: arn,
          Source: 'shop',
          DetailType: 'invoice.paid',
          Detail: '{"id":"inv_1","amount":4200}',
          Time: expect.any(Number),
          Resources: [EVENT_ID],
        },
      ],
    });
  });

  test.each([
    ['ThrottlingException', 'destination_throttled'],
    ['InternalFailure', 'destination_unavailable'],
    ['NotAuthorizedForSourceException', 'destination_denied'],
    ['MalformedDetail', 'destination_rejected'],
  ])('whose call succeeds and whose entry fails with %s: %s', async (ErrorCode, error) => {
    const Entries = [{ ErrorCode, ErrorMessage: 'said so' }];
    aws.reply({ body: JSON.stringify({ FailedEntryCount: 1, Entries }) });
    const detail = `${ErrorCode}: said so`;
    expect(await send(bus)).toMatchObject({ kind: 'no_response', error, detail });
  });
});

describe('a Lambda function', () => {
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';
  const queued: Destination = { kind: 'lambda', arn, invocation: 'Event' };
  const waited: Destination = { kind: 'lambda', arn, invocation: 'RequestResponse' };

  test('is called with the event; that Lambda queued it is the answer', async () => {
    aws.reply({ status: 202, body: '' });
    expect(await send(queued)).toMatchObject({
      kind: 'response',
      statusCode: 202,
      response: { headers: { 'x-amzn-requestid': 'request-1' }, truncated: false },
    });
    const [asked] = aws.asked;
    expect(asked!.target).toBe(`POST /2015-03-31/functions/${encodeURIComponent(arn)}/invocations`);
    expect(asked!.headers['x-amz-invocation-type']).toBe('Event');
    expect(JSON.parse(asked!.body)).toMatchObject({ id: EVENT_ID, body: '{"id":"inv_1","amount":4200}' });
  });

  test('that is waited for answers for itself', async () => {
    aws.reply({ body: '{"handled":true}' });
    expect(said(await send(waited))).toEqual({ handled: true });
    aws.reply({ body: JSON.stringify('x'.repeat(20_000)) });
    const long = await send(waited);
    expect(long).toMatchObject({ response: { truncated: true } });
    expect(long.kind === 'response' && long.response.body).toHaveLength(16 * 1024);
  });

  test('that throws is a failure in its own words', async () => {
    const thrown = { errorMessage: 'no such order', errorType: 'Error' };
    aws.reply({ headers: { 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(thrown) });
    expect(await send(waited)).toMatchObject({ error: 'function_failed', detail: 'no such order' });
  });

  test('that does not return in time is a timeout', async () => {
    aws.reply({ silent: true });
    expect(await send(waited, {}, 100)).toMatchObject({ kind: 'no_response', error: 'response_timeout' });
  });

  test.each([
    [404, 'ResourceNotFoundException', 'destination_not_found'],
    [403, 'AccessDeniedException', 'destination_denied'],
    [429, 'TooManyRequestsException', 'destination_throttled'],
    [400, 'InvalidRequestContentException', 'destination_rejected'],
    [500, 'ServiceException', 'destination_unavailable'],
  ])('that answers %s %s: %s', async (status, name, error) => {
    aws.reply({ status, headers: { 'x-amzn-errortype': name }, body: '{"Message":"said so"}' });
    expect(await send(queued)).toMatchObject({ kind: 'no_response', error, detail: `${name}: said so` });
  });

  test('takes 6 MB when it is waited for, and 1 MiB when it is not', async () => {
    const body = Buffer.alloc(LIMIT, 'x');
    expect(await send(queued, { body })).toMatchObject({ error: 'destination_too_large' });
    expect(await send(waited, { body })).toMatchObject({ kind: 'response' });
  });
});

describe('a role', () => {
  const destination: Destination = {
    kind: 'lambda',
    arn: 'arn:aws:lambda:us-east-2:210987654321:function:orders',
    role: ROLE,
    invocation: 'Event',
  };
  const ask = () => Object.fromEntries(new URLSearchParams(sts.asked[0]!.body));

  test('is taken on with the project’s external id, and signs the call', async () => {
    expect(await send(destination)).toMatchObject({ kind: 'response' });
    expect(ask()).toMatchObject({ RoleArn: ROLE, ExternalId: `posthorn-${PROJECT_ID}` });
    expect(aws.asked[0]!.headers).toMatchObject({
      authorization: expect.stringMatching(/Credential=theirs\/\d+\/us-east-2\/lambda\//),
      'x-amz-security-token': 'session',
    });
  });

  test('is taken on once until five minutes before its session ends', async () => {
    await Promise.all([send(destination), send(destination)]);
    await send(destination);
    expect(sts.asked).toHaveLength(1);
    clock.advance(3_300_000);
    sts.reply(assumed('theirs-again', new Date(clock.now() + 3_600_000)));
    await send(destination);
    expect(aws.asked.at(-1)!.headers.authorization).toContain('Credential=theirs-again/');
  });

  test('is taken on anew after AWS refused what it may', async () => {
    aws.reply({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
    expect(await send(destination)).toMatchObject({ error: 'destination_denied' });
    await send(destination);
    expect(sts.asked).toHaveLength(2);
  });

  test('is taken on anew after AWS ended its session', async () => {
    aws.reply({ status: 403, headers: { 'x-amzn-errortype': 'UnrecognizedClientException' } });
    expect(await send(destination)).toMatchObject({ kind: 'our_fault' });
    await send(destination);
    expect(sts.asked).toHaveLength(2);
  });

  test('that does not trust us is the settings’ fault', async () => {
    sts.reply(refusedByQuery(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole'));
    expect(await send(destination)).toMatchObject({
      kind: 'no_response',
      error: 'role_not_assumable',
      detail: 'AccessDenied: not authorized to perform: sts:AssumeRole',
    });
    expect(aws.asked).toEqual([]);
  });

  test('uses up no attempt while STS is not well', async () => {
    sts.reply(refusedByQuery(503, 'ServiceUnavailable', 'later'));
    expect(await send(destination)).toEqual({ kind: 'our_fault', detail: 'STS: ServiceUnavailable: later' });
  });
});
