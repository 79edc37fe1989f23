/** The local mode's output for people: few lines, each said only when it is true. */
import { styleText } from 'node:util';
import type { Receipt } from '../demo/receiver.ts';
import { receiptLine } from './receipt-line.ts';
import type { Voice } from './voice.ts';

export interface PrettyOptions {
  readonly write: (text: string) => void;
  /** Keys can be pressed. */
  readonly keys: boolean;
}

const WHAT_WIDTH = 24;
const VALUE_WIDTH = 32;
/** More deliveries than this in a second are summed up: nobody reads them, and printing them takes time. */
const LINES_PER_SECOND = 20;

export function prettyVoice({ write, keys }: PrettyOptions): Voice {
  const line = (text = '') => write(`${text}\n`);
  const sumUp = summary(line);
  return {
    hello: (version) => {
      line(
        `  posthorn ${version}   local mode: the whole gateway on this machine, no AWS account, no Docker`,
      );
    },
    ok: (what, value, detail = '') => {
      const mark = styleText('green', 'ok');
      line(`  ${mark}  ${what.padEnd(WHAT_WIDTH)} ${value.padEnd(VALUE_WIDTH)} ${detail}`.trimEnd());
    },
    note: (text) => line(`      ${text}`),
    problem: (text) => line(`  ${styleText('red', 'x')}   ${text}`),
    ready: (_file, milliseconds) => {
      line();
      line(`  Ready in ${(milliseconds / 1000).toFixed(1)} s. Next, in a second terminal:`);
      line('      npm run send -- invoice.paid');
      if (keys) line('  keys: [s] send again  [b] break the receiver  [f] fix it  [q] quit');
      line();
    },
    receipt: (receipt, delivery) => {
      if (sumUp(receipt)) line(`  ${receiptLine(receipt, delivery)}`);
    },
  };
}

/** True while single lines are worth printing; beyond that, one line a second says how many there were. */
function summary(line: (text: string) => void): (receipt: Receipt) => boolean {
  let printed = 0;
  let skipped = { total: 0, ok: 0 };
  let timer: NodeJS.Timeout | undefined;
  const everySecond = () => {
    const { total, ok } = skipped;
    if (total > 0) line(`            ... and ${total} more (${ok} answered 2xx with a good signature)`);
    if (total === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    printed = 0;
    skipped = { total: 0, ok: 0 };
  };
  return ({ status, verdict }) => {
    timer ??= setInterval(everySecond, 1000).unref();
    if (printed++ < LINES_PER_SECOND) return true;
    const good = verdict.ok && status >= 200 && status < 300;
    skipped = { total: skipped.total + 1, ok: skipped.ok + Number(good) };
    return false;
  };
}
