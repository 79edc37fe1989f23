import { expect, it } from 'vitest';
import { judgeAddress } from '../../../lambdas/domain/egress/address.ts';
import { BLOCKED_IPV4, BLOCKED_IPV6 } from '../../../lambdas/domain/egress/address-ranges.ts';
import { contains, parseCidr, parseIp } from '../../../lambdas/domain/egress/ip.ts';
import { judgeUrl } from '../../../lambdas/domain/egress/url.ts';
import { NO_ALLOWANCE } from '../../../lambdas/domain/project.ts';
import fc from '../../properties.ts';

const IPV4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
const IPV6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

const octets = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn);
const dotted = (value: bigint) => octets(value).join('.');
const groups = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));

/** Every way the same IPv6 address may be written that we could think of. */
function ipv6Spellings(value: bigint): string[] {
  const full = groups(value);
  const padded = full.map((group) => group.padStart(4, '0')).join(':');
  return [
    full.join(':'),
    padded,
    padded.toUpperCase(),
    `${full.slice(0, 6).join(':')}:${dotted(value & 0xffffffffn)}`,
    new URL(`http://[${padded}]`).hostname.slice(1, -1),
  ];
}

/** Spellings of an IPv4 address that URL parsers take, or took. */
function ipv4Spellings(value: bigint): string[] {
  const parts = octets(value);
  const [a, b, c, d] = parts as [bigint, bigint, bigint, bigint];
  return [
    dotted(value),
    String(value),
    `0x${value.toString(16)}`,
    `0${value.toString(8)}`,
    parts.map((part) => `0x${part.toString(16)}`).join('.'),
    parts.map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${(b << 16n) | (c << 8n) | d}`,
    `${a}.${b}.${(c << 8n) | d}`,
    `${dotted(value)}.`,
    dotted(value).replaceAll('.', '。'),
    dotted(value).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    dotted(value).replace(/\d/, (digit) => `%3${digit}`),
  ];
}

const within = (cidr: string) => {
  const { first, last } = parseCidr(cidr)!;
  return fc.bigInt({ min: first, max: last });
};

it.each(BLOCKED_IPV4)('every address of %s (%s) is refused in every spelling', (cidr) => {
  fc.assert(
    fc.property(within(cidr), (value) => {
      expect(judgeAddress(dotted(value), NO_ALLOWANCE).ok).toBe(false);
      for (const mapped of ipv6Spellings((0xffffn << 32n) | value)) {
        expect(judgeAddress(mapped, NO_ALLOWANCE).ok).toBe(false);
        expect(judgeUrl(`https://[${mapped}]/`, NO_ALLOWANCE).ok).toBe(false);
      }
      for (const host of ipv4Spellings(value)) {
        expect(judgeUrl(`https://${host}/`, NO_ALLOWANCE).ok).toBe(false);
      }
    }),
  );
});

it.each(BLOCKED_IPV6)('every address of %s (%s) is refused in every spelling', (cidr) => {
  fc.assert(
    fc.property(within(cidr), (value) => {
      for (const text of ipv6Spellings(value)) {
        expect(judgeAddress(text, NO_ALLOWANCE).ok).toBe(false);
        expect(judgeUrl(`https://[${text}]/`, NO_ALLOWANCE).ok).toBe(false);
      }
    }),
  );
});

it('every other IPv4 address is public, and mapped into IPv6 too', () => {
  fc.assert(
    fc.property(IPV4, (value) => {
      const blocked = BLOCKED_IPV4.some(([cidr]) => contains(parseCidr(cidr)!, { family: 4, value }));
      expect(judgeAddress(dotted(value), NO_ALLOWANCE).ok).toBe(!blocked);
      expect(judgeAddress(`::ffff:${dotted(value)}`, NO_ALLOWANCE).ok).toBe(!blocked);
    }),
  );
});

it('no IPv6 address outside global unicast is public', () => {
  fc.assert(
    fc.property(IPV6, (value) => {
      fc.pre(value >> 125n !== 1n && value >> 32n !== 0xffffn);
      expect(judgeAddress(groups(value).join(':'), NO_ALLOWANCE).ok).toBe(false);
    }),
  );
});

it('an address reads as the same number in every spelling', () => {
  fc.assert(
    fc.property(IPV6, (value) => {
      fc.pre(value >> 32n !== 0xffffn);
      for (const text of ipv6Spellings(value)) expect(parseIp(text)).toEqual({ family: 6, value });
    }),
  );
});

it('no text makes the judge throw', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.%/x[]') }));
  fc.assert(
    fc.property(texts, texts, (text, cidr) => {
      const judged = judgeAddress(text, { http: false, cidrs: [cidr] });
      expect(typeof judged.ok).toBe('boolean');
    }),
  );
});
