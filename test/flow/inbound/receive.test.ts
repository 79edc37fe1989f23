import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { MAX_BODY_BYTES } from '../../../lambdas/domain/event.ts';
import type { Preset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import { withBody } from '../../../lambdas/flow/deliver/load-event.ts';
import { KEPT_AT_ONCE } from '../../../lambdas/flow/inbound/call-allowance.ts';
import type { BodyStore } from '../../../lambdas/ports/body-store.ts';
import { anId, EVENT_ID } from '../../factories.ts';
import { type aCall, aDoor } from './source-under-test.ts';

const SECRET = 'it is a secret';

function github(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(body);
  const signature = `sha256=${createHmac('sha256', SECRET).update(bytes).digest('hex')}`;
  return {
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': signature,
      ...headers,
    },
  };
}

describe('a call whose sender proves itself', () => {
  test('becomes an event with its bytes, its headers and its type, and is delivered', async () => {
    const door = await aDoor();
    const body = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x31, 0xff, 0x7d]);
    const answer = await door.call({ ...github(body), path: '/orders', query: 'x=1' });
    expect(answer).toMatchObject({ status: 200, body: '' });
    const [kept] = await door.kept();
    expect(kept).toMatchObject({
      verdict: 'accepted',
      sourceId: door.source.id,
      status: 200,
      path: '/orders',
      address: '198.51.100.7',
      headers: {},
      truncated: false,
    });
    expect(answer.headers?.['posthorn-request-id']).toBe(kept?.id);
    const event = await door.events.get(door.source.project, kept!.event!);
    expect(event).toMatchObject({
      type: 'github.push',
      source: 'inbound',
      contentType: 'application/json',
      headers: {},
      inbound: { source: door.source.id, method: 'POST', path: '/orders', query: 'x=1' },
    });
    expect(event?.inbound?.headers['x-github-event']).toBe('push');
    expect(event?.body).toEqual({ at: 'inline', bytes: body });
    expect(door.queues.deliveries).toHaveLength(1);
  });

  test('gets the answer the source was given, and so does its repeat', async () => {
    const answer = { status: 202, contentType: 'text/plain', body: '[accepted]' };
    const door = await aDoor({ answer });
    expect(await door.call(github('{"a":1}'))).toMatchObject(answer);
    expect(await door.call(github('{"a":1}'))).toMatchObject(answer);
  });

  test('belongs to the owner its body names', async () => {
    const door = await aDoor({ owner: { from: 'body', path: 'account.id' } });
    await door.call(github('{"account":{"id":"cus_1"}}'));
    const [kept] = await door.kept();
    expect(await door.events.get(door.source.project, kept!.event!)).toMatchObject({ owner: 'cus_1' });
  });

  test.each([
    ['longer than a key of the table', 'x'.repeat(5000)],
    ['with a line break', 'cus_1\nx'],
    ['empty', ''],
  ])('belongs to nobody when the owner in it is %s, unless there is a fallback', async (_, id) => {
    for (const fallback of [undefined, 'cus_unknown']) {
      const door = await aDoor({ owner: { from: 'body', path: 'id', ...(fallback && { fallback }) } });
      await door.call(github(JSON.stringify({ id })));
      const [kept] = await door.kept();
      expect((await door.events.get(door.source.project, kept!.event!))?.owner).toBe(fallback);
    }
  });

  test.each(['text/plain\u2028', 'text/\u00e9', '', 'a/b; '.repeat(1000)])(
    'goes out as bytes when its content type is %j, which no delivery could carry',
    async (contentType) => {
      const door = await aDoor();
      await door.call(github('{}', { 'content-type': contentType }));
      const [kept] = await door.kept();
      const event = await door.events.get(door.source.project, kept!.event!);
      expect(event?.contentType).toBe('application/octet-stream');
      expect(event?.inbound?.headers['content-type']).toBe(contentType);
    },
  );

  test.each([
    ['gzip', { 'content-encoding': 'gzip' }],
    ['br, gzip', { 'content-encoding': 'br, gzip' }],
    ['', {}],
    ['gzip\u2028', {}],
    ['a'.repeat(65), {}],
  ])(
    'keeps the bytes of a compressed body (%j), and whoever gets them is told',
    async (encoding, headers) => {
      const door = await aDoor();
      await door.call(github('not really compressed', { 'content-encoding': encoding }));
      const [kept] = await door.kept();
      const event = await door.events.get(door.source.project, kept!.event!);
      expect(event?.headers).toEqual(headers);
      expect(event?.body).toMatchObject({ bytes: Buffer.from('not really compressed') });
      expect(door.queues.deliveries[0]!.task.inline!.headers).toEqual(headers);
    },
  );

  test('is named by what its body says, also behind a byte order mark', async () => {
    const door = await aDoor({ eventType: { from: 'body', path: 'type' } });
    await door.call(github('\ufeff{"type":"a.b"}'));
    const [kept] = await door.kept();
    expect((await door.events.get(door.source.project, kept!.event!))?.type).toBe('a.b');
  });
});

