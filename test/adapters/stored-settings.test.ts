/**
 * What lies in the tables, attribute by attribute. Rows live for weeks and are read by code deployed later, so a
 * change here is a change of a contract: add attributes, never rename or reuse one.
 */
import { describe, expect, it } from 'vitest';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoHealth } from '../../lambdas/adapters/dynamodb/health.ts';
import { dynamoIdempotency } from '../../lambdas/adapters/dynamodb/idempotency.ts';
import { dynamoInFlight } from '../../lambdas/adapters/dynamodb/in-flight.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import { dynamoRateMeter } from '../../lambdas/adapters/dynamodb/rate.ts';
import { dynamoSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { dynamoDrainMarks, dynamoWakeLedger } from '../../lambdas/adapters/dynamodb/wakes.ts';
import { judgeUrl } from '../../lambdas/domain/egress/url.ts';
import { NO_ALLOWANCE } from '../../lambdas/domain/project.ts';
import {
  aKey,
  anEndpoint,
  anId,
  aProject,
  aSubscription,
  ENDPOINT_ID,
  NOW,
  PROJECT_ID,
} from '../factories.ts';
import { TABLES } from './emulators.ts';
import { ownTables } from './stored.ts';

describe('stored settings, claims, wakes and marks', () => {
  const { client, stored } = ownTables();
  const config = () => ({ client: client(), table: TABLES.config, token: () => 'W1234567' });
  /** A row in plain values. */
  const plain = async (pk: string, sk: string) => {
    const { Item } = await client().get({ TableName: TABLES.config, Key: { pk, sk } });
    return Item;
  };
  const state = () => ({ client: client(), table: TABLES.state, token: () => 'W1234567' });

  it('an endpoint of an owner, its subscription, the pointer to it and the routing version', async () => {
    const endpoint = anEndpoint({ owner: 'acme' });
    const subscription = aSubscription({ owner: 'acme' });
    await dynamoEndpoints(config()).createEndpoint(endpoint);
    await dynamoSubscriptions(config()).putSubscription(subscription);
    expect(await stored(TABLES.config, PROJECT_ID, ENDPOINT_ID)).toMatchObject({
      owner_pk: { S: `${PROJECT_ID}#acme` },
      v: { N: '1' },
      n: { N: '1' },
      w: { S: 'W1234567' },
      doc: { M: { url: { S: endpoint.url }, secrets: { L: [{ M: { key: expect.anything() } }] } } },
    });
    expect(await stored(TABLES.config, PROJECT_ID, subscription.id)).toEqual({
      pk: { S: PROJECT_ID },
      sk: { S: subscription.id },
      v: { N: '1' },
      owner: { S: 'acme' },
      endpoint: { S: ENDPOINT_ID },
    });
    expect(
      await stored(TABLES.config, `${PROJECT_ID}#sub#acme`, `${ENDPOINT_ID}#${subscription.id}`),
    ).toMatchObject({ v: { N: '1' }, doc: { M: { eventTypes: { L: [{ S: '*' }] } } } });
    expect(await stored(TABLES.config, PROJECT_ID, 'routing')).toMatchObject({ n: { N: '1' } });
  });

  it('everything of an endpoint', async () => {
    const secrets = [{ key: 'whsec_new' }, { key: 'whsec_old', expiresAt: NOW }];
    const id = anId('ep', 'everything');
    const said = {
      secrets,
      headers: { constructor: 'x' },
      status: 'disabled',
      disabledReason: 'gone',
      rateLimit: { limit: 10, per: 'second' },
      maxInFlight: 5,
    } as const;
    await dynamoEndpoints(config()).createEndpoint(anEndpoint({ id, ...said, owner: 'acme' }));
    expect((await plain(PROJECT_ID, id))?.doc).toEqual({
      id,
      project: PROJECT_ID,
      owner: 'acme',
      url: 'https://receiver.example/hooks',
      description: '',
      status: 'disabled',
      disabledReason: 'gone',
      timeoutSeconds: 15,
      rateLimit: { limit: 10, per: 'second' },
      maxInFlight: 5,
      headers: { constructor: 'x' },
      secrets,
      createdAt: expect.any(Number),
      updatedAt: expect.any(Number),
      version: 1,
    });
  });

  it('an endpoint inside AWS: code that knows no destinations finds an ARN, which it refuses to post to', async () => {
    const id = anId('ep', 'inside AWS');
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';
    const role = 'arn:aws:iam::123456789012:role/posthorn';
    const destination = { kind: 'lambda', arn, role, invocation: 'Event' } as const;
    await dynamoEndpoints(config()).createEndpoint(anEndpoint({ id, url: arn, destination }));
    expect((await plain(PROJECT_ID, id))?.doc).toMatchObject({ url: arn, destination });
    expect(judgeUrl(arn, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict: 'url_not_https' });
  });

  it('a project and an API key, whose token is not there', async () => {
    const { key, token } = aKey();
    const alertWebhooks = [{ url: 'https://hooks.slack.com/services/T0', format: 'slack' }] as const;
    await dynamoProjects(config()).createProject(aProject({ alertWebhooks }));
    await dynamoKeys(config()).createKey(key);
    await dynamoKeys(config()).revokeKey(PROJECT_ID, key.id, NOW);
    const project = await plain('projects', PROJECT_ID);
    expect(project).toMatchObject({ v: 1, w: 'W1234567' });
    expect(project?.doc).toEqual({
      id: PROJECT_ID,
      name: 'Acme',
      operator: false,
      eventShards: 4,
      egress: { http: false, cidrs: [] },
      alertWebhooks,
      cursorSecret: expect.any(String),
      createdAt: expect.any(Number),
    });
    const item = await plain(PROJECT_ID, key.id);
    expect(item).toMatchObject({ v: 1, w: 'W1234567' });
    expect(item?.doc).toEqual({
      id: key.id,
      project: PROJECT_ID,
      name: 'server',
      scopes: ['publish', 'manage'],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAt: expect.any(Number),
      revokedAt: NOW,
    });
    expect(JSON.stringify(item)).not.toContain(token.slice(-20));
  });

  it('claims, wakes, marks', async () => {
    const claim = { project: PROJECT_ID, key: 'k', fingerprint: 'f', value: 'evt_1', expiresAt: NOW + 1 };
    await dynamoIdempotency(state()).claim(claim, NOW);
    await dynamoWakeLedger(state()).note({ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 29_000_000 });
    await dynamoWakeLedger(state()).setSweptThrough(29_000_000);
    await dynamoDrainMarks(state()).setMark(ENDPOINT_ID, { through: 'd#1', since: NOW });
    const week = 7 * 86_400;
    // The digest of "k": SHA-256 in base64url.
    const claimed = `idem#${PROJECT_ID}#glTDKakoUPbVOd03b0gW7idkUX2l4CNVFK9DMWRIDXo`;
    expect(await stored(TABLES.state, claimed, 'i')).toEqual({
      pk: { S: claimed },
      sk: { S: 'i' },
      v: { N: '1' },
      fp: { S: 'f' },
      val: { S: 'evt_1' },
      until: { N: String(NOW + 1) },
      expires: { N: String(NOW / 1000 + 1) },
      w: { S: 'W1234567' },
    });
    expect(await stored(TABLES.state, 'wake#29000000', ENDPOINT_ID)).toMatchObject({
      prj: { S: PROJECT_ID },
      expires: { N: String(29_000_000 * 60 + week) },
    });
    expect(await stored(TABLES.state, 'sweep', 'sweep')).toMatchObject({ minute: { N: '29000000' } });
    expect(await stored(TABLES.state, `drain#${ENDPOINT_ID}`, 'm')).toMatchObject({
      through: { S: 'd#1' },
      since: { N: String(NOW) },
      expires: { N: String(NOW / 1000 + week) },
    });
  });

  it("an endpoint's health, its next free slot, who holds its places in flight, and a recovery's wake beside a retry's", async () => {
    const outage = { since: NOW, trips: 2, cause: 'tls_expired' } as const;
    const circuit = { state: 'open', outage, probeAt: NOW + 30_000 } as const;
    await dynamoHealth(state()).save({ endpoint: ENDPOINT_ID, circuit, failingSince: NOW, version: 1 });
    await dynamoRateMeter(state()).take({
      endpoint: ENDPOINT_ID,
      count: 2,
      intervalMs: 50,
      now: NOW,
      until: NOW,
    });
    const wake = { project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 29_000_001 };
    await dynamoWakeLedger(state()).note({ ...wake, recovery: true });
    expect(await stored(TABLES.state, `health#${ENDPOINT_ID}`, 'h')).toEqual({
      pk: { S: `health#${ENDPOINT_ID}` },
      sk: { S: 'h' },
      v: { N: '1' },
      n: { N: '1' },
      w: { S: 'W1234567' },
      doc: {
        M: {
          circuit: {
            M: {
              state: { S: 'open' },
              outage: { M: { since: { N: String(NOW) }, trips: { N: '2' }, cause: { S: 'tls_expired' } } },
              probeAt: { N: String(NOW + 30_000) },
            },
          },
          failingSince: { N: String(NOW) },
        },
      },
      expires: { N: String(NOW / 1000 + 30 + 30 * 86_400) },
    });
    expect(await stored(TABLES.state, `rate#${ENDPOINT_ID}`, 'r')).toEqual({
      pk: { S: `rate#${ENDPOINT_ID}` },
      sk: { S: 'r' },
      v: { N: '1' },
      slot: { N: String(NOW + 100) },
      expires: { N: String(Math.ceil(NOW / 1000 + 0.1) + 86_400) },
    });
    await dynamoInFlight(state()).save({
      endpoint: ENDPOINT_ID,
      holders: [{ holder: 'AbC_-123', places: 3, until: NOW + 25_000 }],
      version: 1,
    });
    expect(await stored(TABLES.state, `inflight#${ENDPOINT_ID}`, 'f')).toEqual({
      pk: { S: `inflight#${ENDPOINT_ID}` },
      sk: { S: 'f' },
      v: { N: '1' },
      n: { N: '1' },
      held: { L: [{ S: `3:${NOW + 25_000}:AbC_-123` }] },
      expires: { N: String(NOW / 1000 + 25 + 86_400) },
    });
    expect(await stored(TABLES.state, 'wake#29000001', `${ENDPOINT_ID}#r`)).toMatchObject({
      prj: { S: PROJECT_ID },
    });
  });
});
