/** Makes the local project and its key, through the same stores the command line uses on a deployed gateway. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import { newId } from '../../lambdas/domain/ids.ts';
import { formatKey, hashKey, KEY_SECRET_BYTES } from '../../lambdas/domain/key.ts';
import {
  DEFAULT_EVENT_SHARDS,
  type EgressAllowance,
  NO_ALLOWANCE,
  type Project,
} from '../../lambdas/domain/project.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';
import { REGION } from '../template/intrinsics.ts';
import type { Credentials, SeedRequest } from './messages.ts';

/** The policy of a deployment lets no delivery reach the machine it starts from; here that is where receivers are. */
const THIS_MACHINE: EgressAllowance = { http: true, cidrs: ['127.0.0.0/8', '::1/128'] };
/** Whoever looks into the mail viewer. */
const LOCAL_OWNER = 'owner@example.com';
const CURSOR_SECRET_BYTES = 32;

/** With kept credentials the same project goes on; only what it may reach is set anew. */
export async function seed(request: SeedRequest): Promise<Credentials> {
  const sdk = new DynamoDBClient({
    region: REGION,
    endpoint: request.endpoints.dynamodb,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const client = documentClient(sdk);
  const projects = dynamoProjects({ client, table: request.configTable });
  const egress = request.strictEgress ? NO_ALLOWANCE : THIS_MACHINE;
  try {
    const known = request.kept && (await projects.project(request.kept.project));
    if (request.kept !== undefined && known !== undefined) {
      await projects.replaceProject({ ...known, egress });
      return request.kept;
    }
    const project = newProject(request.project, egress, Date.now());
    await projects.createProject(project);
    const keys = dynamoKeys({ client, table: request.configTable });
    const id = newId('key', Date.now(), randomBytes(ULID_RANDOM_BYTES));
    const key = formatKey(project.id, id, randomBytes(KEY_SECRET_BYTES));
    await keys.createKey({
      id,
      project: project.id,
      name: 'local',
      scopes: ['publish', 'manage', 'read'],
      hash: hashKey(key),
      createdAt: Date.now(),
    });
    return { project: project.id, key };
  } finally {
    sdk.destroy();
  }
}

function newProject(id: string, egress: EgressAllowance, now: number): Project {
  return {
    id,
    name: 'local',
    operator: true,
    eventShards: DEFAULT_EVENT_SHARDS,
    egress,
    alertEmails: [LOCAL_OWNER],
    cursorSecret: randomBytes(CURSOR_SECRET_BYTES).toString('base64'),
    createdAt: now,
  };
}
