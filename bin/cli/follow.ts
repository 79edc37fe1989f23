/** Follows deliveries and says each attempt as it ends, until nothing will happen for a while. */
import type { AttemptView, DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import { type Cli, paint } from './cli.ts';
import type { Client } from './client.ts';
import { answerText, endpointName, nextText } from './words.ts';

const POLL_MS = 150;
/** More deliveries than this are looked at less often. */
const MANY = 10;
/** A retry that comes sooner is waited for; a later one is only announced. */
const PATIENCE_MS = 10_000;
/** Longest an attempt may take, and room for a queue that is busy. */
const GIVE_UP_MS = 60_000;

interface Followed {
  readonly id: string;
  readonly name: string;
  delivery: DeliveryView | undefined;
  said: number;
}

/**
 * @param say one line for each attempt that ended
 * @param alreadySaid attempts from before that are not news
 * @returns the deliveries as they stood when it stopped looking
 */
export async function follow(
  cli: Cli,
  client: Client,
  deliveries: readonly { readonly id: string; readonly endpoint_id: string }[],
  say: (line: string) => void,
  alreadySaid = 0,
): Promise<readonly DeliveryView[]> {
  const all = await Promise.all(
    deliveries.map(async ({ id, endpoint_id }): Promise<Followed> => {
      const name = endpointName(await client.endpoint(endpoint_id));
      return { id, name, delivery: undefined, said: alreadySaid };
    }),
  );
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const pollMs = POLL_MS * Math.max(1, all.length / MANY);
  let newsAt = cli.now();
  let open = all;
  while (open.length > 0 && !cli.stopped.aborted && cli.now() - newsAt < GIVE_UP_MS) {
    await Promise.all(
      open.map(async (one) => {
        one.delivery = await client.delivery(one.id);
      }),
    );
    for (const one of open) {
      for (const attempt of one.delivery!.attempts.slice(one.said)) {
        newsAt = cli.now();
        say(attemptLine(cli, one, attempt, width));
      }
      one.said = one.delivery!.attempts.length;
    }
    open = open.filter((one) => isMoving(one.delivery!, cli.now()));
    if (open.length > 0) await cli.sleep(pollMs);
  }
  for (const one of all) {
    const line = closingLine(cli, one);
    if (line !== undefined) say(line);
  }
  return all.flatMap(({ delivery }) => delivery ?? []);
}

/** Something is about to happen to it. */
function isMoving(delivery: DeliveryView, now: number): boolean {
  if (delivery.status === 'queued' || delivery.status === 'sending') return true;
  // Whoever listens looks once a second. Nobody may: that is said, too.
  if (delivery.held_reason === 'awaiting_listener')
    return now - Date.parse(delivery.updated_at) < PATIENCE_MS;
  if (delivery.status !== 'waiting') return false;
  const next = delivery.next_attempt_at;
  return next === null || Date.parse(next) - now <= PATIENCE_MS;
}

function attemptLine(cli: Cli, { delivery, name }: Followed, attempt: AttemptView, width: number): string {
  const padded = name.padEnd(width);
  const tries = attempt.number > 1 || attempt.outcome !== 'succeeded' ? `  (try ${attempt.number})` : '';
  if (attempt.outcome === 'succeeded') {
    return `${paint(cli, 'green', 'ok')}  ${padded}  ${answerText(attempt)}${tries}`;
  }
  const isLast = attempt.number === delivery!.attempts.length;
  const next = isLast ? nextText(delivery!, cli.now()) : '';
  const why = attempt.error?.sentence ?? 'no reason was recorded';
  const line = `${paint(cli, 'red', 'x')}   ${padded}  ${answerText(attempt)}${tries}  why: ${why}  ${next}`;
  return line.trimEnd();
}

/** Where to look for the rest of the story, when there is one. */
function closingLine(cli: Cli, { delivery, name, id }: Followed): string | undefined {
  if (delivery === undefined || delivery.status === 'succeeded') return undefined;
  const state = delivery.attempts.length === 0 ? ` ${nextText(delivery, cli.now()) || delivery.status}` : '';
  return `    ${name}:${state}  look: npx posthorn deliveries get ${id}`;
}
