/** `npm start`: reads the flags, starts, and stops cleanly when asked to. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryId } from '../lambdas/domain/ids.ts';
import { listenToKeys } from './console/keys.ts';
import { prettyVoice } from './console/pretty.ts';
import { jsonVoice, type Voice } from './console/voice.ts';
import { SELF_TEST_TYPE } from './demo/behaviour.ts';
import { type Flags, parseFlags, USAGE } from './flags.ts';
import { ROOT } from './root.ts';
import { type Running, runLocal } from './run.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** Longest a clean stop may take. */
const STOP_MS = 10_000;

/** Runs until stopped, and ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  const write = (text: string) => void process.stdout.write(text);
  const voice = flags.json ? jsonVoice(write) : prettyVoice({ write, keys: process.stdin.isTTY === true });
  const closers: (() => unknown)[] = [];
  let stopping = false;
  const stop = async (code: number) => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => process.exit(code), STOP_MS).unref();
    for (const close of closers.splice(0)) {
      await Promise.resolve()
        .then(close)
        .catch(() => {});
    }
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  try {
    voice.hello(version);
    const running = await runLocal(flags, voice, (close) => closers.unshift(close));
    running.receiver.onReceipt((receipt) => {
      if (receipt.type !== SELF_TEST_TYPE)
        voice.receipt(receipt, deliveryOf(running, receipt.path, receipt.id));
    });
    const keys = listenToKeys(actions(running, voice, () => void stop(0)));
    closers.unshift(() => keys.close());
  } catch (error) {
    if (stopping) return;
    voice.problem(`could not start: ${error instanceof Error ? error.message : String(error)}`);
    await stop(1);
  }
}

function readFlags(args: readonly string[]): Flags {
  try {
    const flags = parseFlags(args);
    if (flags !== 'help') return flags;
    process.stdout.write(USAGE);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

function actions(running: Running, voice: Voice, quit: () => void): Record<string, () => void> {
  const { api, receiver } = running;
  return {
    s: () => {
      const event = { type: 'invoice.paid', data: { order_id: 'ord_99' } };
      api.call('POST', '/events', event).catch((error: Error) => voice.problem(error.message));
    },
    b: () => {
      receiver.setBroken(true);
      voice.note('The receiver is broken: it answers 503 to everything. Press f to fix it.');
    },
    f: () => {
      receiver.setBroken(false);
      voice.note('The receiver works again.');
    },
    q: quit,
  };
}

/** The delivery behind a receipt of a demo endpoint. */
function deliveryOf({ kept }: Running, path: string, event: string): string | undefined {
  const endpoint = kept.now().demo[path];
  return endpoint === undefined ? undefined : deliveryId({ event, endpoint });
}

if (import.meta.main) await main(process.argv.slice(2));
