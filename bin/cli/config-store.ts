/** Projects and keys, straight in the config table: making the first key can't need a key. Needs IAM credentials. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import type { KeyStore, ProjectStore } from '../../lambdas/ports/config.ts';
import { type Cli, CliError } from './cli.ts';
import { readLocal } from './gateway.ts';

export interface ConfigStore {
  readonly projects: ProjectStore;
  readonly keys: KeyStore;
  /** The local mode's own project. */
  readonly localProject: string | undefined;
}

export const TABLE_FLAG = {
  table: {
    type: 'string',
    description: 'Config table of a deployed gateway: the output ConfigTable of its stack',
    valueHint: 'NAME',
  },
} as const;

/** Opens the table, runs the work, and says what stopped AWS in one sentence. */
export async function withConfigStore<T>(
  cli: Cli,
  tableFlag: string | undefined,
  work: (store: ConfigStore) => Promise<T>,
): Promise<T> {
  const place = findTable(cli, tableFlag);
  const client = place.client();
  try {
    const table = { client: documentClient(client), table: place.table };
    return await work({
      projects: dynamoProjects(table),
      keys: dynamoKeys(table),
      localProject: place.localProject,
    });
  } catch (error) {
    throw explainAws(error, place.table);
  } finally {
    client.destroy();
  }
}

interface Place {
  readonly table: string;
  readonly localProject: string | undefined;
  readonly client: () => DynamoDBClient;
}

function findTable(cli: Cli, tableFlag: string | undefined): Place {
  const table = tableFlag ?? cli.env.POSTHORN_CONFIG_TABLE;
  if (table !== undefined) {
    return { table, localProject: undefined, client: () => new DynamoDBClient({}) };
  }
  const local = readLocal(cli);
  if (local === undefined) {
    throw new CliError(
      'No gateway runs in this folder. Start one with "npm start", or name a deployed one\'s table: --table NAME or POSTHORN_CONFIG_TABLE (the output ConfigTable of its stack).',
    );
  }
  return {
    table: local.config_table,
    localProject: local.project_id,
    client: () =>
      new DynamoDBClient({
        region: 'us-east-1',
        endpoint: local.aws_endpoints.dynamodb,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        maxAttempts: 1,
      }),
  };
}

function explainAws(error: unknown, table: string): unknown {
  if (error instanceof CliError || !(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  if (code === 'ECONNREFUSED') {
    return new CliError('The local gateway does not answer. Start it with "npm start".');
  }
  switch (error.name) {
    case 'CredentialsProviderError':
      return new CliError(
        'There are no AWS credentials here. Set AWS_PROFILE, or sign in with "aws sso login".',
      );
    case 'ResourceNotFoundException':
      return new CliError(
        `There is no table "${table}" in this account and region. See the stack's output ConfigTable.`,
      );
    case 'AccessDeniedException':
    case 'UnrecognizedClientException':
    case 'ExpiredTokenException':
      return new CliError(`AWS refused: ${error.message}`);
    default:
      return /region is missing/i.test(error.message)
        ? new CliError('Which region? Set AWS_REGION to the one the stack is in.')
        : error;
  }
}
