/** Somebody an alert is mailed to. Records and logs hold a name of the address, and what people see is masked. */
import { createHash } from 'node:crypto';

const NAME_LENGTH = 10;

/** The same for the same address, however it is capitalised; a channel's name in an alert's record. */
export function recipientName(address: string): string {
  return `mail-${createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, NAME_LENGTH)}`;
}

/** `o***@customer.example`: enough for an operator to know whose it is, and no address for anybody else. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, Math.min(1, Math.max(0, at)))}***${at < 0 ? '' : address.slice(at)}`;
}
