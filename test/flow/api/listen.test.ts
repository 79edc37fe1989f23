import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import { deliveryId } from '../../../lambdas/domain/ids.ts';
import {
  A_QUEUE_ARN,
  type Api,
  anApi,
  OTHER_PROJECT_ID,
  publishedEvent,
  type Reply,
} from './api-under-test.ts';

const LOCAL = 'http://localhost:3000/hooks';

interface Item {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly attempt: number;
  readonly claim: string;
  readonly report_by: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly body_base64?: string;
}

/** A listener's endpoint; what is published after it was made goes to it. */
async function aListener(fields: object = {}, api?: Api) {
  const gateway = api ?? (await anApi());
  const body = { url: LOCAL, listen: true, retry: { strategy: 'list', delays_seconds: [5] }, ...fields };
  const made = await gateway.send('POST', '/v1/endpoints', { body });
  if (made.status !== 201) throw new Error(made.text);
  const { id, secret, subscriptions } = made.json;
  const via = 'transformation' in fields ? { via: subscriptions[0]!.id } : {};

  /** As the deliver function does with its task. */
  async function holds(event: object = {}): Promise<Delivery> {
    const published = await publishedEvent(gateway, event);
    const now = gateway.clock.now();
    const delivery: Delivery = {
      project: gateway.project,
      event: published.id,
      endpoint: id,
      type: 'invoice.paid',
      ...via,
      state: { status: 'held', why: 'awaiting_listener' },
      attempts: [],
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    await gateway.deliveries.save(delivery);
    return delivery;
  }

  async function listen(body: object = {}): Promise<readonly Item[]> {
    const reply = await gateway.send('POST', `/v1/endpoints/${id}/listen`, { body });
    if (reply.status !== 200) throw new Error(reply.text);
    return reply.json.data as unknown as readonly Item[];
  }

  const report = (item: Pick<Item, 'delivery_id' | 'claim'>, body: object): Promise<Reply> =>
    gateway.send('POST', `/v1/deliveries/${item.delivery_id}/report`, {
      body: { claim: item.claim, duration_ms: 12, ...body },
    });

  const stateOf = async (delivery: Delivery) =>
    (await gateway.send('GET', `/v1/deliveries/${deliveryId(delivery)}`)).json as unknown as {
      readonly status: string;
      readonly attempts: readonly Record<string, unknown>[];
    };

  return { gateway, id, secret, holds, listen, report, stateOf };
}

describe('a delivery that a subscription rewrites', () => {
  async function rewritten(transformation: string) {
    const listener = await aListener({ transformation });
    const { gateway, id, holds } = listener;
    const { json } = await gateway.send('GET', `/v1/subscriptions?endpoint_id=${id}`);
    const via = json.data[0]!.id;
    const held = await holds({ data: { id: 7, secret: 'x' } });
    await gateway.deliveries.save({ ...held, via, version: 2 });
    return { ...listener, held, via };
  }

  test('is picked up as it would be sent', async () => {
    const { listen } = await rewritten('{"body": {"id": body.id}, "path": "/x", "headers": {"x-a": "1"}}');
    expect(await listen()).toMatchObject([
      { method: 'POST', url: `${LOCAL}/x`, body: '{"id":7}', headers: { 'x-a': '1', 'content-length': '8' } },
    ]);
  });

  test('is not picked up when that fails, and says why', async () => {
    const { listen, held, stateOf } = await rewritten('{"body": $error("no")}');
    expect(await listen()).toEqual([]);
    expect(await stateOf(held)).toMatchObject({
      status: 'held',
      held_reason: 'transformation_failed',
      attempts: [{ error: { code: 'transformation_failed', fault: 'settings' } }],
    });
    expect(await listen()).toEqual([]);
  });

  test('is canceled when the subscription is gone', async () => {
    const { gateway, listen, held, via, stateOf } = await rewritten('{"body": 1}');
    await gateway.send('DELETE', `/v1/subscriptions/${via}`);
    expect(await listen()).toEqual([]);
    expect(await stateOf(held)).toMatchObject({ status: 'canceled', stop_reason: 'subscription_deleted' });
  });
});

describe('an endpoint that is listened to', () => {
  test('has an address no policy judges, since nobody dials it', async () => {
    const { gateway, id } = await aListener();
    const { json } = await gateway.send('GET', `/v1/endpoints/${id}`);
    expect(json).toMatchObject({ url: LOCAL, listen: true, listened_at: null, destination: null });
  });

  test.each([
    ['no URL', { listen: true }, 'url', 'required'],
    ['one that is no URL', { listen: true, url: 'localhost' }, 'url', 'not_a_url'],
    ['another scheme', { listen: true, url: 'file:///etc/passwd' }, 'url', 'not_a_url'],
    [
      'a destination',
      { listen: true, destination: { kind: 'sqs', queue_arn: A_QUEUE_ARN } },
      'listen',
      'not_allowed',
    ],
    ['a local URL and no listener', { url: LOCAL }, 'url', 'url_not_https'],
  ])('%s is refused', async (_, body, field, code) => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/endpoints', { body });
    expect(reply.status).toBe(400);
    expect(reply.json.errors).toContainEqual({ field, code, detail: expect.any(String) });
  });

  test('keeps its address: it can never become one that is dialled', async () => {
    const { gateway, id } = await aListener();
    const reply = await gateway.send('PATCH', `/v1/endpoints/${id}`, {
      body: { url: 'https://hooks.example.com/' },
    });
    expect(reply.json.errors).toContainEqual(expect.objectContaining({ field: 'url', code: 'not_allowed' }));
    const other = await gateway.send('PATCH', `/v1/endpoints/${id}`, { body: { description: 'Mine' } });
    expect(other.json).toMatchObject({ url: LOCAL, listen: true });
  });
});

