import { describe, expect, test } from 'vitest';
import { anId, NOW } from '../../factories.ts';
import { type Api, anApi, OTHER_PROJECT_ID } from './api-under-test.ts';

const SECRET = 'a secret of sixteen or more';
const fields = { name: 'GitHub', verification: { preset: 'github' }, secrets: [SECRET] };

async function created(api: Api, over: object = {}) {
  const reply = await api.send('POST', '/v1/sources', { body: { ...fields, ...over } });
  expect(reply.status, reply.text).toBe(201);
  return reply;
}

async function refused(body: object): Promise<readonly (readonly [string, string])[]> {
  const api = await anApi();
  const reply = await api.send('POST', '/v1/sources', { body });
  expect(reply.status).toBe(400);
  return reply.json.errors.map(({ field, detail }) => [field, detail] as const);
}

describe('creating a source', () => {
  test('answers with the address to give to the sender, and never with the secret', async () => {
    const api = await anApi();
    const reply = await created(api);
    expect(reply.json).toMatchObject({
      url: `https://hooks.example.com/in/${reply.json.id}`,
      name: 'GitHub',
      status: 'enabled',
      verification: { preset: 'github' },
      secrets: [{ hint: '…more', expires_at: null }],
      deduplication: { by: 'auto', window_seconds: 72 * 3600 },
      answer: null,
      warnings: [],
    });
    expect(reply.text).not.toContain(SECRET);
    expect((await api.send('GET', `/v1/sources/${reply.json.id}`)).json).toEqual(reply.json);
  });

  test('finds the type where the vendor puts it, unless told otherwise', async () => {
    const api = await anApi();
    expect((await created(api)).json).toMatchObject({ event_type: { header: 'x-github-event' } });
    const event_type = { body: 'kind', prefix: 'gh', fallback: 'gh.other' };
    expect((await created(api, { event_type })).json).toMatchObject({ event_type });
  });

  test('takes the message out of calls that carry one, unless told otherwise', async () => {
    const api = await anApi();
    const verification = { preset: 'aws-sns', topic_arns: ['arn:aws:sns:eu-west-1:123456789012:orders'] };
    const { json } = await created(api, { verification, secrets: [] });
    expect(json).toMatchObject({ content: 'message' });
    const patch = async (body: object) => (await api.send('PATCH', `/v1/sources/${json.id}`, { body })).json;
    expect(await patch({ content: 'call' })).toMatchObject({ content: 'call' });
    expect(await patch({ content: null })).toMatchObject({ content: 'message' });
    await patch({ content: 'call' });
    expect(await patch({ verification: { preset: 'github' } })).toMatchObject({ content: null });
    expect(await patch({ verification })).toMatchObject({ content: 'message' });
    expect(await refused({ ...fields, content: 'call' })).toEqual([
      ['content', 'is for the presets aws-sns and google-pubsub'],
    ]);
  });

  test('gives every setting back as it was sent', async () => {
    const api = await anApi();
    const given = {
      verification: { preset: 'slack', tolerance_seconds: 60 },
      owner_id: { header: 'X-Account' },
      deduplication: { by: 'fields', fields: ['body.id'], window_seconds: 60 },
      answer: { status: 202, content_type: 'text/plain', body: '[accepted]' },
      public_url: 'https://hooks.acme.example/slack',
    };
    expect((await created(api, given)).json).toMatchObject(given);
  });

  test('happens once under one key', async () => {
    const api = await anApi();
    const send = () => api.send('POST', '/v1/sources', { body: fields, idempotencyKey: 'k' });
    expect((await send()).json).toEqual((await send()).json);
    expect((await api.send('GET', '/v1/sources')).json.data).toHaveLength(1);
  });

  test('warns of what keeps it from working or from being safe', async () => {
    const api = await anApi();
    const warnings = async (over: object) =>
      ((await created(api, { secrets: [], ...over })).json as unknown as { warnings: string[] }).warnings;
    expect(await warnings({})).toEqual([expect.stringContaining('no secret yet')]);
    expect(await warnings({ verification: { preset: 'none' } })).toEqual([
      expect.stringContaining('Anybody who knows the address'),
    ]);
    expect(await warnings({ verification: { preset: 'content-digest' } })).toEqual([
      expect.stringContaining('Anybody who knows the address'),
    ]);
    expect(await warnings({ verification: { preset: 'gitlab' }, secrets: ['t'] })).toEqual([
      expect.stringContaining('body is not signed'),
    ]);
    expect(await warnings({ verification: { preset: 'aws-sns' } })).toEqual([
      expect.stringContaining('topic_arns'),
    ]);
  });

  test.each(['https://169.254.169.254/keys', 'https://10.0.0.1/', 'https://user:pw@id.example.com/jwks'])(
    'takes no keys from %s',
    async (jwks_url) => {
      const verification = { preset: 'jwt', issuer: 'https://id.example.com', audience: 'us', jwks_url };
      const [[field] = []] = await refused({ ...fields, verification });
      expect(field).toBe('verification.jwks_url');
    },
  );

  test.each<[string, object, string]>([
    ['a preset nobody knows', { verification: { preset: 'githob' } }, 'verification.preset'],
    [
      'an option of another preset',
      { verification: { preset: 'github', tolerance_seconds: 5 } },
      'verification.tolerance_seconds',
    ],
    [
      'an option that is missing',
      { verification: { preset: 'google-pubsub', audience: 'a' } },
      'verification.email',
    ],
    ['two places of a type', { event_type: { body: 'a', header: 'b' } }, 'event_type'],
    ['fields without the rule', { deduplication: { by: 'body', fields: ['body.a'] } }, 'deduplication'],
    ['a field from nowhere', { deduplication: { by: 'fields', fields: ['id'] } }, 'deduplication.fields[0]'],
    ['a body for 204', { answer: { status: 204, body: 'x' } }, 'answer.body'],
    ['an owner that can be none', { owner_id: { value: 'a\nb' } }, 'owner_id.value'],
    [
      'a fallback that can be none',
      { owner_id: { body: 'a', fallback: 'x'.repeat(200) } },
      'owner_id.fallback',
    ],
    ['an answer that is a failure', { answer: { status: 500 } }, 'answer.status'],
    ['an address with a query', { public_url: 'https://a.example/?b=1' }, 'public_url'],
    ['a field that is none', { secret: 'x' }, 'secret'],
  ])('refuses %s, and names it', async (_, over, field) => {
    expect((await refused({ ...fields, ...over })).map(([named]) => named)).toEqual([field]);
  });
});

