import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { callAws } from '../../local/aws-json.ts';
import { type Emulator, startEmulator } from '../../local/emulators/emulator.ts';
import { type PollerOptions, startPoller } from '../../local/poller.ts';
import { queueUrl } from '../../local/template/names.ts';
import { stopThread } from '../../local/threads.ts';

interface Batch {
  readonly Records: readonly { messageId: string; body: string; attributes: Record<string, string> }[];
}

let emulator: Emulator;
let sqs: string;
let url: string;
let queues = 0;

beforeAll(async () => {
  emulator = await startEmulator('sqs-s3', {});
  sqs = emulator.address;
});
afterAll(() => stopThread(emulator.worker, 1000));

beforeEach(async () => {
  const name = `queue-${++queues}`;
  await callAws(sqs, 'sqs', 'CreateQueue', { QueueName: name, Attributes: { VisibilityTimeout: '60' } });
  url = queueUrl(sqs, name);
});

async function send(...bodies: string[]): Promise<void> {
  for (const body of bodies) await callAws(sqs, 'sqs', 'SendMessage', { QueueUrl: url, MessageBody: body });
}

async function left(): Promise<{ visible: number; hidden: number }> {
  const { Attributes } = await callAws(sqs, 'sqs', 'GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ['All'],
  });
  const attributes = Attributes as Record<string, string>;
  return {
    visible: Number(attributes.ApproximateNumberOfMessages),
    hidden: Number(attributes.ApproximateNumberOfMessagesNotVisible),
  };
}

function poll(invoke: (batch: Batch) => Promise<unknown>, options: Partial<PollerOptions> = {}) {
  return startPoller({
    sqs,
    queueUrl: url,
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:q',
    batchSize: 10,
    concurrency: 2,
    reportsItemFailures: true,
    invoke: (event) => invoke(event as Batch),
    ...options,
  });
}

test('hands messages over in one batch and deletes what was handled', async () => {
  await send('a', 'b', 'c');
  const invoke = vi.fn(async (_batch: Batch) => ({}));
  const poller = poll(invoke);
  await vi.waitFor(async () => expect(await left()).toEqual({ visible: 0, hidden: 0 }));
  await poller.stop(1000);
  expect(invoke.mock.calls.flatMap(([batch]) => batch.Records.map((record) => record.body))).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(invoke.mock.calls[0]?.[0].Records[0]?.attributes).toMatchObject({ ApproximateReceiveCount: '1' });
});

test('leaves the messages reported as failed, hidden until their visibility ends', async () => {
  await send('good', 'bad');
  const invoke = vi.fn(async ({ Records }: Batch) => ({
    batchItemFailures: Records.filter((each) => each.body === 'bad').map((each) => ({
      itemIdentifier: each.messageId,
    })),
  }));
  const poller = poll(invoke);
  await vi.waitFor(async () => expect(await left()).toEqual({ visible: 0, hidden: 1 }));
  await poller.stop(1000);
});

test('deletes nothing of a batch whose function threw', async () => {
  await send('a', 'b');
  const invoke = vi.fn(async () => {
    throw new Error('broken');
  });
  const poller = poll(invoke);
  await vi.waitFor(() => expect(invoke).toHaveBeenCalled());
  await poller.stop(1000);
  expect(await left()).toEqual({ visible: 0, hidden: 2 });
});

test('keeps several batches in flight, and no more than it may', async () => {
  await send(...Array.from({ length: 25 }, (_, index) => String(index)));
  const ends: (() => void)[] = [];
  const invoke = vi.fn(() => new Promise((resolve) => ends.push(() => resolve({}))));
  const poller = poll(invoke);
  await vi.waitFor(() => expect(invoke).toHaveBeenCalledTimes(2));
  expect((await left()).visible).toBe(5);
  for (const end of ends) end();
  await vi.waitFor(() => expect(invoke).toHaveBeenCalledTimes(3));
  for (const end of ends) end();
  await vi.waitFor(async () => expect(await left()).toEqual({ visible: 0, hidden: 0 }));
  await poller.stop(1000);
});

test('splits a batch that would not fit into one event', async () => {
  const large = 'x'.repeat(1_000_000);
  await send(...Array.from({ length: 8 }, () => large));
  const sizes: number[] = [];
  const poller = poll(async ({ Records }) => void sizes.push(Records.length), { concurrency: 1 });
  await vi.waitFor(async () => expect(await left()).toEqual({ visible: 0, hidden: 0 }));
  await poller.stop(1000);
  expect(sizes).toEqual([6, 2]);
});
