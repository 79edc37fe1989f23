/** `posthorn projects`: isolation units, each with its own keys, endpoints and events. */
import { randomBytes } from 'node:crypto';
import { retryPolicyView } from '../../lambdas/contract/api/read-retry-policy.ts';
import { redactedUrl, webhookName } from '../../lambdas/domain/alerts/webhook.ts';
import { describeFailure } from '../../lambdas/domain/describe-failure.ts';
import { newId } from '../../lambdas/domain/ids.ts';
import { DEFAULT_EVENT_SHARDS, NO_ALLOWANCE, type Project } from '../../lambdas/domain/project.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { command, group } from './command.ts';
import { TABLE_FLAG, withConfigStore } from './config-store.ts';
import { changeProject } from './project-settings.ts';
import { columns } from './words.ts';

const CURSOR_SECRET_BYTES = 32;
const MAX_NAME_LENGTH = 100;

export function projectsCommand(cli: Cli) {
  return group('projects', 'Projects: create, list, set', {
    create: command(cli, {
      name: 'create',
      description: 'Make a project',
      args: {
        name: { type: 'positional', required: true, description: 'Its name, for people' },
        operator: {
          type: 'boolean',
          description: 'Sees rejected messages of the publish queue that name no project',
        },
        ...TABLE_FLAG,
      },
      async run(args) {
        if (args.name.length > MAX_NAME_LENGTH) {
          throw new CliError(`A name has at most ${MAX_NAME_LENGTH} characters.`, 2);
        }
        await withConfigStore(cli, args.table, async ({ projects }) => {
          const project = newProject(args.name, args.operator === true, cli.now());
          await projects.createProject(project);
          if (args.json) return cli.out(JSON.stringify(viewOf(project)));
          cli.out(`${paint(cli, 'green', 'ok')}  ${project.id}  ${project.name}`);
          cli.out(
            `    its first key: npx posthorn keys create --project ${project.id} --scopes publish,manage`,
          );
        });
      },
    }),
    set: command(cli, {
      name: 'set',
      description:
        'Change what a project may reach, its retries, its alert addresses and webhooks, its shards',
      args: {
        project: { type: 'positional', required: true, description: 'Its id' },
        settings: {
          type: 'positional',
          required: true,
          description: `What to change, as JSON: {"egress":{"cidrs":["10.20.0.0/16"]},"alert_emails":["ops@example.com"]}`,
        },
        ...TABLE_FLAG,
      },
      async run(args) {
        await withConfigStore(cli, args.table, async ({ projects, localProject }) => {
          const before = await projects.project(args.project);
          if (before === undefined) throw new CliError(`There is no project ${args.project}.`);
          const changed = changeProject(before, args.settings, localProject !== undefined);
          if (!changed.ok) throw new CliError(describeFailure(changed.failure).detail);
          await projects.replaceProject(changed.value);
          if (args.json) return cli.out(JSON.stringify(viewOf(changed.value)));
          cli.out(`${paint(cli, 'green', 'ok')}  ${changed.value.id}  within a minute everywhere`);
        });
      },
    }),
    list: command(cli, {
      name: 'list',
      description: 'All projects',
      args: { ...TABLE_FLAG },
      async run(args) {
        await withConfigStore(cli, args.table, async ({ projects }) => {
          const all = (await projects.listProjects()).map(viewOf);
          if (args.json) return cli.out(JSON.stringify({ data: all }));
          const rows = all.map(({ id, name, operator, created_at }) => [
            id,
            name,
            created_at,
            operator ? 'operator' : '',
          ]);
          for (const line of columns(rows)) cli.out(line);
        });
      },
    }),
  });
}

function newProject(name: string, operator: boolean, now: number): Project {
  return {
    id: newId('prj', now, randomBytes(ULID_RANDOM_BYTES)),
    name,
    operator,
    eventShards: DEFAULT_EVENT_SHARDS,
    egress: NO_ALLOWANCE,
    cursorSecret: randomBytes(CURSOR_SECRET_BYTES).toString('base64'),
    createdAt: now,
  };
}

/** Never the cursor secret, nor whole URLs of webhooks: whoever has one may write to the channel. */
function viewOf(project: Project) {
  return {
    id: project.id,
    name: project.name,
    operator: project.operator,
    event_shards: project.eventShards,
    egress: project.egress,
    retry: project.retry === undefined ? null : retryPolicyView(project.retry),
    alert_emails: project.alertEmails ?? null,
    alert_webhooks: (project.alertWebhooks ?? []).map((webhook) => ({
      name: webhookName(webhook),
      format: webhook.format,
      url: redactedUrl(webhook),
    })),
    created_at: new Date(project.createdAt).toISOString(),
  };
}