describe('changing a source', () => {
  test('changes what is named, and null goes back to the usual', async () => {
    const api = await anApi();
    const { id } = (await created(api, { owner_id: { value: 'acme' }, answer: { status: 204 } })).json;
    const patch = (body: object) => api.send('PATCH', `/v1/sources/${id}`, { body });
    expect((await patch({ name: 'Other' })).json).toMatchObject({
      name: 'Other',
      owner_id: { value: 'acme' },
      answer: { status: 204 },
    });
    expect((await patch({ owner_id: null, answer: null, event_type: { value: 'push' } })).json).toMatchObject(
      {
        owner_id: null,
        answer: null,
        event_type: { value: 'push' },
      },
    );
    expect((await patch({ verification: { preset: 'hmac' } })).status).toBe(400);
  });

  test('a new secret is believed beside the old ones for a while', async () => {
    const api = await anApi();
    const { id } = (await created(api)).json;
    const body = { secret: 'another secret, also long', overlap_seconds: 60 };
    const reply = await api.send('POST', `/v1/sources/${id}/rotate_secret`, { body });
    expect(reply.json).toMatchObject({
      secrets: [
        { hint: '…long', expires_at: null },
        { hint: '…more', expires_at: new Date(NOW + 60_000).toISOString() },
      ],
    });
  });

  test('a repeat of a rotation finds what it did, and takes no place from a secret that came since', async () => {
    const api = await anApi();
    const { id } = (await created(api)).json;
    const rotate = (secret: string, key: string, more: object = {}) => {
      const body = { secret, ...more };
      return api.send('POST', `/v1/sources/${id}/rotate_secret`, {
        body,
        headers: { 'idempotency-key': key },
      });
    };
    const first = await rotate('the second secret', 'k1');
    expect(first).toMatchObject({ json: { secrets: [{ hint: '…cret' }, { hint: '…more' }] } });
    const since = await rotate('the third of them', 'k2');
    expect(since).toMatchObject({
      json: { secrets: [{ hint: '…them' }, { hint: '…cret' }, { hint: '…more' }] },
    });
    expect(await rotate('the second secret', 'k1')).toEqual(since);
    const other = await rotate('the second secret', 'k1', { overlap_seconds: 0 });
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
    await rotate('the only one left', 'k3', { overlap_seconds: 0 });
    const late = await rotate('the second secret', 'k1');
    expect(late).toMatchObject({ status: 409, json: { code: 'source_changed' } });
  });

  test('is disabled and enabled again', async () => {
    const api = await anApi();
    const { id } = (await created(api)).json;
    expect((await api.send('POST', `/v1/sources/${id}/disable`)).json.status).toBe('disabled');
    expect((await api.send('POST', `/v1/sources/${id}/enable`)).json.status).toBe('enabled');
  });

  test('is deleted for good', async () => {
    const api = await anApi();
    const { id } = (await created(api)).json;
    expect((await api.send('DELETE', `/v1/sources/${id}`)).status).toBe(204);
    expect((await api.send('GET', `/v1/sources/${id}`)).status).toBe(404);
  });

  test('another project sees none of it', async () => {
    const api = await anApi();
    const { id } = (await created(api)).json;
    const key = await api.keyFor({ id: OTHER_PROJECT_ID }, ['manage']);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/disable'],
      ['POST', '/rotate_secret'],
    ] as const) {
      const body = method === 'PATCH' ? {} : path === '/rotate_secret' ? { secret: 'x' } : undefined;
      expect((await api.send(method, `/v1/sources/${id}${path}`, { key, body })).status).toBe(404);
    }
    expect((await api.send('GET', '/v1/sources', { key })).json.data).toEqual([]);
    expect((await api.send('GET', `/v1/sources/${anId('src', 'none')}`)).status).toBe(404);
  });
});
