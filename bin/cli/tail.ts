/** `posthorn tail`: recent deliveries, newest last, and with `--follow` what changes. */
import type { DeliverySummaryView } from '../../lambdas/contract/api/deliveries.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { type Client, createClient, type Query } from './client.ts';
import { command } from './command.ts';
import { findGateway } from './gateway.ts';
import { answerText, clockText, nextText, urlName } from './words.ts';

const DEFAULT_LIMIT = '20';
const POLL_MS = 1_000;
/** How many of the newest a poll looks at again: a retry changes a delivery that is not new. */
const WATCHED = '100';

export function tailCommand(cli: Cli) {
  return command(cli, {
    name: 'tail',
    description: 'Show recent deliveries, newest last',
    args: {
      follow: { type: 'boolean', alias: 'f', description: 'Go on with new and changed ones' },
      limit: { type: 'string', alias: 'n', default: DEFAULT_LIMIT, description: 'How many to begin with' },
      endpoint: { type: 'string', description: 'Of this endpoint only', valueHint: 'ID' },
      owner: { type: 'string', description: 'Of this owner only', valueHint: 'ID' },
      status: { type: 'string', description: 'succeeded, waiting, failed, ...; several with commas' },
      type: { type: 'string', description: 'Event types, such as invoice.*' },
    },
    async run(args) {
      if (!/^[1-9]\d{0,2}$/.test(args.limit)) {
        throw new CliError(`--limit must be a number from 1 to 250, not "${args.limit}"`, 2);
      }
      const client = createClient(findGateway(cli));
      const query = {
        endpoint_id: args.endpoint,
        owner_id: args.owner,
        status: args.status,
        event_type: args.type,
      };
      const say = (delivery: DeliverySummaryView) =>
        cli.out(args.json ? JSON.stringify(delivery) : deliveryLine(cli, delivery));
      const first = await client.deliveries({ ...query, limit: args.limit });
      for (const delivery of byChange(first.data)) say(delivery);
      if (first.data.length === 0 && !args.json) {
        cli.err('no deliveries yet. Send an event: npx posthorn send invoice.paid');
      }
      if (args.follow) await followChanges(cli, client, query, first.data, say);
    },
  });
}

async function followChanges(
  cli: Cli,
  client: Client,
  query: Query,
  shown: readonly DeliverySummaryView[],
  say: (delivery: DeliverySummaryView) => void,
): Promise<void> {
  const oldest = shown.at(-1)?.created_at ?? new Date(cli.now()).toISOString();
  let known = new Map(shown.map((delivery) => [delivery.id, versionOf(delivery)]));
  while (!cli.stopped.aborted) {
    await cli.sleep(POLL_MS);
    if (cli.stopped.aborted) return;
    const { data } = await client.deliveries({ ...query, limit: WATCHED });
    for (const delivery of byChange(data)) {
      // Older ones than the first page showed came into view because it was short, not because they are new.
      if (!known.has(delivery.id) && delivery.created_at < oldest) continue;
      if (known.get(delivery.id) !== versionOf(delivery)) say(delivery);
    }
    known = new Map(
      [...known, ...data.map((delivery) => [delivery.id, versionOf(delivery)] as const)].slice(-1000),
    );
  }
}

/** In the order things happened, which is what a log is read for. */
function byChange(deliveries: readonly DeliverySummaryView[]): readonly DeliverySummaryView[] {
  return deliveries.toReversed().sort((a, b) => a.updated_at.localeCompare(b.updated_at));
}

function versionOf(delivery: DeliverySummaryView): string {
  return `${delivery.updated_at} ${delivery.status} ${delivery.attempt_count}`;
}

export function deliveryLine(cli: Cli, delivery: DeliverySummaryView): string {
  const attempt = delivery.last_attempt;
  const good = delivery.status === 'succeeded';
  const parts = [
    clockText(delivery.updated_at),
    good ? paint(cli, 'green', 'ok') : `${paint(cli, 'red', 'x')} `,
    delivery.event_id,
    delivery.event_type,
    `-> ${attempt === null ? delivery.endpoint_id : urlName(attempt.url)}`,
    ...(attempt === null ? [delivery.status] : [answerText(attempt)]),
    ...(attempt !== null && attempt.number > 1 ? [`(try ${attempt.number})`] : []),
    ...(good || attempt?.error == null ? [] : [`why: ${attempt.error.sentence}`]),
    nextText(delivery, cli.now()),
  ];
  return parts.join('  ').trimEnd();
}
