import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import { deliveryId } from '../../../lambdas/domain/ids.ts';
import {
  aDelivery,
  aKeptResponse,
  aLease,
  anAttempt,
  anEndpoint,
  anEvent,
  anEventId,
  anId,
  ENDPOINT_ID,
  EVENT_ID,
  NOW,
} from '../../factories.ts';
import { type Api, anApi } from './api-under-test.ts';

const ID = deliveryId({ event: EVENT_ID, endpoint: ENDPOINT_ID });
const OTHER_ENDPOINT = anId('ep', 'second');

/** Four events a minute apart for two endpoints; the first endpoint's have the states given, oldest first. */
async function withDeliveries(states: readonly (Delivery['state'] | 'queued')[]) {
  const api = await anApi();
  await api.config.createEndpoint(anEndpoint());
  await api.config.createEndpoint(anEndpoint({ id: OTHER_ENDPOINT, owner: 'cus_2' }));
  const events: string[] = [];
  for (const [index, state] of states.entries()) {
    const createdAt = NOW - (states.length - index) * 60_000;
    const id = anEventId(`e${index}`, createdAt);
    const owner = index % 2 === 0 ? 'cus_1' : 'cus_2';
    const type = `step.${index}`;
    const matches = { kind: 'listed', endpoints: [ENDPOINT_ID, OTHER_ENDPOINT] } as const;
    await api.events.put(anEvent({ id, createdAt, owner, type, matches }));
    if (state !== 'queued') await api.deliveries.save(aDelivery({ event: id, owner, type, state }));
    events.unshift(id);
  }
  return { api, events };
}

const FAILED = { status: 'failed', stopReason: 'exhausted' } as const;
const HELD = { status: 'held', why: 'endpoint_paused' } as const;
const SUCCEEDED = { status: 'succeeded' } as const;

async function rows(api: Api, query: string): Promise<string[]> {
  const reply = await api.send('GET', `/v1/deliveries?${query}`);
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.json.data.map((row) => `${row.event_id} ${row.status}`);
}

describe('GET /v1/deliveries/{id}', () => {
  test('a queued delivery has no record yet', async () => {
    const api = await anApi();
    await api.events.put(anEvent());
    const reply = await api.send('GET', `/v1/deliveries/${ID}`);
    expect(reply.json).toEqual({
      id: ID,
      event_id: EVENT_ID,
      endpoint_id: ENDPOINT_ID,
      owner_id: null,
      event_type: 'invoice.paid',
      status: 'queued',
      stop_reason: null,
      held_reason: null,
      next_attempt_at: null,
      attempt_count: 0,
      created_at: new Date(NOW).toISOString(),
      updated_at: new Date(NOW).toISOString(),
      attempts: [],
    });
  });

  test('shows every attempt in words, with phases and response', async () => {
    const api = await anApi();
    await api.deliveries.save(aDelivery());
    const reply = await api.send('GET', `/v1/deliveries/${ID}`);
    expect(reply.json).toMatchObject({
      status: 'waiting',
      next_attempt_at: new Date(NOW + 300_000).toISOString(),
    });
    expect(reply.json.attempts).toEqual([
      {
        number: 1,
        trigger: 'first',
        started_at: new Date(NOW).toISOString(),
        duration_ms: 80,
        url: 'https://receiver.example/hooks',
        outcome: 'failed',
        status_code: 503,
        error: {
          code: 'gateway_error',
          sentence: expect.stringMatching(/503: its proxy is up/),
          fault: 'receiver',
        },
        address: '203.0.113.7',
        phases: { dns: 5, connect: 10, tls: 20, send: 1, wait: 40, read: 4 },
        response: { headers: { 'content-type': 'text/plain' }, body: 'try later', truncated: false },
      },
    ]);
  });

  test('finds a response that is kept beside the record', async () => {
    const api = await anApi();
    await api.deliveries.save(aDelivery({ attempts: [anAttempt({ response: 'aside' })] }));
    const key = { event: EVENT_ID, endpoint: ENDPOINT_ID };
    await api.deliveries.putResponse(key, 1, aKeptResponse({ body: Buffer.from([0xff]), truncated: true }));
    const { attempts } = (await api.send('GET', `/v1/deliveries/${ID}`)).json;
    expect(attempts).toMatchObject([{ response: { body_base64: '/w==', truncated: true } }]);
  });

  test('a text that was cut inside a character is still a text', async () => {
    const api = await anApi();
    const body = Buffer.from('größer').subarray(0, 4);
    const response = aKeptResponse({ body, truncated: true });
    await api.deliveries.save(aDelivery({ attempts: [anAttempt({ response })] }));
    const { attempts } = (await api.send('GET', `/v1/deliveries/${ID}`)).json;
    expect(attempts).toMatchObject([{ response: { body: 'grö' } }]);
  });

  test.each([
    ['failed', FAILED, { stop_reason: 'exhausted' }],
    ['held', HELD, { held_reason: 'endpoint_paused' }],
    ['canceled', { status: 'canceled', stopReason: 'endpoint_deleted' }, { stop_reason: 'endpoint_deleted' }],
    ['sending', { status: 'sending', lease: aLease() }, { next_attempt_at: null }],
  ] as const)('says why it is %s', async (status, state, shown) => {
    const api = await anApi();
    await api.deliveries.save(aDelivery({ state }));
    expect((await api.send('GET', `/v1/deliveries/${ID}`)).json).toMatchObject({ status, ...shown });
  });

  test('an endpoint the event did not go to has no delivery of it', async () => {
    const api = await anApi();
    await api.events.put(anEvent());
    const id = deliveryId({ event: EVENT_ID, endpoint: OTHER_ENDPOINT });
    expect((await api.send('GET', `/v1/deliveries/${id}`)).status).toBe(404);
  });

  test('a queued delivery of a large fan-out is found in its chunks', async () => {
    const api = await anApi();
    await api.events.put(anEvent({ matches: { kind: 'chunked' } }));
    const of = { project: api.project, event: EVENT_ID };
    await api.events.putChunk({ ...of, index: 0, endpoints: [OTHER_ENDPOINT], next: 'x' });
    await api.events.putChunk({ ...of, index: 1, endpoints: [ENDPOINT_ID] });
    expect((await api.send('GET', `/v1/deliveries/${ID}`)).json.status).toBe('queued');
  });
});