describe('picking up', () => {
  test('gives what is to be sent, signed now, as any receiver verifies it', async () => {
    const { holds, listen, secret, gateway } = await aListener({ headers: { 'X-Env': 'dev' } });
    const { event } = await holds({ data: { amount: 42 } });
    const [item] = await listen();
    expect(item).toMatchObject({
      event_id: event,
      event_type: 'invoice.paid',
      attempt: 1,
      method: 'POST',
      url: LOCAL,
      timeout_seconds: 15,
      body: '{"amount":42}',
      report_by: new Date(gateway.clock.now() + 25_000).toISOString(),
    });
    expect(item!.headers).toMatchObject({ 'x-env': 'dev', 'webhook-id': event });
    expect(signedBy(secret, item!)).toBe(true);
  });

  test('gives bytes that are no text in base64', async () => {
    const { holds, listen } = await aListener();
    const bytes = { body_base64: '//79', content_type: 'application/octet-stream', data: undefined };
    await holds(bytes);
    expect((await listen())[0]).toMatchObject({ body_base64: '//79' });
  });

  test('gives what its subscription makes of the event, signed over the new bytes', async () => {
    const { holds, listen, secret } = await aListener({
      transformation: '{"body": {"sum": body.amount + 1}}',
    });
    await holds({ data: { amount: 41 } });
    const [item] = await listen();
    expect(item).toMatchObject({ body: '{"sum":42}' });
    expect(signedBy(secret, item!)).toBe(true);
  });

  test('gives nothing of an event its subscription fails on: it is held until that is mended', async () => {
    const { holds, listen, stateOf } = await aListener({ transformation: '$error("no")' });
    const delivery = await holds();
    expect(await listen()).toEqual([]);
    expect(await stateOf(delivery)).toMatchObject({
      status: 'held',
      held_reason: 'transformation_failed',
      attempts: [{ outcome: 'failed', error: { code: 'transformation_failed' } }],
    });
  });

  test('gives each to one listener only', async () => {
    const { holds, listen } = await aListener();
    for (let n = 0; n < 6; n++) await holds();
    const both = await Promise.all([listen({ limit: 5 }), listen({ limit: 5 }), listen({ limit: 5 })]);
    const ids = both.flat().map((item) => item.delivery_id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await listen();
    expect(ids.length + rest.length).toBe(6);
  });

  test('gives no more than were asked for, the oldest first', async () => {
    const { holds, listen } = await aListener();
    const [first, second] = [await holds(), await holds()];
    expect((await listen({ limit: 1 })).map((item) => item.event_id)).toEqual([first.event]);
    expect((await listen({ limit: 1 })).map((item) => item.event_id)).toEqual([second.event]);
  });

  test('stops before the answer gets too large for one', async () => {
    const { holds, listen } = await aListener();
    for (let n = 0; n < 4; n++) await holds({ data: 'x'.repeat(1_000_000) });
    expect(await listen()).toHaveLength(3);
    expect(await listen()).toHaveLength(1);
  });

  test.each([
    ['control characters', '\u0001'],
    ['quotes', '"'],
  ])('fits into one answer of Lambda whatever it is made of: %s', async (_, character) => {
    const { gateway, holds, id } = await aListener();
    const body_base64 = Buffer.from(character.repeat(1_000_000)).toString('base64');
    for (let n = 0; n < 3; n++) {
      await holds({ data: undefined, body_base64, content_type: 'text/plain' });
    }
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await gateway.send('POST', `/v1/endpoints/${id}/listen`));
    const items = answers.flatMap(({ json }) => json.data as unknown as Item[]);
    for (const { text } of answers) expect(JSON.stringify({ body: text }).length).toBeLessThan(6_000_000);
    const bytes = items.map((item) =>
      Buffer.from(item.body ?? item.body_base64!, item.body ? 'utf8' : 'base64'),
    );
    expect(bytes.map((one) => one.toString() === character.repeat(1_000_000))).toEqual([true, true, true]);
  });

  test('waits while nothing is there, looking once a second, and answers with nothing in the end', async () => {
    const { gateway, listen } = await aListener();
    let looks = 0;
    const { held } = gateway.deliveries;
    gateway.deliveries.held = (...args) => {
      looks++;
      return held(...args);
    };
    const before = gateway.clock.now();
    expect(await listen({ wait_seconds: 5 })).toEqual([]);
    expect(gateway.clock.now() - before).toBe(5_000);
    expect(looks).toBe(6);
  });

  test('answers as soon as something comes', async () => {
    const api = await anApi({
      patience: {
        sleep: async (ms: number) => {
          api.clock.advance(ms);
          if (api.clock.now() - started >= 2_000) await listener.holds();
        },
      },
    });
    const listener = await aListener({}, api);
    const started = api.clock.now();
    expect(await listener.listen({ wait_seconds: 20 })).toHaveLength(1);
    expect(api.clock.now() - started).toBeLessThan(3_000);
  });

  test('tells when somebody last asked, without a write for each look', async () => {
    const { gateway, id, listen } = await aListener();
    const started = gateway.clock.now();
    await listen();
    gateway.clock.advance(60_000);
    await listen();
    const seen = async () => (await gateway.send('GET', `/v1/endpoints/${id}`)).json;
    expect(await seen()).toMatchObject({ listened_at: new Date(started).toISOString() });
    gateway.clock.advance(3_600_000);
    await listen();
    expect(await seen()).toMatchObject({ listened_at: new Date(gateway.clock.now()).toISOString() });
  });

  test('gives up an event that has expired', async () => {
    const { gateway, holds, listen, stateOf } = await aListener();
    const delivery = await holds();
    const { get } = gateway.events;
    gateway.events.get = async () => undefined;
    expect(await listen()).toEqual([]);
    gateway.events.get = get;
    expect(await stateOf(delivery)).toMatchObject({ status: 'failed', stop_reason: 'event_expired' });
  });

  test('an event that can not be read keeps no other from going, and is left as it was', async () => {
    const { gateway, holds, listen, stateOf } = await aListener();
    const [broken, whole] = [await holds(), await holds()];
    const { get } = gateway.events;
    gateway.events.get = async (project, id) => {
      if (id === broken.event) throw new Error('storage is busy');
      return get(project, id);
    };
    expect((await listen()).map((item) => item.event_id)).toEqual([whole.event]);
    gateway.events.get = get;
    expect(await stateOf(broken)).toMatchObject({ status: 'held', attempts: [] });
  });

  test.each(['pause', 'disable'])('not after %s: the answer says what to do', async (action) => {
    const { gateway, id } = await aListener();
    await gateway.send('POST', `/v1/endpoints/${id}/${action}`);
    const reply = await gateway.send('POST', `/v1/endpoints/${id}/listen`);
    expect(reply.status).toBe(409);
    expect(reply.json.code).toBe(`endpoint_${action}d`);
  });

  test('not of an endpoint that is dialled, nor of another project', async () => {
    const { gateway, id } = await aListener();
    const dialled = await gateway.send('POST', '/v1/endpoints', {
      body: { url: 'https://hooks.example.com/' },
    });
    const refused = await gateway.send('POST', `/v1/endpoints/${dialled.json.id}/listen`);
    expect([refused.status, refused.json.code]).toEqual([409, 'not_a_listener']);
    const key = await gateway.keyFor({ id: OTHER_PROJECT_ID }, ['manage']);
    expect((await gateway.send('POST', `/v1/endpoints/${id}/listen`, { key })).status).toBe(404);
  });
});

