/** `posthorn deliveries`: one delivery with all its attempts, and another try. */
import type { AttemptView, DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import { type Cli, paint } from './cli.ts';
import { createClient } from './client.ts';
import { command, group } from './command.ts';
import { follow } from './follow.ts';
import { findGateway } from './gateway.ts';
import { answerText, clockText, nextText, printable, urlName } from './words.ts';

const ID = { id: { type: 'positional', required: true, description: 'dlv_...' } } as const;
const SHOWN_BODY_CHARACTERS = 500;

export function deliveriesCommand(cli: Cli) {
  return group('deliveries', 'Deliveries: get, retry', {
    get: command(cli, {
      name: 'get',
      description: 'A delivery and its attempts',
      args: ID,
      async run(args) {
        const delivery = await createClient(findGateway(cli)).delivery(args.id);
        if (args.json) return cli.out(JSON.stringify(delivery));
        for (const line of deliveryLines(cli, delivery)) cli.out(line);
      },
    }),
    retry: command(cli, {
      name: 'retry',
      description: 'Try once more, now',
      args: ID,
      async run(args) {
        const client = createClient(findGateway(cli));
        const before = await client.delivery(args.id);
        await client.retryDelivery(args.id);
        const say = args.json ? () => {} : cli.out;
        const [after] = await follow(cli, client, [before], say, before.attempts.length);
        if (args.json) cli.out(JSON.stringify(after));
      },
    }),
  });
}

function deliveryLines(cli: Cli, delivery: DeliveryView): string[] {
  const next = nextText(delivery, cli.now());
  return [
    `${delivery.id}  ${delivery.status}${next === '' ? '' : `, ${next}`}`,
    `event ${delivery.event_id} ${delivery.event_type}, endpoint ${delivery.endpoint_id}`,
    ...delivery.attempts.flatMap((attempt) => attemptLines(cli, attempt)),
  ];
}

function attemptLines(cli: Cli, attempt: AttemptView): string[] {
  const mark = attempt.outcome === 'succeeded' ? paint(cli, 'green', 'ok') : `${paint(cli, 'red', 'x')} `;
  const { body } = attempt.response ?? {};
  return [
    `${mark}  try ${attempt.number}  ${clockText(attempt.started_at)}  ${urlName(attempt.url)}  ${answerText(attempt)}`,
    ...(attempt.error === null ? [] : [`    why: ${attempt.error.sentence}`]),
    ...(body === undefined || body === '' ? [] : [`    answer: ${oneLine(body)}`]),
  ];
}

/** A receiver chooses what stands here. */
function oneLine(text: string): string {
  const shown = text.length > SHOWN_BODY_CHARACTERS ? `${text.slice(0, SHOWN_BODY_CHARACTERS)}...` : text;
  return printable(JSON.stringify(shown).slice(1, -1).replaceAll('\\"', '"'));
}