describe('a delivery of a gateway that calls a source', () => {
  const delivery = (hops: Record<string, string> = {}) =>
    github('{"a":1}', { 'webhook-id': EVENT_ID, ...hops });

  test('is an event whose deliveries tell that it came as one', async () => {
    const door = await aDoor();
    await door.call(delivery());
    const [kept] = await door.kept();
    expect(await door.events.get(door.source.project, kept!.event!)).toMatchObject({
      headers: { 'webhook-hops': '1' },
    });
  });

  test('is refused once it has gone round often enough, and kept with the reason', async () => {
    const door = await aDoor();
    expect(await door.call(delivery({ 'webhook-hops': '8' }))).toMatchObject({ status: 400 });
    expect(await door.kept()).toMatchObject([
      { verdict: 'rejected', reason: 'invalid', detail: expect.stringContaining('it goes round') },
    ]);
    expect(door.queues.deliveries).toEqual([]);
  });
});

describe('a credential', () => {
  const basic = `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`;
  const key: Preset = { preset: 'api-key' };

  test.each<[string, Preset, Parameters<typeof aCall>[0], string[]]>([
    ['key', key, { headers: { 'x-api-key': SECRET } }, [SECRET]],
    ['key', { ...key, header: 'X-Mine' }, { headers: { 'x-mine': SECRET } }, [SECRET]],
    ['key', { ...key, query: 'k y' }, { query: `a=%20&k%20y=${SECRET}&b`, url: '' }, [SECRET]],
    ['token', { preset: 'gitlab' }, { headers: { 'x-gitlab-token': SECRET } }, [SECRET]],
    ['password', { preset: 'basic-auth' }, { headers: { authorization: basic } }, [SECRET, basic]],
  ])('such as a %s of %j is compared, and never kept', async (_, verification, call, hidden) => {
    const secrets = [{ key: verification.preset === 'basic-auth' ? `me:${SECRET}` : SECRET }];
    const door = await aDoor({ verification, secrets });
    const headers = { ...call?.headers, 'x-other': 'stays' };
    const url = `https://gw.example/in/src?${call?.query ?? ''}`;
    expect((await door.call({ ...call, url, headers })).status).toBe(200);
    const wrong = await aDoor({ verification, secrets: [{ key: 'an:other' }] });
    expect((await wrong.call({ ...call, url, headers })).status).toBe(401);
    const [kept] = await door.kept();
    const event = await door.events.get(door.source.project, kept!.event!);
    const [refused] = await wrong.kept();
    expect(event?.inbound?.headers['x-other']).toBe('stays');
    if (call?.query !== undefined) expect(event?.inbound?.query).toBe('a=%20&b');
    const all = JSON.stringify([event, kept, refused, door.queues.deliveries, door.log.lines]);
    for (const text of hidden) expect(all).not.toContain(text);
  });

  test('that is none for the preset stays: it may be meant for who gets the event', async () => {
    const door = await aDoor();
    await door.call(github('{}', { authorization: 'Bearer x' }));
    const [kept] = await door.kept();
    const event = await door.events.get(door.source.project, kept!.event!);
    expect(event?.inbound?.headers.authorization).toBe('Bearer x');
  });
});

