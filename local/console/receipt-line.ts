/** One delivery in one line. Pure. */
import { styleText } from 'node:util';
import { parseHomedId } from '../../lambdas/domain/ids.ts';
import type { Receipt } from '../demo/receiver.ts';

/** Enough of an id to find it; the rest is for copying from elsewhere. */
const SHOWN_ID = 14;
const TYPE_WIDTH = 20;
const PATH_WIDTH = 20;

/** @param delivery its id, shown when it did not succeed */
export function receiptLine(receipt: Receipt, delivery: string | undefined): string {
  const succeeded = receipt.status >= 200 && receipt.status < 300;
  const status = receipt.status === 0 ? 'cut' : String(receipt.status);
  const parts = [
    new Date(receipt.at).toTimeString().slice(0, 8),
    `${receipt.id.slice(0, SHOWN_ID)}..`,
    receipt.type.padEnd(TYPE_WIDTH),
    `-> demo ${receipt.path.padEnd(PATH_WIDTH)}`,
    styleText(succeeded ? 'green' : 'yellow', status),
    when(receipt),
    signature(receipt),
    ...(succeeded || delivery === undefined ? [] : [`why: npx posthorn deliveries get ${delivery}`]),
  ];
  return parts.join('  ');
}

/** The first delivery says how long after the event it came; later ones say which it is. */
function when({ id, at, times }: Receipt): string {
  const event = parseHomedId('evt', id);
  const text = times > 1 || event === undefined ? `try ${times}` : `${Math.max(0, at - event.timeMs)} ms`;
  return text.padStart(7);
}

function signature({ verdict }: Receipt): string {
  if (verdict.ok) return 'signature ok';
  return verdict.step === 'secret' ? verdict.why : styleText('red', `signature bad: ${verdict.why}`);
}