describe('GET /v1/deliveries', () => {
  test('shows all of the project, newest events first, queued ones too', async () => {
    const { api, events } = await withDeliveries([FAILED, 'queued']);
    expect(await rows(api, '')).toEqual([
      `${events[0]} queued`,
      `${events[0]} queued`,
      `${events[1]} failed`,
      `${events[1]} queued`,
    ]);
  });

  test('shows one endpoint’s, recorded and queued in one order', async () => {
    const { api, events } = await withDeliveries([FAILED, 'queued', SUCCEEDED, 'queued']);
    expect(await rows(api, `endpoint_id=${ENDPOINT_ID}`)).toEqual([
      `${events[0]} queued`,
      `${events[1]} succeeded`,
      `${events[2]} queued`,
      `${events[3]} failed`,
    ]);
  });

  test.each([
    ['one status', 'status=failed', [3]],
    ['several', 'status=failed,held', [3, 2]],
    ['queued only', 'status=queued', [0]],
    ['queued and others', 'status=queued,held', [2, 0]],
    ['type', 'event_type=step.1', [1]],
    ['prefix', 'event_type=step.*', [3, 2, 1, 0]],
    ['owner', 'owner_id=cus_1', [2, 0]],
    ['owner and status', 'owner_id=cus_1&status=held', [2]],
  ])('filters one endpoint’s by %s', async (_, query, expected) => {
    const { api, events } = await withDeliveries(['queued', SUCCEEDED, HELD, FAILED]);
    const ids = (await rows(api, `endpoint_id=${ENDPOINT_ID}&${query}`)).map((row) => row.split(' ')[0]);
    expect(ids).toEqual(expected.map((index) => events[3 - index]));
  });

  test.each([
    ['status', 'status=failed', ['failed']],
    ['owner and status', 'owner_id=cus_1&status=queued', ['queued', 'queued', 'queued']],
  ])('filters the whole project’s by %s', async (_, query, expected) => {
    const { api } = await withDeliveries(['queued', SUCCEEDED, HELD, FAILED]);
    const statuses = (await rows(api, query)).map((row) => row.split(' ')[1]);
    expect(statuses).toEqual(expected);
  });

  test('an endpoint of another owner has none of that owner’s', async () => {
    const { api } = await withDeliveries([FAILED]);
    expect(await rows(api, `endpoint_id=${OTHER_ENDPOINT}&owner_id=cus_3`)).toEqual([]);
  });

  test.each([
    ['the project', ''],
    ['one endpoint', `endpoint_id=${ENDPOINT_ID}&`],
    ['some statuses', 'status=queued,failed&'],
  ])('pages of %s go through all, each once', async (_, filter) => {
    const { api } = await withDeliveries([FAILED, 'queued', SUCCEEDED, 'queued', 'queued', FAILED, HELD]);
    const all = await rows(api, `${filter}limit=250`);
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { json } = await api.send('GET', `/v1/deliveries?${filter}limit=${limit}${page}`);
        expect(json.data.length).toBeLessThanOrEqual(limit);
        seen.push(...json.data.map((row) => `${row.event_id} ${row.status}`));
        cursor = json.pagination.next;
      }
      expect(seen).toEqual(all);
    }
  });

  test('shows the last attempt of each', async () => {
    const { api } = await withDeliveries([FAILED]);
    const { json } = await api.send('GET', `/v1/deliveries?endpoint_id=${ENDPOINT_ID}`);
    expect(json.data[0]).toMatchObject({ attempt_count: 1, last_attempt: { number: 1, status_code: 503 } });
    expect(json.data[0]).not.toHaveProperty('attempts');
  });

  test('a search that looks at much and finds little says how far it came, and goes on', async () => {
    const { api, events } = await withDeliveries([FAILED]);
    for (let index = 0; index < 2_500; index++) {
      const createdAt = NOW - 1_000 + Math.floor(index / 5);
      const id = anEventId(`noise${index}`, createdAt);
      await api.events.put(anEvent({ id, createdAt, type: 'noise' }));
    }
    const first = await api.send('GET', '/v1/deliveries?status=failed');
    expect(first.json).toMatchObject({ data: [], pagination: { has_more: true } });
    expect(Date.parse(first.json.coverage.from)).toBeGreaterThan(NOW - 1_000);
    const found = await rows(api, `status=failed&cursor=${first.json.pagination.next}`);
    expect(found).toEqual([`${events[0]} failed`]);
  });

  test.each([
    ['a status that is none', 'status=done', 'status'],
    ['a status among others that is none', 'status=failed,', 'status'],
    ['an unknown parameter', 'endpoint=x', 'endpoint'],
  ])('refuses %s, naming it', async (_, query, field) => {
    const reply = await (await anApi()).send('GET', `/v1/deliveries?${query}`);
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ field }] } });
  });

  test.each(['endpoint_id', 'event_id'])('an unknown %s is 404, naming it', async (field) => {
    const reply = await (await anApi()).send('GET', `/v1/deliveries?${field}=nonsense`);
    expect(reply).toMatchObject({ status: 404, json: { errors: [{ field, code: 'not_found' }] } });
  });
});