describe('reporting', () => {
  test('2xx: succeeded, with the answer shown', async () => {
    const { holds, listen, report, stateOf } = await aListener();
    const delivery = await holds();
    const [item] = await listen();
    const headers = { 'Content-Type': 'text/plain' };
    const reply = await report(item!, { status_code: 201, headers, body: 'made' });
    expect(reply.json).toMatchObject({ status: 'succeeded', attempt_count: 1 });
    expect((await stateOf(delivery)).attempts).toMatchObject([
      {
        url: LOCAL,
        status_code: 201,
        duration_ms: 12,
        response: { headers: { 'content-type': 'text/plain' }, body: 'made', truncated: false },
      },
    ]);
  });

  test('a failure is tried again by the policy, then given up', async () => {
    const { gateway, holds, listen, report } = await aListener();
    await holds();
    const [first] = await listen();
    const failed = await report(first!, { error: 'connection_refused' });
    expect(failed.json).toMatchObject({
      status: 'waiting',
      last_attempt: {
        error: { code: 'connection_refused', sentence: expect.stringContaining('Nothing listens') },
      },
      next_attempt_at: new Date(gateway.clock.now() + 5_000).toISOString(),
    });
    expect(await listen()).toEqual([]);
    gateway.clock.advance(5_000);
    const [second] = await listen();
    expect(second).toMatchObject({ delivery_id: first!.delivery_id, attempt: 2 });
    const ended = await report(second!, { status_code: 500 });
    expect(ended.json).toMatchObject({ status: 'failed', stop_reason: 'exhausted', attempt_count: 2 });
  });

  test('a retry nobody picks up is not forgotten: its wake is noted', async () => {
    const { gateway, holds, listen, report, id } = await aListener();
    await holds();
    const [item] = await listen();
    await report(item!, { status_code: 500 });
    const minute = Math.ceil((gateway.clock.now() + 5_000) / 60_000);
    const { wakes } = await gateway.ledger.unsettled(minute, 10);
    expect(wakes).toMatchObject([{ endpoint: id }]);
  });

  test('410 ends the delivery and disables the endpoint, as any receiver’s does, and nobody is mailed', async () => {
    const { gateway, holds, listen, report, id } = await aListener();
    await holds();
    const [item] = await listen();
    expect((await report(item!, { status_code: 410 })).json).toMatchObject({ stop_reason: 'endpoint_gone' });
    expect((await gateway.send('GET', `/v1/endpoints/${id}`)).json).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
    });
    expect(gateway.alertQueue.alerts).toEqual([]);
  });

  test('a repeat changes nothing: the first report stands', async () => {
    const { holds, listen, report } = await aListener();
    await holds();
    const [item] = await listen();
    const first = await report(item!, { status_code: 200 });
    const again = await report(item!, { status_code: 500 });
    expect(again.status).toBe(200);
    expect(again.json).toEqual(first.json);
  });

  test('a large answer is kept beside the record, and no more of it than of any', async () => {
    const { holds, listen, report, stateOf } = await aListener();
    const delivery = await holds();
    const [item] = await listen();
    await report(item!, { status_code: 200, body: 'x'.repeat(20_000) });
    const [attempt] = (await stateOf(delivery)).attempts;
    expect(attempt).toMatchObject({ response: { body: 'x'.repeat(16_384), truncated: true } });
  });

  test.each([
    ['both an answer and an error', { status_code: 200, error: 'connection_refused' }, 'status_code'],
    ['neither', {}, 'status_code'],
    ['an error that is none', { error: 'tired' }, 'error'],
    ['a claim of another form', { status_code: 200, claim: 'mine' }, 'claim'],
  ])('%s is refused', async (_, body, field) => {
    const { holds, listen, report } = await aListener();
    await holds();
    const [item] = await listen();
    const reply = await report(item!, body);
    expect(reply.status).toBe(400);
    expect(reply.json.errors).toContainEqual(expect.objectContaining({ field }));
  });

  test('what was never picked up can not be reported', async () => {
    const { holds, report } = await aListener();
    const delivery = await holds();
    const item = { delivery_id: deliveryId(delivery), claim: '1.x' };
    expect((await report(item, { status_code: 200 })).json.code).toBe('not_claimed');
  });

  test("another project's delivery does not exist", async () => {
    const { gateway, holds, listen } = await aListener();
    await holds();
    const [item] = await listen();
    const key = await gateway.keyFor({ id: OTHER_PROJECT_ID }, ['manage']);
    const body = { claim: item!.claim, status_code: 200, duration_ms: 1 };
    const reply = await gateway.send('POST', `/v1/deliveries/${item!.delivery_id}/report`, { key, body });
    expect(reply.status).toBe(404);
  });
});

