/** Which gateway a command talks to: the one named in the environment, or the one that runs in this folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cli, CliError } from './cli.ts';

/** What commands read of `.posthorn/local.json`. */
export interface LocalGateway {
  readonly api: string;
  readonly key: string;
  readonly project_id: string;
  readonly receiver: string;
  readonly config_table: string;
  readonly aws_endpoints: { readonly dynamodb: string };
}

export interface GatewayAddress {
  /** With `/v1`. */
  readonly api: string;
  readonly key: string;
  readonly local: boolean;
}

const LOCAL_FILE = join('.posthorn', 'local.json');

/** @throws CliError when there is none */
export function findGateway(cli: Cli): GatewayAddress {
  const { POSTHORN_API: api, POSTHORN_KEY: key } = cli.env;
  if (api !== undefined && key !== undefined) return { api: withVersion(api), key, local: false };
  if (api !== undefined || key !== undefined) {
    const missing = api === undefined ? 'POSTHORN_API (the address)' : 'POSTHORN_KEY (an API key)';
    throw new CliError(`Set ${missing} too: a deployed gateway needs both.`, 2);
  }
  const local = readLocal(cli);
  if (local !== undefined) return { api: local.api, key: local.key, local: true };
  throw new CliError(
    'No gateway runs in this folder. Start one with "npm start", or set POSTHORN_API and POSTHORN_KEY to a deployed one.',
  );
}

/** Undefined when no local mode has said that it runs here. */
export function readLocal(cli: Cli): LocalGateway | undefined {
  const path = join(cli.cwd, LOCAL_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as LocalGateway;
  } catch {
    throw new CliError(`${path} is not readable. Stop the local mode and start it again with "npm start".`);
  }
}

/** Stacks say their address without `/v1`; people copy both. */
function withVersion(address: string): string {
  if (!URL.canParse(address)) throw new CliError(`POSTHORN_API is not a URL: "${address}"`, 2);
  const trimmed = address.replace(/\/+$/, '');
  return trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
}
