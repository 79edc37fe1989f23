/**
 * Cursors of lists: a position, signed with the project's secret together with the list and its filters. A cursor
 * that was altered, belongs to another project or comes with other filters is refused instead of giving other rows.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;
const SHAPE = /^[A-Za-z0-9_-]{23,400}$/;

/** `list` names the list and its filters; the same text is needed to open the cursor again. */
export function sealCursor(secret: string, list: string, position: string): string {
  return Buffer.concat([mac(secret, list, position), Buffer.from(position)]).toString('base64url');
}

/** The position, or undefined when the cursor was not sealed with this secret for this list. */
export function openCursor(secret: string, list: string, cursor: string): string | undefined {
  if (!SHAPE.test(cursor)) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  // The decoder overlooks a stray last character.
  if (bytes.toString('base64url') !== cursor) return undefined;
  const position = bytes.subarray(MAC_BYTES).toString();
  return timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(secret, list, position)) ? position : undefined;
}

function mac(secret: string, list: string, position: string): Buffer {
  const hmac = createHmac('sha256', Buffer.from(secret, 'base64'));
  return hmac.update(`cursor ${list.length} ${list} ${position}`).digest().subarray(0, MAC_BYTES);
}
