/** IP addresses and networks as numbers. Text is read strictly: one spelling of IPv4, no zones, no octal. */
import { isIPv4, isIPv6 } from 'node:net';

export interface Ip {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface Cidr {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const MAPPED_PREFIX = 0xffffn;

/**
 * Reads an address. IPv4-mapped IPv6 (`::ffff:a.b.c.d`) is the IPv4 address, because that is what the
 * operating system connects to. Undefined for anything else, zone ids (`fe80::1%eth0`) included.
 */
export function parseIp(text: string): Ip | undefined {
  if (isIPv4(text)) return { family: 4, value: ipv4Value(text) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const value = ipv6Value(text);
  return value >> 32n === MAPPED_PREFIX ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** Reads `10.0.0.0/8` or `fd00::/8`; the bits after the prefix must be zero. A bare address is a network of one. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  const mapped = ip.family === 4 && address.includes(':');
  const width = ip.family === 4 ? 32 : 128;
  const prefix = length === undefined ? width : readLength(length) - (mapped ? 96 : 0);
  if (!(prefix >= 0 && prefix <= width)) return undefined;
  const hosts = (1n << BigInt(width - prefix)) - 1n;
  if ((ip.value & hosts) !== 0n) return undefined;
  return { family: ip.family, first: ip.value, last: ip.value | hosts };
}

export function contains(cidr: Cidr, ip: Ip): boolean {
  return cidr.family === ip.family && ip.value >= cidr.first && ip.value <= cidr.last;
}

function readLength(text: string): number {
  return /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN;
}

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function ipv6Value(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | group, 0n);
}

/** Sixteen-bit groups; a dotted tail (`::ffff:10.0.0.1`) is two of them. */
function groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const value = ipv4Value(group);
    return [value >> 16n, value & 0xffffn];
  });
}