describe('a listener that vanishes', () => {
  test('leaves an attempt of unknown outcome, and the next one picks the delivery up', async () => {
    const { gateway, holds, listen, stateOf } = await aListener();
    const delivery = await holds();
    await listen();
    expect(await listen()).toEqual([]);
    gateway.clock.advance(25_001);
    const [again] = await listen();
    expect(again).toMatchObject({ event_id: delivery.event, attempt: 2 });
    expect((await stateOf(delivery)).attempts).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('and is only late, takes the place of the unknown outcome', async () => {
    const { gateway, holds, listen, report, stateOf } = await aListener();
    const delivery = await holds();
    const [late] = await listen();
    gateway.clock.advance(25_001);
    const [again] = await listen();
    await report(late!, { status_code: 500 });
    expect(await stateOf(delivery)).toMatchObject({ status: 'sending', attempts: [{ status_code: 500 }] });
    expect((await report(again!, { status_code: 200 })).json).toMatchObject({ status: 'succeeded' });
  });

  test('has a wake noted for the end of its lease, so that somebody looks', async () => {
    const { gateway, holds, listen, id } = await aListener();
    await holds();
    await listen();
    const minute = Math.ceil((gateway.clock.now() + 25_000) / 60_000);
    expect((await gateway.ledger.unsettled(minute, 10)).wakes).toMatchObject([{ endpoint: id }]);
  });
});

function signedBy(secret: string, { headers, body }: Item): boolean {
  // The library judges the time by the real clock, and the test's is another one.
  const signed = new Webhook(secret).sign(
    headers['webhook-id']!,
    new Date(Number(headers['webhook-timestamp']) * 1000),
    body!,
  );
  return signed === headers['webhook-signature'];
}
