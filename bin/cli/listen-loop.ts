/** Picks deliveries up, forwards each, and reports what came of it, until somebody stops it. */
import { setTimeout as sleepFor } from 'node:timers/promises';
import type { DeliverySummaryView } from '../../lambdas/contract/api/deliveries.ts';
import type { PickedUpView } from '../../lambdas/contract/api/listen.ts';
import { type Cli, CliError } from './cli.ts';
import type { Client } from './client.ts';
import { bytesOf, type Forwarded, forward } from './forward.ts';
import { deliveryLine } from './tail.ts';
import { printable } from './words.ts';

/** As long as the gateway lets a call wait. */
const WAIT_SECONDS = 20;
/** As many as one call hands out. */
const AT_ONCE = 10;
const AFTER_ERROR_MS = 2_000;
const REPORT_TRIES = 3;
/** At the end, for answers that are on their way. */
const GRACE_MS = 2_000;

export interface Listening {
  /** The endpoint's. */
  readonly id: string;
  readonly target: URL;
}

export interface Output {
  readonly json: boolean;
  /** Show bodies. */
  readonly print: boolean;
}

/** @throws CliError when the gateway refuses, as it does once the endpoint is gone */
export async function forwardAll(
  cli: Cli,
  client: Client,
  listening: Listening,
  output: Output,
): Promise<void> {
  const underway = new Set<Promise<void>>();
  const ended = new AbortController();
  try {
    while (!cli.stopped.aborted) {
      const limit = AT_ONCE - underway.size;
      const items = await patiently(cli, () =>
        client.listen(listening.id, { wait_seconds: WAIT_SECONDS, limit }, cli.stopped),
      );
      for (const item of items ?? []) {
        const done = deliver(cli, client, listening.target, item, output, ended.signal).finally(() =>
          underway.delete(done),
        );
        underway.add(done);
      }
      if (underway.size === AT_ONCE) await Promise.race(underway);
    }
    await Promise.race([Promise.all(underway), sleepFor(GRACE_MS, undefined, { ref: false })]);
  } finally {
    ended.abort();
  }
}

/** Undefined when it was stopped meanwhile. */
async function patiently<T>(cli: Cli, call: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await call();
      if (tries > 0) cli.err('the gateway answers again');
      return answer;
    } catch (error) {
      if (cli.stopped.aborted) return undefined;
      if (!mayPass(error)) throw error;
      if (tries === 0) cli.err(`${(error as Error).message} Trying again.`);
      await cli.sleep(AFTER_ERROR_MS);
      if (cli.stopped.aborted) return undefined;
    }
  }
}

/** The gateway is away, busy or ill: it said nothing about the request itself. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof CliError)) return false;
  const { status } = (error.evidence ?? {}) as { readonly status?: number };
  return status === undefined || status === 429 || status >= 500;
}

async function deliver(
  cli: Cli,
  client: Client,
  target: URL,
  item: PickedUpView,
  output: Output,
  ended: AbortSignal,
): Promise<void> {
  const result = await forward(addressOf(target, item), item, ended);
  if (ended.aborted) return;
  try {
    const delivery = await report(cli, client, item, result);
    if (output.json) return cli.out(JSON.stringify(delivery));
    cli.out(deliveryLine(cli, delivery));
    if (output.print) for (const line of bodyLines(item, result)) cli.out(line);
  } catch (error) {
    if (!ended.aborted)
      cli.err(`${item.event_id} was forwarded and not reported: ${(error as Error).message}`);
  }
}

/** The gateway says the path, this machine where to: nobody else chooses a server of ours. */
function addressOf(target: URL, { url }: PickedUpView): URL {
  const { pathname, search } = new URL(url);
  // Not by joining texts: a path that begins with two slashes would name another server.
  const address = new URL(target.origin);
  address.pathname = pathname;
  address.search = search;
  return address;
}

async function report(
  cli: Cli,
  client: Client,
  { delivery_id, claim }: PickedUpView,
  result: Forwarded,
): Promise<DeliverySummaryView> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.report(delivery_id, { claim, ...result });
    } catch (error) {
      if (!mayPass(error) || tries === REPORT_TRIES) throw error;
      await cli.sleep(AFTER_ERROR_MS);
    }
  }
}

function bodyLines(item: PickedUpView, { body, body_base64 }: Forwarded): string[] {
  const sent = item.body ?? `${bytesOf(item).length} bytes that are no text`;
  const answered = body ?? (body_base64 === undefined ? '' : 'bytes that are no text');
  return [`    > ${indented(sent)}`, ...(answered === '' ? [] : [`    < ${indented(answered)}`])];
}

function indented(text: string): string {
  return printable(text).trimEnd().replaceAll('\n', '\n      ');
}
