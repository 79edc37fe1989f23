/** `posthorn keys`: API keys of a project. */
import { randomBytes } from 'node:crypto';
import type { Scope } from '../../lambdas/domain/failure.ts';
import { newId } from '../../lambdas/domain/ids.ts';
import { type ApiKey, formatKey, hashKey, KEY_SECRET_BYTES } from '../../lambdas/domain/key.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { command, group } from './command.ts';
import { type ConfigStore, TABLE_FLAG, withConfigStore } from './config-store.ts';
import { columns } from './words.ts';

const SCOPES: readonly Scope[] = ['publish', 'manage', 'read'];

const PROJECT_FLAG = {
  project: { type: 'string', description: 'Project (default: the only one there is)', valueHint: 'ID' },
} as const;

export function keysCommand(cli: Cli) {
  return group('keys', 'API keys: create, list, revoke', {
    create: command(cli, {
      name: 'create',
      description: 'Make an API key; its token is shown this once',
      args: {
        name: { type: 'string', default: 'key', description: 'What it is for' },
        scopes: { type: 'string', default: 'publish', description: `One or more of ${SCOPES.join(', ')}` },
        ...PROJECT_FLAG,
        ...TABLE_FLAG,
      },
      async run(args) {
        const scopes = readScopes(args.scopes);
        await withConfigStore(cli, args.table, async (store) => {
          const project = await chooseProject(store, args.project);
          const id = newId('key', cli.now(), randomBytes(ULID_RANDOM_BYTES));
          const token = formatKey(project, id, randomBytes(KEY_SECRET_BYTES));
          const key: ApiKey = {
            id,
            project,
            name: args.name,
            scopes,
            hash: hashKey(token),
            createdAt: cli.now(),
          };
          await store.keys.createKey(key);
          if (args.json) return cli.out(JSON.stringify({ ...viewOf(key), token }));
          cli.out(`${paint(cli, 'green', 'ok')}  ${id} for ${project}, may ${scopes.join(', ')}`);
          cli.out(token);
          cli.err('Keep it now: it is not stored and not shown again.');
        });
      },
    }),
    list: command(cli, {
      name: 'list',
      description: "A project's keys",
      args: { ...PROJECT_FLAG, ...TABLE_FLAG },
      async run(args) {
        await withConfigStore(cli, args.table, async (store) => {
          const keys = (await store.keys.listKeys(await chooseProject(store, args.project))).map(viewOf);
          if (args.json) return cli.out(JSON.stringify({ data: keys }));
          const rows = keys.map((key) => [
            key.id,
            key.name,
            key.scopes.join(','),
            key.created_at,
            key.revoked_at === null ? '' : `revoked ${key.revoked_at}`,
          ]);
          for (const line of columns(rows)) cli.out(line);
        });
      },
    }),
    revoke: command(cli, {
      name: 'revoke',
      description: 'End a key; it is refused everywhere within a minute',
      args: {
        id: { type: 'positional', required: true, description: 'key_...' },
        ...PROJECT_FLAG,
        ...TABLE_FLAG,
      },
      async run(args) {
        await withConfigStore(cli, args.table, async (store) => {
          const project = await chooseProject(store, args.project);
          if ((await store.keys.revokeKey(project, args.id, cli.now())) === 'absent') {
            throw new CliError(`${project} has no key ${args.id}. See: npx posthorn keys list`);
          }
          cli.out(args.json ? JSON.stringify({ id: args.id, revoked: true }) : `ok  ${args.id} is revoked`);
        });
      },
    }),
  });
}

function readScopes(text: string): readonly Scope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const wrong = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
  if (wrong !== undefined) {
    throw new CliError(`--scopes has "${wrong}"; use one or more of ${SCOPES.join(', ')}, with commas.`, 2);
  }
  return [...new Set(scopes)] as Scope[];
}

async function chooseProject(store: ConfigStore, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) {
    if ((await store.projects.project(wanted)) !== undefined) return wanted;
    throw new CliError(`There is no project ${wanted}. See: npx posthorn projects list`);
  }
  if (store.localProject !== undefined) return store.localProject;
  const projects = await store.projects.listProjects();
  const [only, ...others] = projects;
  if (only === undefined)
    throw new CliError('There is no project yet. Make one: npx posthorn projects create NAME');
  if (others.length === 0) return only.id;
  throw new CliError(
    `There are ${projects.length} projects: say which with --project (npx posthorn projects list).`,
    2,
  );
}

/** Never the hash: nobody needs it. */
function viewOf(key: ApiKey) {
  return {
    id: key.id,
    project_id: key.project,
    name: key.name,
    scopes: key.scopes,
    created_at: new Date(key.createdAt).toISOString(),
    revoked_at: key.revokedAt === undefined ? null : new Date(key.revokedAt).toISOString(),
  };
}
