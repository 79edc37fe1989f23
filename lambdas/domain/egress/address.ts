/** Which addresses a webhook may be sent to. Applied to the address that is dialled, not only to its name. */

import type { EgressAllowance } from '../project.ts';
import type { BlockedRange } from './address-ranges.ts';
import { BLOCKED_IPV4, BLOCKED_IPV6, GLOBAL_UNICAST_IPV6, NEVER_OPENED } from './address-ranges.ts';
import type { Cidr, Ip } from './ip.ts';
import { contains, parseCidr, parseIp } from './ip.ts';

export type AddressVerdict =
  /** `allowed`: special-purpose, opened by the project's allowance. */
  | { readonly ok: true; readonly verdict: 'public' | 'allowed' }
  | {
      readonly ok: false;
      readonly verdict: BlockedRange | 'own' | 'not_an_address';
      /** The address and what it is, for the attempt's record. */
      readonly detail: string;
    };

interface Range {
  readonly cidr: Cidr;
  readonly range: BlockedRange;
  readonly what: string;
}

const RANGES: readonly Range[] = [...BLOCKED_IPV4, ...BLOCKED_IPV6].map(([text, range, what]) => ({
  cidr: network(text),
  range,
  what,
}));
const GLOBAL_UNICAST = network(GLOBAL_UNICAST_IPV6);

/**
 * Judges one address. IPv4 is public unless a range claims it; IPv6 only inside global unicast, and
 * addresses that carry an IPv4 address (NAT64, 6to4, Teredo) are refused, whatever they carry.
 * @param ip in any spelling `node:net` accepts; everything else is `not_an_address`
 * @param own addresses and networks of the gateway itself, which no allowance opens: a delivery there would be a loop
 */
export function judgeAddress(
  ip: string,
  allowance: EgressAllowance,
  own: readonly string[] = [],
): AddressVerdict {
  const parsed = parseIp(ip);
  if (parsed === undefined) return refused('not_an_address', `${JSON.stringify(ip)} is not an IP address`);
  if (within(own, parsed)) {
    return refused('own', `${ip} is an address of the gateway itself`);
  }
  const range = rangeOf(parsed);
  if (range === undefined) return { ok: true, verdict: 'public' };
  if (!NEVER_OPENED.has(range.range) && within(allowance.cidrs, parsed))
    return { ok: true, verdict: 'allowed' };
  return refused(range.range, `${ip} is ${range.what}`);
}

function rangeOf(ip: Ip): Pick<Range, 'range' | 'what'> | undefined {
  const found = RANGES.find(({ cidr }) => contains(cidr, ip));
  if (found !== undefined) return found;
  if (ip.family === 4 || contains(GLOBAL_UNICAST, ip)) return undefined;
  return { range: 'reserved', what: 'outside global unicast (RFC 4291)' };
}

/** An unreadable entry contains nothing. */
function within(networks: readonly string[], ip: Ip): boolean {
  return networks.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== undefined && contains(cidr, ip);
  });
}

function refused(verdict: BlockedRange | 'own' | 'not_an_address', detail: string): AddressVerdict {
  return { ok: false, verdict, detail };
}

function network(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is not a network`);
  return cidr;
}
