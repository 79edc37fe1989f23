/** `posthorn why`: why a delivery is not delivered, or those of an event, who can mend it, and what comes next. */
import type { DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import type { EventSummaryView } from '../../lambdas/contract/api/events.ts';
import { explainHold, explainStop } from '../../lambdas/domain/delivery/explain-state.ts';
import type { Why } from '../../lambdas/domain/why.ts';
import type { Cli } from './cli.ts';
import { type Client, createClient } from './client.ts';
import { command } from './command.ts';
import { findGateway } from './gateway.ts';
import { nextText } from './words.ts';

type EventView = EventSummaryView & {
  readonly deliveries: readonly { readonly id: string; readonly status: string }[];
  readonly has_more_deliveries: boolean;
};

/** An event may have thousands: each costs a call, and people read only so many. */
const MAX_SHOWN = 10;

export function whyCommand(cli: Cli) {
  return command(cli, {
    name: 'why',
    description: 'Why a delivery failed, who can mend it, and what comes next',
    args: {
      id: { type: 'positional', required: true, description: 'dlv_..., or evt_... for those of an event' },
    },
    async run(args) {
      const client = createClient(findGateway(cli));
      if (args.id.startsWith('evt_')) return whyOfEvent(cli, client, args.id, args.json === true);
      const delivery = await client.delivery(args.id);
      if (args.json) return cli.out(JSON.stringify(answerOf(cli, delivery)));
      for (const line of linesOf(cli, delivery)) cli.out(line);
    },
  });
}

async function whyOfEvent(cli: Cli, client: Client, id: string, json: boolean): Promise<void> {
  const event = await client.event<EventView>(id);
  const open = event.deliveries.filter(({ status }) => status !== 'succeeded');
  const shown = await Promise.all(open.slice(0, MAX_SHOWN).map((one) => client.delivery(one.id)));
  const more = open.length > shown.length || event.has_more_deliveries;
  if (json) {
    return cli.out(
      JSON.stringify({ id, deliveries: shown.map((one) => answerOf(cli, one)), has_more: more }),
    );
  }
  if (event.deliveries.length === 0) return cli.out('It goes nowhere: no subscription matched it.');
  if (open.length === 0 && !more) return cli.out(`All its deliveries succeeded: ${event.deliveries.length}.`);
  for (const delivery of shown) {
    cli.out(delivery.id);
    for (const line of linesOf(cli, delivery)) cli.out(`    ${line}`);
  }
  if (more) cli.out(`There are more: npx posthorn tail --type ${event.type} --status waiting,held,failed`);
}

function answerOf(cli: Cli, delivery: DeliveryView) {
  const { id, status } = delivery;
  return { id, status, error: lastErrorOf(delivery), next: whatNext(delivery, cli.now()) };
}

function linesOf(cli: Cli, delivery: DeliveryView): string[] {
  const error = lastErrorOf(delivery);
  const next = whatNext(delivery, cli.now());
  return [
    error?.sentence ?? `No attempt has failed: the delivery is ${delivery.status}.`,
    ...(error === null ? [] : [MENDED_BY[error.fault]]),
    ...(next === null ? [] : [next]),
  ];
}

function lastErrorOf(delivery: DeliveryView) {
  return delivery.attempts.findLast((attempt) => attempt.error !== null)?.error ?? null;
}

const MENDED_BY: Readonly<Record<Why['fault'], string>> = {
  receiver: 'The receiver can mend it.',
  settings: 'It is mended in the settings.',
  gateway: 'It is a fault of the gateway.',
};

function whatNext(delivery: DeliveryView, now: number): string | null {
  if (delivery.held_reason !== null) return explainHold(delivery.held_reason);
  if (delivery.stop_reason !== null) return explainStop(delivery.stop_reason);
  const next = nextText(delivery, now);
  if (next !== '') return `${next[0]?.toUpperCase()}${next.slice(1)}.`;
  const delivered = delivery.attempts.find((attempt) => attempt.outcome === 'succeeded');
  return delivered === undefined ? null : `It was delivered, at try ${delivered.number}.`;
}
