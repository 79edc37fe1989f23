/** The local mode, driven from outside: what a newcomer and their scripts see. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

/** Starting bundles and synthesises; the machine may be busy with other tests. */
const START_MS = 90_000;
const SOON = { timeout: 20_000, interval: 100 };

interface DeliverySeen {
  readonly status: string;
  readonly next_attempt_at?: string;
  readonly attempts: readonly { readonly status_code?: number; readonly outcome?: string }[];
}

async function deliveryOf(local: LocalMode, id: string): Promise<DeliverySeen> {
  const { body } = await local.call('GET', `/deliveries/${id}`);
  return body as unknown as DeliverySeen;
}

/** The ids of an accepted event and of its deliveries by the path of their endpoint. */
async function publish(
  local: LocalMode,
  event: object,
): Promise<{ id: string; deliveries: Map<string, string> }> {
  const { status, body } = await local.call('POST', '/events', event);
  expect(status).toBe(202);
  const deliveries = new Map<string, string>();
  for (const delivery of body.deliveries as { id: string; endpoint_id: string }[]) {
    const endpoint = await local.call('GET', `/endpoints/${delivery.endpoint_id}`);
    deliveries.set(new URL(String(endpoint.body.url)).pathname, delivery.id);
  }
  return { id: String(body.id), deliveries };
}

describe('in memory', () => {
  const folder = scratch();
  let local: LocalMode;

  beforeAll(async () => {
    local = await startLocalMode(folder.path);
  }, START_MS);
  afterAll(async () => {
    local.child.kill('SIGKILL');
    folder.remove();
  });

  test('says only what has answered, and tests itself with a real event', async () => {
    const said = local
      .printed()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(said.filter((line) => line.event === 'ok').map((line) => line.what)).toEqual([
      'storage, queues, mail',
      'gateway API',
      'demo receiver',
      'self-test',
    ]);
    const received = await local.received();
    expect(received.find((receipt) => receipt.type === 'local.self_test')?.verdict).toEqual({ ok: true });
  });

  test('tells scripts where everything is', () => {
    expect(local.file).toMatchObject({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
      key: expect.stringMatching(/^phk_/),
      project_id: expect.stringMatching(/^prj_/),
      publish_queue_url: expect.stringContaining(local.file.aws_endpoints.sqs),
      aws_endpoints: {
        dynamodb: expect.any(String),
        sqs: expect.any(String),
        sesv2: expect.any(String),
        scheduler: expect.any(String),
      },
    });
  });

  test('delivers a published event, signed, and shows the attempt', async () => {
    const { id, deliveries } = await publish(local, { type: 'invoice.paid', data: { order_id: 'ord_1' } });
    await vi.waitFor(async () => {
      const receipt = (await local.received()).find((each) => each.id === id && each.path === '/ok');
      expect(receipt).toMatchObject({ status: 200, verdict: { ok: true } });
    }, SOON);
    await vi.waitFor(async () => {
      expect(await deliveryOf(local, deliveries.get('/ok')!)).toMatchObject({
        status: 'succeeded',
        attempts: [{ status_code: 200 }],
      });
    }, SOON);
  });

  test('tries again when a receiver fails, and shows both attempts', async () => {
    const { id, deliveries } = await publish(local, { type: 'invoice.paid', data: { order_id: 'ord_2' } });
    await vi.waitFor(async () => {
      const receipts = (await local.received()).filter(
        (each) => each.id === id && each.path.startsWith('/flaky'),
      );
      expect(receipts.map((receipt) => receipt.status)).toEqual([503, 503]);
    }, SOON);
    await vi.waitFor(async () => {
      expect(await deliveryOf(local, deliveries.get('/flaky')!)).toMatchObject({
        status: 'waiting',
        attempts: [{ status_code: 503 }, { status_code: 503 }],
      });
    }, SOON);
  });

  test('accepts events over SQS, as any AWS SDK sends them', async () => {
    const sqs = new SQSClient({
      region: 'us-east-1',
      endpoint: local.file.aws_endpoints.sqs,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: local.file.publish_queue_url,
        MessageBody: JSON.stringify({ project_id: local.file.project_id, type: 'from.sqs', data: { a: 1 } }),
      }),
    );
    sqs.destroy();
    await vi.waitFor(async () => {
      const receipt = (await local.received()).find(
        (each) => each.type === 'from.sqs' && each.path === '/ok',
      );
      expect(receipt?.verdict).toEqual({ ok: true });
    }, SOON);
  });

  test('verifies deliveries to endpoints people make', async () => {
    const made = await local.call('POST', '/endpoints', {
      url: `${local.file.receiver}/status/201`,
      event_types: ['mine.only'],
    });
    expect(made.status).toBe(201);
    const { id } = await publish(local, { type: 'mine.only', data: {} });
    await vi.waitFor(async () => {
      const receipt = (await local.received()).find((each) => each.id === id && each.path === '/status/201');
      expect(receipt?.verdict).toEqual({ ok: true });
    }, SOON);
  });

  test('delivers to a queue inside AWS, verifiable there too, and refuses queues it may not send to', async () => {
    const sqs = new SQSClient({
      region: 'us-east-1',
      endpoint: local.file.aws_endpoints.sqs,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'receiver' }));
    const inside = (name: string) => ({
      destination: { kind: 'sqs', queue_arn: `arn:aws:sqs:us-east-1:000000000000:${name}` },
      event_types: ['queue.only'],
    });
    const refused = await local.call('POST', '/endpoints', inside('delivery'));
    expect(refused.body).toMatchObject({ errors: [{ code: 'destination_not_allowed' }] });
    const made = await local.call('POST', '/endpoints', inside('receiver'));
    expect(made.body).toMatchObject({ url: null, destination: inside('receiver').destination });
    const { body } = await local.call('POST', '/events', { type: 'queue.only', data: { order_id: 'ord_3' } });
    const message = await vi.waitFor(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
      );
      expect(Messages).toHaveLength(1);
      return Messages[0]!;
    }, SOON);
    sqs.destroy();
    const attributes = Object.entries(message.MessageAttributes ?? {});
    const headers = Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue!]));
    expect(headers['webhook-id']).toBe(body.id);
    expect(new Webhook(String(made.body.secret)).verify(message.Body!, headers)).toEqual({
      order_id: 'ord_3',
    });
    const delivery = (body.deliveries as { id: string; endpoint_id: string }[]).find(
      ({ endpoint_id }) => endpoint_id === made.body.id,
    )!;
    await vi.waitFor(async () => {
      expect(await deliveryOf(local, delivery.id)).toMatchObject({
        status: 'succeeded',
        attempts: [{ status_code: 200, url: inside('receiver').destination.queue_arn }],
      });
    }, SOON);
  });

  test('refuses a request without a key', async () => {
    const { status } = await local.call('POST', '/events', { type: 'a', data: {} }, { authorization: '' });
    expect(status).toBe(401);
  });

  test('stops cleanly when asked to, and takes its file along', async () => {
    expect(await local.end('SIGINT')).toBe(0);
    expect(existsSync(join(folder.path, '.posthorn/local.json'))).toBe(false);
  });
});