describe('a call that is not believed', () => {
  test('is refused with its reason for us and no hint for the caller, and becomes no event', async () => {
    const door = await aDoor();
    const call = github('{"a":1}');
    const answer = await door.call({ ...call, body: Buffer.from('{"a":2}') });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'signature_mismatch', status: 401 });
    const [kept] = await door.kept();
    expect(kept).toMatchObject({ verdict: 'rejected', reason: 'signature_mismatch', status: 401 });
    expect(kept?.detail).not.toBe('');
    expect(answer.body).not.toContain(kept!.detail);
    expect(Buffer.from(kept!.body).toString()).toBe('{"a":2}');
    expect(door.queues.deliveries).toEqual([]);
  });

  test('a flood of them is kept by its first calls, and counted', async () => {
    const door = await aDoor();
    for (let i = 0; i < KEPT_AT_ONCE + 50; i++) await door.call({ body: Buffer.from(String(i)) });
    expect(await door.kept()).toHaveLength(KEPT_AT_ONCE);
    door.clock.advance(60_000);
    await door.call({});
    expect(door.log.lines).toContainEqual(
      expect.objectContaining({ what: 'receive.not_kept', fields: { source: door.source.id, calls: 50 } }),
    );
    await door.call(github('{"a":1}'));
    expect((await door.kept()).filter(({ verdict }) => verdict === 'accepted')).toHaveLength(1);
  });

  test('without a secret nobody is believed, and senders come again', async () => {
    const door = await aDoor({ secrets: [] });
    expect((await door.call(github('{}'))).status).toBe(503);
  });

  test('to a disabled source, an unknown one, and with a body over the limit', async () => {
    const disabled = await aDoor({ status: 'disabled' });
    expect((await disabled.call(github('{}'))).status).toBe(404);
    expect(await disabled.kept()).toMatchObject([{ reason: 'source_disabled' }]);
    const door = await aDoor();
    expect((await door.call(github('{}'), anId('src', 'other'))).status).toBe(404);
    expect(await door.call(github('{}'), '../src')).toMatchObject({ status: 404 });
    expect(await door.kept()).toEqual([]);
    expect((await door.call(github(Buffer.alloc(MAX_BODY_BYTES + 1)))).status).toBe(413);
    expect(await door.kept()).toMatchObject([{ reason: 'too_large', truncated: true }]);
  });
});

