import { describe, expect, test } from 'vitest';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { externalIdOf } from '../../../lambdas/domain/destination/destination.ts';
import { NOW } from '../../factories.ts';
import { A_QUEUE_ARN, A_ROLE_ARN, type Api, anApi, createdEndpoint, trusting } from './api-under-test.ts';

const EXTERNAL_ID = /^posthorn-prj_[0-9A-Z]{26}$/;
const QUEUE = { kind: 'sqs', queue_arn: A_QUEUE_ARN };
const elsewhere = (service: string, resource: string) =>
  `arn:aws:${service}:eu-west-1:210987654321:${resource}`;

const create = (api: Api, body: object) => api.send('POST', '/v1/endpoints', { body });

describe('an endpoint inside AWS', () => {
  test('has a destination and no URL, a secret, a first subscription, and the external id to trust', async () => {
    const api = await anApi();
    const reply = await create(api, { destination: QUEUE, event_types: ['invoice.*'] });
    expect(reply.status).toBe(201);
    expect(reply.json).toMatchObject({
      url: null,
      destination: { ...QUEUE, role_arn: null, external_id: expect.stringMatching(EXTERNAL_ID) },
      secret: expect.stringMatching(/^whsec_/),
      subscriptions: [{ event_types: ['invoice.*'] }],
    });
    const read = await api.send('GET', `/v1/endpoints/${reply.json.id}`);
    expect(read.json).toMatchObject({ url: null, destination: QUEUE });
  });

  test.each([
    [{ kind: 'sns', topic_arn: elsewhere('sns', 'orders.fifo'), role_arn: A_ROLE_ARN }, {}],
    [
      { kind: 'eventbridge', event_bus_arn: elsewhere('events', 'event-bus/default'), role_arn: A_ROLE_ARN },
      { source: 'posthorn' },
    ],
    [
      { kind: 'lambda', function_arn: elsewhere('lambda', 'function:orders'), role_arn: A_ROLE_ARN },
      { invocation: 'Event' },
    ],
    [
      {
        kind: 'lambda',
        function_arn: elsewhere('lambda', 'function:orders:live'),
        invocation: 'RequestResponse',
        role_arn: A_ROLE_ARN,
      },
      {},
    ],
  ])('may be %j, shown with what was filled in', async (destination, filled) => {
    const api = await anApi();
    const reply = await create(api, { destination });
    expect(reply.json).toMatchObject({
      destination: { ...destination, ...filled, external_id: externalIdOf(api.project) },
    });
  });

  test.each([
    ['both', { url: 'https://hooks.example.com/in', destination: QUEUE }, 'destination', 'not_allowed'],
    ['no kind', { destination: { queue_arn: A_QUEUE_ARN } }, 'destination.kind', 'required'],
    ['no ARN', { destination: { kind: 'sqs' } }, 'destination.queue_arn', 'required'],
    ['another kind', { destination: { kind: 'kafka' } }, 'destination.kind', 'not_allowed'],
    [
      "another kind's ARN",
      { destination: { ...QUEUE, topic_arn: 'arn' } },
      'destination.topic_arn',
      'not_allowed',
    ],
    [
      "another kind's field",
      { destination: { ...QUEUE, invocation: 'Event' } },
      'destination.invocation',
      'not_allowed',
    ],
    [
      "a queue's URL",
      { destination: { kind: 'sqs', queue_url: 'https://sqs.eu-west-1.amazonaws.com/1/q' } },
      'destination.queue_url',
      'unknown_field',
    ],
    [
      'an external id of its own',
      { destination: { ...QUEUE, external_id: 'x' } },
      'destination.external_id',
      'unknown_field',
    ],
    [
      'a place the gateway may not send to',
      { destination: { kind: 'sqs', queue_arn: `${A_QUEUE_ARN}-others` } },
      'destination.queue_arn',
      'destination_not_allowed',
    ],
    [
      'a role the gateway may not take on',
      { destination: { ...QUEUE, role_arn: `${A_ROLE_ARN}-others` } },
      'destination.role_arn',
      'role_not_allowed',
    ],
    [
      'a source that is reserved',
      { destination: { kind: 'eventbridge', source: 'aws.s3' } },
      'destination.source',
      'bad_format',
    ],
  ])('%s is refused', async (_, body, field, code) => {
    const api = await anApi();
    const reply = await create(api, body);
    expect(reply.status).toBe(400);
    expect(reply.json.errors).toContainEqual({ field, code, detail: expect.any(String) });
  });

  test('neither url nor destination: the answer names both', async () => {
    const api = await anApi();
    const { json } = await create(api, {});
    expect(json.errors).toEqual([
      {
        field: 'url',
        code: 'required',
        detail: 'is missing; give url, or destination for a receiver inside AWS',
      },
    ]);
  });
});

