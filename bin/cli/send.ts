/** `posthorn send`: publishes one event and follows what becomes of it. */
import type { DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { type Client, createClient, type PublishedView } from './client.ts';
import { command } from './command.ts';
import { endpointFor } from './endpoint-for.ts';
import { follow } from './follow.ts';
import { findGateway, type GatewayAddress } from './gateway.ts';

const EXAMPLE = '{"order_id":"ord_99","amount":4200}';

export function sendCommand(cli: Cli) {
  return command(cli, {
    name: 'send',
    description: 'Publish an event and watch it being delivered',
    args: {
      type: { type: 'positional', required: true, description: 'Event type, such as invoice.paid' },
      data: { type: 'string', description: `The event's JSON (default: ${EXAMPLE})`, valueHint: 'JSON' },
      to: {
        type: 'string',
        description: 'Deliver to this URL too; makes an endpoint for it',
        valueHint: 'URL',
      },
      owner: { type: 'string', description: 'Owner of the event', valueHint: 'ID' },
    },
    async run(args) {
      const gateway = findGateway(cli);
      const client = createClient(gateway);
      const event = {
        type: args.type,
        data: parseData(args.data ?? EXAMPLE),
        ...(args.owner !== undefined && { owner_id: args.owner }),
      };
      if (args.to !== undefined) await provideEndpoint(cli, client, args.to, args.owner, args.json);
      const published = await client.publish(event);
      if (args.json) {
        const deliveries = await followed(cli, client, published, () => {});
        return cli.out(JSON.stringify({ ...published, deliveries }));
      }
      sayAccepted(cli, published);
      await followed(cli, client, published, cli.out);
      cli.out(paint(cli, 'gray', `same call:  ${curl(gateway, event)}`));
    },
  });
}

/** @throws CliError for what is not JSON */
function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message;
    throw new CliError(`--data is not JSON: ${reason}. Put it in single quotes: --data '${EXAMPLE}'`, 2);
  }
}

async function provideEndpoint(
  cli: Cli,
  client: Client,
  url: string,
  owner: string | undefined,
  json: boolean | undefined,
): Promise<void> {
  const { endpoint, secret } = await endpointFor(client, url, owner);
  if (secret === undefined || json) return;
  cli.out(`${paint(cli, 'green', 'ok')}  endpoint ${endpoint.id} made for ${url}`);
  cli.out(`    it signs with ${secret} (shown this once)`);
}

function sayAccepted(cli: Cli, { id, duplicate, deliveries }: PublishedView): void {
  const ok = paint(cli, 'green', 'ok');
  const matched = `${deliveries.length} ${deliveries.length === 1 ? 'endpoint' : 'endpoints'} matched`;
  cli.out(`${ok}  202 accepted  ${id}   ${matched}${duplicate ? ' (published before)' : ''}`);
  if (deliveries.length === 0) {
    cli.out('    nobody gets it: make an endpoint with "npx posthorn endpoints create URL", or use --to URL');
  }
}

/** A key that may only publish can't look: that is no failure of what was asked. */
async function followed(
  cli: Cli,
  client: Client,
  { deliveries }: PublishedView,
  say: (line: string) => void,
): Promise<readonly DeliveryView[]> {
  try {
    return await follow(cli, client, deliveries, say);
  } catch (error) {
    if (!(error instanceof CliError) || (error.evidence as { status?: number })?.status !== 403) throw error;
    cli.err(`not followed: ${error.message}`);
    return [];
  }
}

/** The key of a local gateway is no secret; a deployed one's stays in its variable. */
function curl(gateway: GatewayAddress, event: object): string {
  const key = gateway.local ? gateway.key : "'$POSTHORN_KEY'";
  const body = JSON.stringify(event).replaceAll("'", `'\\''`);
  return `curl -X POST ${gateway.api}/events -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`;
}
