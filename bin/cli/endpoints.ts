/** `posthorn endpoints`: receivers and whether they get anything. */
import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';
import { type Cli, paint } from './cli.ts';
import { createClient, type EndpointAction } from './client.ts';
import { command, group } from './command.ts';
import { findGateway } from './gateway.ts';
import { columns, endpointPlace } from './words.ts';

const PAGE = '250';
const ID = { id: { type: 'positional', required: true, description: 'ep_...' } } as const;

export function endpointsCommand(cli: Cli) {
  const client = () => createClient(findGateway(cli));
  return group('endpoints', 'Receivers: list, create, delete, pause, resume, enable, disable', {
    list: command(cli, {
      name: 'list',
      description: 'All endpoints, newest first',
      args: { owner: { type: 'string', description: 'Of this owner only', valueHint: 'ID' } },
      async run(args) {
        const all = await everyEndpoint(client(), args.owner);
        if (args.json) return cli.out(JSON.stringify({ data: all }));
        if (all.length === 0) return cli.err('no endpoints yet. Make one: npx posthorn endpoints create URL');
        const rows = all.map((endpoint) => [
          endpoint.id,
          endpoint.status,
          endpointPlace(endpoint),
          endpoint.owner_id ?? '',
          endpoint.description,
        ]);
        for (const line of columns(rows)) cli.out(line);
      },
    }),
    create: command(cli, {
      name: 'create',
      description: 'Make an endpoint; its signing secret is shown this once',
      args: {
        url: { type: 'positional', required: true, description: 'https://...' },
        types: {
          type: 'string',
          description: 'Event types it gets, such as invoice.*,user.created (default: all)',
        },
        owner: { type: 'string', description: 'Whose it is', valueHint: 'ID' },
        description: { type: 'string', description: 'For people' },
      },
      async run(args) {
        const created = await client().createEndpoint({
          url: args.url,
          ...(args.types !== undefined && { event_types: args.types.split(',').map((type) => type.trim()) }),
          ...(args.owner !== undefined && { owner_id: args.owner }),
          ...(args.description !== undefined && { description: args.description }),
        });
        if (args.json) return cli.out(JSON.stringify(created));
        cli.out(`${paint(cli, 'green', 'ok')}  ${created.id}  ${endpointPlace(created)}`);
        cli.out(`    verify its deliveries with ${created.secret} (shown this once)`);
      },
    }),
    delete: command(cli, {
      name: 'delete',
      description: 'Delete an endpoint; its waiting deliveries are canceled',
      args: ID,
      async run(args) {
        await client().deleteEndpoint(args.id);
        cli.out(args.json ? JSON.stringify({ id: args.id, deleted: true }) : `ok  ${args.id} is deleted`);
      },
    }),
    pause: change(cli, 'pause', 'Hold its deliveries until it is resumed'),
    resume: change(cli, 'resume', 'Deliver again, what was held first'),
    enable: change(cli, 'enable', 'Deliver again after it was disabled'),
    disable: change(cli, 'disable', 'Stop delivering to it'),
  });

  function change(cli: Cli, action: EndpointAction, description: string) {
    return command(cli, {
      name: action,
      description,
      args: ID,
      async run(args) {
        const endpoint = await client().changeEndpoint(args.id, action);
        cli.out(args.json ? JSON.stringify(endpoint) : `ok  ${endpoint.id} is ${endpoint.status}`);
      },
    });
  }
}

async function everyEndpoint(
  client: ReturnType<typeof createClient>,
  owner: string | undefined,
): Promise<readonly EndpointView[]> {
  const all: EndpointView[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.endpoints({ limit: PAGE, owner_id: owner, cursor });
    all.push(...page.data);
    cursor = page.pagination.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
