/** `posthorn listen`: a temporary endpoint for this machine. Its deliveries are picked up, so nothing has to reach in. */
import { hostname } from 'node:os';
import { type Cli, CliError, paint } from './cli.ts';
import { type CreatedEndpointView, createClient } from './client.ts';
import { command } from './command.ts';
import { findGateway } from './gateway.ts';
import { forwardTo, removeAbandoned } from './listen-endpoints.ts';
import { forwardAll } from './listen-loop.ts';
import { urlName } from './words.ts';

/** Somebody looks at the screen: a server that is started a moment later still gets it. */
const RETRY = { strategy: 'list', delays_seconds: [5, 5, 5] };

export function listenCommand(cli: Cli) {
  return command(cli, {
    name: 'listen',
    description: 'Forward deliveries to a server on this machine, without a tunnel',
    args: {
      to: { type: 'positional', required: true, description: '3000, 3000/webhooks, or a whole URL' },
      types: { type: 'string', description: 'Event types, such as invoice.*,user.created (default: all)' },
      filter: { type: 'string', description: 'What else an event must be like', valueHint: 'JSON' },
      owner: { type: 'string', description: 'Events of this owner only', valueHint: 'ID' },
      print: { type: 'boolean', description: 'Show what is sent and what is answered' },
    },
    async run(args) {
      const target = forwardTo(args.to);
      const filter = args.filter === undefined ? undefined : readFilter(args.filter);
      const client = createClient(findGateway(cli));
      const removed = await removeAbandoned(client, cli.now());
      const endpoint = await client.createEndpoint({
        url: target.href,
        listen: true,
        description: `posthorn listen on ${hostname()}`,
        retry: RETRY,
        ...(args.types !== undefined && { event_types: args.types.split(',').map((type) => type.trim()) }),
        ...(filter !== undefined && { filter }),
        ...(args.owner !== undefined && { owner_id: args.owner }),
      });
      if (args.json) cli.out(JSON.stringify({ endpoint_id: endpoint.id, secret: endpoint.secret }));
      else sayListening(cli, endpoint, removed);
      try {
        const output = { json: args.json === true, print: args.print === true };
        await forwardAll(cli, client, { id: endpoint.id, target }, output);
      } finally {
        await client.deleteEndpoint(endpoint.id).catch((error: Error) => {
          cli.err(`${endpoint.id} could not be removed: ${error.message}`);
          cli.err(`    remove it: npx posthorn endpoints delete ${endpoint.id}`);
        });
      }
    },
  });
}

/** @throws CliError for what is not JSON */
function readFilter(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const example = `--filter '{"body":{"amount":{"$gt":100}}}'`;
    throw new CliError(
      `--filter is not JSON: ${(error as Error).message}. Put it in single quotes: ${example}`,
      2,
    );
  }
}

function sayListening(cli: Cli, endpoint: CreatedEndpointView, removed: readonly string[]): void {
  for (const id of removed) cli.out(`    removed ${id}: its listener was gone for a day`);
  const place = urlName(endpoint.url ?? '');
  cli.out(`${paint(cli, 'green', 'ok')}  forwarding to ${place} as ${endpoint.id}, until Ctrl-C`);
  cli.out(`    verify with ${endpoint.secret} (shown this once)`);
}