describe('with --data', () => {
  const folder = scratch();
  let local: LocalMode | undefined;

  afterAll(() => {
    local?.child.kill('SIGKILL');
    folder.remove();
  });

  test(
    'every accepted event arrives, though the process is killed before they are delivered',
    async () => {
      const data = ['--data', join(folder.path, 'data')];
      local = await startLocalMode(folder.path, data);
      const { key } = local.file;
      const accepted: string[] = [];
      for (let batch = 0; batch < 4; batch++) {
        const events = Array.from({ length: 50 }, (_, index) => ({
          type: 'order.made',
          data: { batch, index },
        }));
        const { status, body } = await local.call('POST', '/events/batch', { events });
        expect(status).toBe(202);
        accepted.push(...(body.results as { id: string }[]).map((result) => result.id));
      }
      const before = new Set((await local.received()).map((receipt) => receipt.id));
      await local.end('SIGKILL');
      expect(accepted).toHaveLength(200);
      expect(accepted.some((id) => !before.has(id))).toBe(true);

      local = await startLocalMode(folder.path, data);
      expect(local.file.key).toBe(key);
      const { body } = await local.call('GET', '/endpoints');
      expect(body.data).toHaveLength(2);
      const demo = (body.data as { id: string; url: string }[]).find((endpoint) =>
        endpoint.url.endsWith('/ok'),
      )!;
      await vi.waitFor(
        async () => {
          const states = await Promise.all(accepted.map((id) => stateOf(local!, id, demo.id)));
          expect(states.filter((state) => state !== 'succeeded')).toEqual([]);
        },
        { timeout: 120_000, interval: 1000 },
      );
    },
    START_MS * 2 + 120_000,
  );
});

async function stateOf(local: LocalMode, event: string, endpoint: string): Promise<string> {
  const id = `dlv_${event.slice(4)}${endpoint.slice(3)}`;
  return (await deliveryOf(local, id)).status;
}

describe('with --strict-egress', () => {
  const folder = scratch();
  let local: LocalMode;

  beforeAll(async () => {
    local = await startLocalMode(folder.path, ['--strict-egress']);
  }, START_MS);
  afterAll(() => {
    local.child.kill('SIGKILL');
    folder.remove();
  });

  test('the address policy is the deployed one', async () => {
    const { status, body } = await local.call('POST', '/endpoints', { url: `${local.file.receiver}/ok` });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('url');
    expect(local.printed()).toContain('--strict-egress');
  });
});
