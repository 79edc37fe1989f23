/**
 * `posthorn tail`: recent deliveries and calls to sources, newest last, and with `--follow` what changes: deliveries,
 * the circuits of their endpoints, and what the people of an endpoint are told.
 */
import type { DeliverySummaryView } from '../../lambdas/contract/api/deliveries.ts';
import { type Cli, CliError, paint } from './cli.ts';
import { type Client, createClient, type Page, type Query } from './client.ts';
import { command } from './command.ts';
import { findGateway } from './gateway.ts';
import { createAlertWatch, type Told } from './tail-alerts.ts';
import { createHealthWatch } from './tail-health.ts';
import { createRequestWatch } from './tail-requests.ts';
import { answerText, clockText, nextText, urlName } from './words.ts';

const DEFAULT_LIMIT = '20';
const POLL_MS = 1_000;
/** How many of the newest a poll looks at again: a retry changes a delivery that is not new. */
const WATCHED = '100';

export function tailCommand(cli: Cli) {
  return command(cli, {
    name: 'tail',
    description:
      'Show recent deliveries and calls to sources, newest last, with alerts and failing endpoints',
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
      const tell = (delivery: DeliverySummaryView): Told => ({
        at: delivery.updated_at,
        line: args.json ? JSON.stringify(delivery) : deliveryLine(cli, delivery),
      });
      const first = await client.deliveries({ ...query, limit: args.limit });
      // Programs read one thing a line; and whoever asks for some deliveries asks for nothing beside them.
      const whole = !args.json && args.status === undefined && args.type === undefined;
      const around = whole ? aroundOf(cli, client, query, first, args.limit) : NOTHING_AROUND;
      await show(cli, byChange(first.data).map(tell), around, first.data);
      if (first.data.length === 0 && !args.json) {
        cli.err('no deliveries yet. Send an event: npx posthorn send invoice.paid');
      }
      if (args.follow) await followChanges(cli, client, query, first.data, around, tell);
    },
  });
}

/** What is told beside deliveries. */
interface Around {
  alerts(): Promise<readonly Told[]>;
  requests(): Promise<readonly Told[]>;
  health(of: Iterable<string>): Promise<readonly string[]>;
}

const NOTHING_AROUND: Around = {
  alerts: async () => [],
  requests: async () => [],
  health: async () => [],
};

/** @param first the deliveries it begins with: what is told beside them goes back no further */
function aroundOf(
  cli: Cli,
  client: Client,
  query: Query,
  first: Page<DeliverySummaryView>,
  limit: string,
): Around {
  const oldest = first.data.at(-1)?.created_at;
  const from = oldest === undefined ? cli.now() : Date.parse(oldest);
  const { endpoint_id: endpoint, owner_id: owner } = query;
  const alerts = createAlertWatch(cli, client, { endpoint, owner }, from);
  // A call is of no endpoint, and a refused one of no owner.
  const asked = endpoint === undefined && owner === undefined;
  const requestsFrom = first.pagination.has_more ? from : undefined;
  const requests = createRequestWatch(cli, client, requestsFrom, limit);
  return {
    alerts: alerts.look,
    requests: asked ? requests.look : NOTHING_AROUND.requests,
    health: createHealthWatch(cli, client).look,
  };
}

/** @param looked deliveries whose endpoints may have changed */
async function show(
  cli: Cli,
  told: readonly Told[],
  around: Around,
  looked: readonly DeliverySummaryView[],
): Promise<void> {
  const troubled = looked.filter(({ status }) => status !== 'succeeded').map((one) => one.endpoint_id);
  const [alerts, requests, health] = await Promise.all([
    around.alerts(),
    around.requests(),
    around.health(new Set(troubled)),
  ]);
  const inOrder = [...told, ...alerts, ...requests].sort((a, b) => a.at.localeCompare(b.at));
  for (const { line } of inOrder) cli.out(line);
  for (const line of health) cli.out(line);
}

async function followChanges(
  cli: Cli,
  client: Client,
  query: Query,
  shown: readonly DeliverySummaryView[],
  around: Around,
  tell: (delivery: DeliverySummaryView) => Told,
): Promise<void> {
  const oldest = shown.at(-1)?.created_at ?? new Date(cli.now()).toISOString();
  let known = new Map(shown.map((delivery) => [delivery.id, versionOf(delivery)]));
  while (!cli.stopped.aborted) {
    await cli.sleep(POLL_MS);
    if (cli.stopped.aborted) return;
    const { data } = await client.deliveries({ ...query, limit: WATCHED });
    // Older ones than the first page showed came into view because it was short, not because they are new.
    const changed = byChange(data).filter(
      (delivery) =>
        (known.has(delivery.id) || delivery.created_at >= oldest) &&
        known.get(delivery.id) !== versionOf(delivery),
    );
    await show(cli, changed.map(tell), around, changed);
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
  const held = delivery.status === 'held';
  const mark = good ? paint(cli, 'green', 'ok') : held ? paint(cli, 'yellow', '..') : paint(cli, 'red', 'x ');
  const parts = [
    clockText(delivery.updated_at),
    mark,
    delivery.event_id,
    delivery.event_type,
    `-> ${attempt === null ? delivery.endpoint_id : urlName(attempt.url)}`,
    // How an attempt ended was told when it did; to be held has another reason.
    ...(held ? [] : outcomeParts(delivery)),
    nextText(delivery, cli.now()),
  ];
  return parts.join('  ').trimEnd();
}

function outcomeParts({ status, last_attempt: attempt }: DeliverySummaryView): readonly string[] {
  if (attempt === null) return [status];
  return [
    answerText(attempt),
    ...(attempt.number > 1 ? [`(try ${attempt.number})`] : []),
    ...(status === 'succeeded' || attempt.error === null ? [] : [`why: ${attempt.error.sentence}`]),
  ];
}
