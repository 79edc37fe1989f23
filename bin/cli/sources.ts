/** `posthorn sources`: addresses for third parties' webhooks, and whom they believe. */
import type { SourceView } from '../../lambdas/contract/api/sources.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { type Client, createClient } from './client.ts';
import { command, group } from './command.ts';
import { findGateway } from './gateway.ts';
import { SOURCE_FLAGS, secretOf, sourceFields } from './source-flags.ts';
import { columns } from './words.ts';

const PAGE = '250';
const ID = { id: { type: 'positional', required: true, description: 'src_...' } } as const;

export function sourcesCommand(cli: Cli) {
  const client = () => createClient(findGateway(cli));
  const list = command(cli, {
    name: 'list',
    description: 'All sources, newest first',
    args: {},
    async run(args) {
      const all = await everySource(client());
      if (args.json) return cli.out(JSON.stringify({ data: all }));
      if (all.length === 0) {
        return cli.err(
          'no sources yet. Make one: npx posthorn sources create NAME --preset github --secret -',
        );
      }
      const rows = all.map(({ id, status, verification, url, name, warnings }) => [
        id,
        status,
        verification.preset,
        url,
        warnings.length === 0 ? name : `${name}  (! ${warnings[0]})`,
      ]);
      for (const line of columns(rows)) cli.out(line);
    },
  });
  return group(
    'sources',
    'Third parties’ webhooks: list, create, get, enable, disable, rotate, delete',
    {
      list,
      create: command(cli, {
        name: 'create',
        description: 'Make an address for a third party’s webhooks',
        args: {
          name: { type: 'positional', required: true, description: 'Its name, for people' },
          ...SOURCE_FLAGS,
        },
        async run(args, _, given) {
          const source = await client().createSource({
            name: args.name,
            ...(await sourceFields(cli, given)),
          });
          if (args.json) return cli.out(JSON.stringify(source));
          cli.out(
            `${paint(cli, 'green', 'ok')}  ${source.id}  ${source.name}  (${source.verification.preset})`,
          );
          cli.out(`    give the sender this address: ${source.url}`);
          sayWarnings(cli, source);
          cli.out(`    what it calls, and why it is refused: npx posthorn requests --source ${source.id}`);
        },
      }),
      get: command(cli, {
        name: 'get',
        description: 'A source: its address, whom it believes, what its events are called',
        args: ID,
        async run(args) {
          const source = await client().source(args.id);
          if (args.json) return cli.out(JSON.stringify(source));
          for (const line of columns(sourceRows(source))) cli.out(line);
          sayWarnings(cli, source);
        },
      }),
      enable: change('enable', 'Take its calls again'),
      disable: change('disable', 'Refuse its calls'),
      rotate: command(cli, {
        name: 'rotate',
        description: 'Believe a new secret; the old one too, for a day',
        args: {
          ...ID,
          secret: {
            type: 'string',
            default: '-',
            description: 'The new one; - asks for it, or reads a pipe',
          },
          overlap: { type: 'string', description: 'Seconds the old ones are believed', valueHint: 'SECONDS' },
        },
        async run(args) {
          if (args.overlap !== undefined && !/^\d{1,6}$/.test(args.overlap)) {
            throw new CliError(`--overlap is a number of seconds, not "${args.overlap}"`, 2);
          }
          const source = await client().rotateSourceSecret(args.id, {
            secret: await secretOf(cli, args.secret),
            ...(args.overlap !== undefined && { overlap_seconds: Number(args.overlap) }),
          });
          if (args.json) return cli.out(JSON.stringify(source));
          cli.out(`ok  ${source.id} believes ${secretsText(source)}`);
        },
      }),
      delete: command(cli, {
        name: 'delete',
        description: 'Delete a source; its address answers 404 from then on',
        args: ID,
        async run(args) {
          await client().deleteSource(args.id);
          cli.out(args.json ? JSON.stringify({ id: args.id, deleted: true }) : `ok  ${args.id} is deleted`);
        },
      }),
    },
    list,
  );

  function change(action: 'enable' | 'disable', description: string) {
    return command(cli, {
      name: action,
      description,
      args: ID,
      async run(args) {
        const source = await client().changeSource(args.id, action);
        cli.out(args.json ? JSON.stringify(source) : `ok  ${source.id} is ${source.status}`);
      },
    });
  }
}

function sayWarnings(cli: Cli, { warnings }: SourceView): void {
  for (const warning of warnings) cli.out(`${paint(cli, 'yellow', '!')}   ${warning}`);
}

function sourceRows(source: SourceView): readonly (readonly string[])[] {
  const { preset, ...options } = source.verification;
  const { window_seconds: seconds, ...rule } = source.deduplication;
  return [
    [source.id, `${source.name}, ${source.status}`],
    ['address', source.url],
    ['believes', [preset, ...Object.entries(options).map(settingText)].join('  ')],
    ['secrets', secretsText(source)],
    ['type', pickText(source.event_type)],
    ['owner', source.owner_id === null ? 'none' : pickText(source.owner_id)],
    [
      'one call',
      [rule.by, ...(rule.fields ?? []), ...(seconds === undefined ? [] : [`for ${seconds} s`])].join('  '),
    ],
    ...(source.public_url === null ? [] : [['public url', source.public_url]]),
    ...(source.answer === null ? [] : [['answers', `${source.answer.status} ${source.answer.body ?? ''}`]]),
  ];
}

function settingText([name, value]: readonly [string, unknown]): string {
  return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function pickText({ value, header, body, prefix, fallback }: SourceView['event_type']): string {
  const from = value ?? (header === undefined ? `what the body has at ${body}` : `the header ${header}`);
  const before = prefix === undefined ? '' : `${prefix}. and `;
  return `${before}${from}${fallback === undefined ? '' : `, or else ${fallback}`}`;
}

function secretsText({ secrets }: SourceView): string {
  const texts = secrets.map(({ hint, expires_at }) =>
    expires_at === null ? hint : `${hint} until ${expires_at}`,
  );
  return texts.length === 0 ? 'none' : texts.join(', ');
}

async function everySource(client: Client): Promise<readonly SourceView[]> {
  const all: SourceView[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.sources({ limit: PAGE, cursor });
    all.push(...page.data);
    cursor = page.pagination.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