describe('the same call again', () => {
  test('is answered alike, kept as a duplicate of its event, and delivered once', async () => {
    const door = await aDoor();
    await door.call(github('{"a":1}', { 'x-github-delivery': 'one' }));
    // Whoever saw a call can change what is not signed: the id is not, the bytes are.
    await door.call(github('{"a":1}', { 'x-github-delivery': 'two' }));
    const [duplicate, first] = (await door.kept()).toSorted((a, b) => (a.verdict < b.verdict ? 1 : -1));
    expect([first?.verdict, duplicate?.verdict]).toEqual(['accepted', 'duplicate']);
    expect(duplicate?.event).toBe(first?.event);
    expect(door.queues.deliveries.filter(({ task }) => task.mayRepeat !== true)).toHaveLength(1);
  });

  test('at the same moment: one of them is the event, and it is delivered once', async () => {
    const door = await aDoor();
    const answers = await Promise.all([1, 2, 3].map(() => door.call(github('{"a":1}'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await door.kept()).map(({ verdict }) => verdict).toSorted()).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
    ]);
    expect(new Set(door.queues.deliveries.map(({ task }) => task.event)).size).toBe(1);
    expect(door.queues.deliveries.filter(({ task }) => task.mayRepeat !== true)).toHaveLength(1);
  });

  test('is new after the window', async () => {
    const door = await aDoor({ deduplication: { by: 'auto', windowSeconds: 60 } });
    await door.call(github('{"a":1}'));
    door.clock.advance(61_000);
    await door.call(github('{"a":1}'));
    expect((await door.kept()).map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted']);
  });

  test('by chosen fields: other bytes, the same field', async () => {
    const by = { by: 'fields', fields: ['body.id', 'headers.X-Kind'], windowSeconds: 60 } as const;
    const door = await aDoor({ deduplication: by });
    for (const [body, kind] of [
      ['{"id":1,"try":1}', 'a'],
      ['{"id":1,"try":2}', 'a'],
      ['{"id":1}', 'b'],
      ['{}', 'a'],
      ['{}', 'a'],
    ]) {
      await door.call(github(body!, { 'x-kind': kind! }));
      door.clock.advance(1);
    }
    const verdicts = (await door.kept()).map(({ verdict }) => verdict).toReversed();
    expect(verdicts).toEqual(['accepted', 'duplicate', 'accepted', 'accepted', 'accepted']);
  });

  test.each([
    ['small', 'small', 1, 2],
    ['large', 'large', 250_000, 250_001],
    ['large', 'small', 250_000, 2],
    ['small', 'large', 1, 250_000],
  ])(
    'by chosen fields: a %s event stays what it is, and goes out as that, after a %s repeat',
    async (...[, , first, then]) => {
      const bodies = memoryBodies();
      const by = { by: 'fields', fields: ['body.id'], windowSeconds: 60 } as const;
      const door = await aDoor({ deduplication: by }, { bodies });
      const body = (length: number) => JSON.stringify({ id: 1, text: 'x'.repeat(length) });
      await door.call(github(body(first)));
      await door.call(github(body(then)));
      const [id] = new Set(door.queues.deliveries.map(({ task }) => task.event));
      const event = await door.events.get(door.source.project, id!);
      expect(Buffer.from((await withBody({ bodies }, event!)).body).toString()).toBe(body(first));
      const inline = door.queues.deliveries.flatMap(({ task }) => task.inline?.body ?? []);
      expect(new Set(inline.map((text) => Buffer.from(text, 'base64').toString()))).toEqual(
        new Set(first === 1 ? [body(first)] : []),
      );
    },
  );

  test('by chosen fields: of two large bodies that come at once, the event keeps its own', async () => {
    const stored = memoryBodies();
    // Both have written their body before either stores the event.
    const both = Promise.withResolvers<void>();
    let written = 0;
    const bodies: BodyStore = {
      ...stored,
      async put(...of) {
        await stored.put(...of);
        if (++written === 2) both.resolve();
        await both.promise;
      },
    };
    const by = { by: 'fields', fields: ['body.id'], windowSeconds: 60 } as const;
    const door = await aDoor({ deduplication: by }, { bodies });
    const body = (length: number) => JSON.stringify({ id: 1, text: 'x'.repeat(length) });
    await Promise.all([250_000, 250_001].map((length) => door.call(github(body(length)))));
    expect(written).toBe(2);
    const [id] = new Set(door.queues.deliveries.map(({ task }) => task.event));
    const event = (await door.events.get(door.source.project, id!))!;
    expect(event.body).toMatchObject({ size: (await withBody({ bodies }, event)).body.length });
  });

  test('never, when the source says so', async () => {
    const door = await aDoor({ deduplication: { by: 'none' } });
    await door.call(github('{"a":1}'));
    await door.call(github('{"a":1}'));
    expect((await door.kept()).every(({ verdict }) => verdict === 'accepted')).toBe(true);
  });

  test('one that was not believed takes no place: the true one after it is an event', async () => {
    const door = await aDoor();
    const call = github('{"a":1}');
    await door.call({ ...call, headers: { ...call.headers, 'x-hub-signature-256': 'sha256=00' } });
    expect((await door.call(call)).status).toBe(200);
    expect((await door.kept()).map(({ verdict }) => verdict)).toContain('accepted');
  });
});

describe('what is no event', () => {
  test.each(['HEAD', 'OPTIONS'])('a look by %s is answered, whoever looks', async (method) => {
    for (const preset of ['none', 'github'] as const) {
      const door = await aDoor({ verification: { preset } });
      expect((await door.call({ method, body: Buffer.alloc(0) })).status).toBe(200);
      expect(await door.kept()).toMatchObject([{ verdict: 'answered', reason: 'probe' }]);
      expect(door.queues.deliveries).toEqual([]);
    }
  });

  test('a challenge of Slack is answered at once, when Slack signed it', async () => {
    const door = await aDoor({ verification: { preset: 'slack' }, secrets: [{ key: SECRET }] });
    const body = Buffer.from('{"type":"url_verification","challenge":"abc"}');
    const seconds = Math.floor(door.clock.now() / 1000);
    const mac = createHmac('sha256', SECRET).update(`v0:${seconds}:`).update(body).digest('hex');
    const headers = { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${mac}` };
    expect(await door.call({ body, headers })).toMatchObject({ status: 200, body: 'abc' });
    expect(await door.kept()).toMatchObject([{ verdict: 'answered', reason: 'challenge' }]);
    const forged = { ...headers, 'x-slack-signature': 'v0=00' };
    expect((await door.call({ body, headers: forged })).status).toBe(401);
    expect(door.queues.deliveries).toEqual([]);
  });

  test("Notion's token is shown to people and believed by nobody", async () => {
    const door = await aDoor({ verification: { preset: 'notion' }, secrets: [] });
    const body = Buffer.from('{"verification_token":"secret_abcdefgh"}');
    expect((await door.call({ body })).status).toBe(200);
    const [kept] = await door.kept();
    expect(kept).toMatchObject({ verdict: 'answered', reason: 'verification_token' });
    expect(kept?.detail).toContain('secret_abcdefgh');
  });
});

describe('when something of ours fails', () => {
  test('the sender is told to come again, and its repeat is delivered', async () => {
    let broken = true;
    const door = await aDoor();
    const fragile = await aDoor(
      {},
      {
        deliveryQueue: {
          sendDeliveries: async (tasks) => {
            if (broken) throw new Error('no queue');
            await door.queues.sendDeliveries(tasks);
          },
        },
      },
    );
    expect((await fragile.call(github('{"a":1}'))).status).toBe(503);
    expect(await fragile.kept()).toEqual([]);
    // An alarm counts these lines by their name.
    expect(fragile.log.lines).toContainEqual(expect.objectContaining({ what: 'receive.fault' }));
    broken = false;
    expect((await fragile.call(github('{"a":1}'))).status).toBe(200);
    expect(door.queues.deliveries).toHaveLength(1);
  });

  test('an event that is stored stays one when its request can not be kept', async () => {
    const door = await aDoor(
      {},
      {
        requests: {
          putRequest: async () => {
            throw new Error('no table');
          },
        },
      },
    );
    expect((await door.call(github('{"a":1}'))).status).toBe(200);
    expect(door.queues.deliveries).toHaveLength(1);
  });

  test('keys that can not be had are not held against the sender', async () => {
    const verification = { preset: 'google-pubsub', audience: 'a', email: 'e@example.com' } as const;
    const door = await aDoor({ verification });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', kid: 'k' })}.${part({ aud: 'a' })}.AAAA`;
    const answer = await door.call({ headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(503);
    expect(await door.kept()).toMatchObject([
      { verdict: 'rejected', reason: 'key_unavailable', status: 503 },
    ]);
  });
});
