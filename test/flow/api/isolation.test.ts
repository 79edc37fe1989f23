import { describe, expect, test } from 'vitest';
import { KEYED_ROUTES, ROUTES, type Route } from '../../../lambdas/contract/api/routes.ts';
import { deliveryId } from '../../../lambdas/domain/ids.ts';
import {
  aDelivery,
  anEndpoint,
  anEvent,
  anEventId,
  anId,
  aRejectedRequest,
  aRequestId,
  aSource,
  aSubscription,
} from '../../factories.ts';
import { type Api, anApi, OTHER_PROJECT_ID } from './api-under-test.ts';

const project = OTHER_PROJECT_ID;
const FOREIGN = {
  event: anEventId('foreign'),
  endpoint: anId('ep', 'foreign'),
  subscription: anId('sub', 'foreign'),
  request: aRequestId('foreign'),
  source: anId('src', 'foreign'),
};
const FOREIGN_DELIVERY = deliveryId(FOREIGN);

async function besideAnotherProject(): Promise<Api> {
  const api = await anApi();
  await api.config.createEndpoint(anEndpoint({ id: FOREIGN.endpoint, project }));
  await api.config.putSubscription(
    aSubscription({ id: FOREIGN.subscription, endpoint: FOREIGN.endpoint, project }),
  );
  const matches = { kind: 'listed', endpoints: [FOREIGN.endpoint] } as const;
  await api.events.put(anEvent({ id: FOREIGN.event, project, matches }));
  const state = { status: 'failed', stopReason: 'exhausted' } as const;
  await api.deliveries.save(aDelivery({ event: FOREIGN.event, endpoint: FOREIGN.endpoint, project, state }));
  await api.requests.putRequest(aRejectedRequest({ id: FOREIGN.request, project }));
  await api.config.createSource(aSource({ id: FOREIGN.source, project }));
  return api;
}

/** The foreign ids a path may be given: of the kind it is about. */
function idsFor(path: string): string[] {
  const [, , kind] = path.split('/');
  switch (kind) {
    case 'events':
      return [FOREIGN.event];
    case 'endpoints':
      return [FOREIGN.endpoint];
    case 'subscriptions':
      return [FOREIGN.subscription];
    case 'deliveries':
      return [FOREIGN_DELIVERY];
    case 'requests':
      return [FOREIGN.request];
    case 'sources':
      return [FOREIGN.source];
    default:
      throw new Error(`a new kind of path: ${path}`);
  }
}

const NONSENSE = ['x', '..', '%2e%2e', 'evt_', "'--", 'a'.repeat(300), 'dlv_01KDQ3J0000000000000000000'];
const WITH_ID = (Object.values(KEYED_ROUTES) as Route[]).filter(({ path }) => path.includes('{id}'));

describe('another project’s things are not there', () => {
  test.each(WITH_ID.map(({ method, path }) => [method, path]))('%s %s', async (method, path) => {
    const api = await besideAnotherProject();
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
    for (const id of [...idsFor(path), ...NONSENSE]) {
      const reply = await api.send(method, path.replace('{id}', id), body);
      expect(reply).toMatchObject({ status: 404, json: { code: 'not_found' } });
    }
    const [endpoint] = await api.config.endpoints(project, [FOREIGN.endpoint]);
    expect(endpoint).toEqual(anEndpoint({ id: FOREIGN.endpoint, project }));
    expect(await api.config.subscription(project, FOREIGN.subscription)).toBeDefined();
    expect(await api.config.source(project, FOREIGN.source)).toEqual(
      aSource({ id: FOREIGN.source, project }),
    );
    expect([...api.queues.deliveries, ...api.queues.wakes]).toEqual([]);
  });

  test.each([
    ['GET', `/v1/deliveries?endpoint_id=${FOREIGN.endpoint}`, undefined],
    ['GET', `/v1/deliveries?event_id=${FOREIGN.event}`, undefined],
    ['GET', `/v1/subscriptions?endpoint_id=${FOREIGN.endpoint}`, undefined],
    ['POST', '/v1/subscriptions', { endpoint_id: FOREIGN.endpoint }],
  ])('nor when a field names them: %s %s', async (method, target, body) => {
    const api = await besideAnotherProject();
    const reply = await api.send(method, target, { body });
    expect(reply).toMatchObject({ status: 404, json: { errors: [{ code: 'not_found' }] } });
  });

  test.each(['events', 'endpoints', 'subscriptions', 'deliveries', 'requests'])(
    'nor in the list of %s',
    async (kind) => {
      const api = await besideAnotherProject();
      expect((await api.send('GET', `/v1/${kind}`)).json.data).toEqual([]);
    },
  );

  test('a project’s own event can not be replayed to another’s endpoint', async () => {
    const api = await besideAnotherProject();
    await api.events.put(anEvent());
    const body = { endpoint_id: FOREIGN.endpoint };
    const reply = await api.send('POST', `/v1/events/${anEvent().id}/replay`, { body });
    expect(reply).toMatchObject({ status: 404, json: { errors: [{ field: 'endpoint_id' }] } });
  });
});

describe('keys and scopes', () => {
  const KEYED = (Object.values(ROUTES) as Route[]).filter(({ scope }) => scope !== 'open');
  const ALLOWS = { publish: ['publish'], manage: ['manage', 'read'], read: ['read'] } as const;

  test.each(KEYED.map(({ method, path, scope }) => [method, path, scope]))(
    '%s %s needs the scope %s',
    async (method, path, scope) => {
      const api = await anApi();
      const target = path!.replace('{id}', 'x');
      for (const [held, allowed] of Object.entries(ALLOWS)) {
        const key = await api.keyFor({ id: anId('prj', held) }, [held as keyof typeof ALLOWS]);
        const reply = await api.send(method!, target, { key, ...(method !== 'GET' && { body: {} }) });
        const expected = (allowed as readonly string[]).includes(scope!);
        expect(reply.status === 403, `${held} on ${method} ${path}`).toBe(!expected);
        if (!expected)
          expect(reply.json).toMatchObject({
            code: 'scope_missing',
            detail: expect.stringContaining(scope!),
          });
      }
      expect((await api.send(method!, target, { key: undefined })).status).toBe(401);
    },
  );
});