describe('changing where deliveries go', () => {
  const change = (api: Api, id: string, body: object) => api.send('PATCH', `/v1/endpoints/${id}`, { body });

  test('a destination takes the place of a URL, and a URL that of a destination', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const inside = await change(api, id, { destination: QUEUE });
    expect(inside.json).toMatchObject({ url: null, destination: QUEUE });
    const url = 'https://hooks.example.com/again';
    expect((await change(api, id, { url })).json).toMatchObject({ url, destination: null });
  });

  test('other changes leave it', async () => {
    const api = await anApi();
    const { id } = (await create(api, { destination: QUEUE })).json;
    expect((await change(api, id, { description: 'Orders' })).json).toMatchObject({ destination: QUEUE });
  });

  test('it is changed whole: a role that is not named is gone', async () => {
    const api = await anApi();
    const { id } = (await create(api, { destination: { ...QUEUE, role_arn: A_ROLE_ARN } })).json;
    const { json } = await change(api, id, { destination: QUEUE });
    expect(json).toMatchObject({ destination: { ...QUEUE, role_arn: null } });
  });

  test('not to both, nor to what may not be saved', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const both = await change(api, id, { url: 'https://hooks.example.com/', destination: QUEUE });
    expect(both.json.errors).toMatchObject([{ field: 'destination', code: 'not_allowed' }]);
    const other = await change(api, id, { destination: { kind: 'sqs', queue_arn: `${A_QUEUE_ARN}2` } });
    expect(other.json.errors).toMatchObject([{ code: 'destination_not_allowed' }]);
  });
});

describe('a role is tried when it is saved:', () => {
  const BY_ROLE = { destination: { ...QUEUE, role_arn: A_ROLE_ARN } };
  const apiOf = (isTrusted: (externalId: string) => boolean) =>
    anApi({ assumeRole: trusting(memoryClock(NOW), isTrusted) });

  test('one that does not trust this project is refused, with what it has to ask for', async () => {
    const api = await apiOf(() => false);
    const { status, json } = await create(api, BY_ROLE);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ field: 'destination.role_arn', code: 'role_not_assumable' }]);
    const { detail } = json.errors[0]!;
    expect(detail).toContain('AccessDenied: not authorized');
    expect(detail).toContain(`sts:ExternalId "${externalIdOf(api.project)}"`);
  });

  test.each([
    ['that does not ask who', () => true],
    ['by a pattern', (externalId: string) => externalId.startsWith('posthorn-prj_')],
  ])('one that lets any project in, %s, is refused', async (_, isTrusted) => {
    const { status, json } = await create(await apiOf(isTrusted), BY_ROLE);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([
      {
        field: 'destination.role_arn',
        code: 'role_without_external_id',
        detail: expect.stringContaining('lets any project in'),
      },
    ]);
  });

  test('while STS is not well nothing is saved, and the sender may come again', async () => {
    for (const broken of [0, 1]) {
      let calls = 0;
      const well = trusting(memoryClock(NOW), (externalId) => !externalId.endsWith('nobody'));
      const api = await anApi({
        assumeRole: async (...asked) => {
          if (calls++ === broken) throw Object.assign(new Error('slow down'), { name: 'Throttling' });
          return well(...asked);
        },
      });
      const { status, json } = await create(api, BY_ROLE);
      expect(status).toBe(503);
      expect(json.detail).toContain('STS: Throttling: slow down');
      expect((await api.send('GET', '/v1/endpoints')).json.data).toEqual([]);
    }
  });

  test('so is one that an endpoint is changed to, and what it was stays', async () => {
    const api = await apiOf(() => false);
    const { id } = await createdEndpoint(api);
    const refused = await api.send('PATCH', `/v1/endpoints/${id}`, { body: BY_ROLE });
    expect(refused.json.errors).toMatchObject([{ code: 'role_not_assumable' }]);
    expect((await api.send('GET', `/v1/endpoints/${id}`)).json).toMatchObject({ destination: null });
  });

  test('not for a change that does not name it', async () => {
    let calls = 0;
    const well = trusting(memoryClock(NOW), (externalId) => !externalId.endsWith('nobody'));
    const assumeRole: typeof well = (...asked) => {
      calls++;
      return well(...asked);
    };
    const api = await anApi({ assumeRole });
    const { id } = (await create(api, BY_ROLE)).json;
    expect(calls).toBe(2);
    await api.send('PATCH', `/v1/endpoints/${id}`, { body: { description: 'Orders' } });
    expect(calls).toBe(2);
  });
});

test('a test delivery takes the way of every delivery', async () => {
  const api = await anApi();
  const { id } = (await create(api, { destination: QUEUE })).json;
  const tested = await api.send('POST', `/v1/endpoints/${id}/test`);
  expect(tested.status).toBe(202);
  expect(api.queues.deliveries).toMatchObject([{ task: { endpoint: id, type: 'posthorn.test' } }]);
});
