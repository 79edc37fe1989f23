/** A provider's project: one owner for each of its customers, with the endpoints a scenario wants. */
import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import { dynamoSources } from '../../lambdas/adapters/dynamodb/sources.ts';
import { dynamoSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import type { Table } from '../../lambdas/adapters/dynamodb/table.ts';
import { DEFAULT_TIMEOUT_SECONDS, type Endpoint } from '../../lambdas/domain/endpoint.ts';
import { newId, type PlainPrefix } from '../../lambdas/domain/ids.ts';
import { formatKey, hashKey, KEY_SECRET_BYTES } from '../../lambdas/domain/key.ts';
import type { RateLimit } from '../../lambdas/domain/limits/rate.ts';
import { DEFAULT_EVENT_SHARDS } from '../../lambdas/domain/project.ts';
import { formatSecret, SECRET_BYTES } from '../../lambdas/domain/sign.ts';
import { DEFAULT_DEDUPLICATION_SECONDS } from '../../lambdas/domain/source.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';

export interface Seeded {
  readonly key: string;
  /** Where third parties' webhooks come in. */
  readonly source: SeededSource;
  readonly project: string;
  readonly endpoints: readonly string[];
}

export interface SeededSource {
  readonly id: string;
  readonly secret: string;
}

/** Endpoints of each owner: all of them get each of its events. */
export interface Shape {
  readonly owners: number;
  readonly fanout: number;
  readonly rateLimit?: RateLimit;
}

/** Says whose a third party's webhook is. */
export const OWNER_HEADER = 'x-customer';

/** Owners are named `customer_0`, `customer_1`, ... Ends the client. */
export async function seedProject(
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  receiver: string,
  shape: Shape,
): Promise<Seeded> {
  const place = { client: documentClient(client), table };
  const now = Date.now();
  const project = newIdNow('prj', now);
  await dynamoProjects(place).createProject({
    id: project,
    name: 'Acme',
    operator: false,
    eventShards: DEFAULT_EVENT_SHARDS,
    egress: { http: true, cidrs: ['127.0.0.0/8'] },
    cursorSecret: randomBytes(32).toString('base64'),
    createdAt: now,
  });
  const id = newIdNow('key', now);
  const key = formatKey(project, id, randomBytes(KEY_SECRET_BYTES));
  const scopes = ['publish'] as const;
  await dynamoKeys(place).createKey({
    id,
    project,
    name: 'bench',
    scopes,
    hash: hashKey(key),
    createdAt: now,
  });
  const endpoints = dynamoEndpoints(place);
  const subscriptions = dynamoSubscriptions(place);
  const ids: string[] = [];
  for (let owner = 0; owner < shape.owners; owner++) {
    for (let each = 0; each < shape.fanout; each++) {
      const endpoint = newEndpoint(project, `customer_${owner}`, receiver, now, shape.rateLimit);
      ids.push(endpoint.id);
      await endpoints.createEndpoint(endpoint);
      await subscriptions.putSubscription({
        id: newIdNow('sub', now),
        project,
        owner: `customer_${owner}`,
        endpoint: endpoint.id,
        eventTypes: ['*'],
        createdAt: now,
        updatedAt: now,
      });
    }
  }
  const source = await seedSource(place, project, now);
  client.destroy();
  return { key, source, project, endpoints: ids };
}

/** Signs as GitHub does: over the body, without a time, so that repeats are known by their bytes. */
async function seedSource(place: Table, project: string, now: number): Promise<SeededSource> {
  const id = newIdNow('src', now);
  const secret = randomBytes(SECRET_BYTES).toString('hex');
  await dynamoSources(place).createSource({
    id,
    project,
    name: 'GitHub',
    status: 'enabled',
    verification: { preset: 'github' },
    secrets: [{ key: secret }],
    eventType: { from: 'header', path: 'x-github-event', prefix: 'github' },
    owner: { from: 'header', path: OWNER_HEADER },
    deduplication: { by: 'auto', windowSeconds: DEFAULT_DEDUPLICATION_SECONDS },
    createdAt: now,
    updatedAt: now,
    version: 1,
  });
  return { id, secret };
}

function newEndpoint(
  project: string,
  owner: string,
  receiver: string,
  now: number,
  rateLimit: RateLimit | undefined,
): Endpoint {
  const id = newIdNow('ep', now);
  return {
    id,
    project,
    owner,
    // As long as such addresses are: an attempt's record holds it.
    url: `${receiver}/integrations/payments/webhooks/${id}`,
    description: 'Production',
    status: 'enabled',
    timeoutSeconds: DEFAULT_TIMEOUT_SECONDS,
    headers: {},
    secrets: [{ key: formatSecret(randomBytes(SECRET_BYTES)) }],
    createdAt: now,
    updatedAt: now,
    ...(rateLimit !== undefined && { rateLimit }),
    version: 1,
  };
}

function newIdNow(prefix: PlainPrefix, now: number): string {
  return newId(prefix, now, randomBytes(ULID_RANDOM_BYTES));
}
