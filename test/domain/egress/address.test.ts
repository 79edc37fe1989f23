/** One row for each network of the IANA special-purpose registries, its neighbours, and known inside addresses. */
import { describe, expect, it } from 'vitest';
import { judgeAddress } from '../../../lambdas/domain/egress/address.ts';
import { type EgressAllowance, NO_ALLOWANCE } from '../../../lambdas/domain/project.ts';

/** Each blocked network by its first and last address. */
const BLOCKED_NETWORKS: readonly (readonly [first: string, last: string, verdict: string])[] = [
  ['0.0.0.0', '0.255.255.255', 'unspecified'],
  ['10.0.0.0', '10.255.255.255', 'private'],
  ['100.64.0.0', '100.127.255.255', 'cgnat'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['169.254.0.0', '169.254.255.255', 'link_local'],
  ['172.16.0.0', '172.31.255.255', 'private'],
  ['192.0.0.0', '192.0.0.255', 'protocol_assignment'],
  ['192.0.2.0', '192.0.2.255', 'documentation'],
  ['192.31.196.0', '192.31.196.255', 'anycast_service'],
  ['192.52.193.0', '192.52.193.255', 'anycast_service'],
  ['192.88.99.0', '192.88.99.255', 'anycast_service'],
  ['192.168.0.0', '192.168.255.255', 'private'],
  ['192.175.48.0', '192.175.48.255', 'anycast_service'],
  ['198.18.0.0', '198.19.255.255', 'benchmarking'],
  ['198.51.100.0', '198.51.100.255', 'documentation'],
  ['203.0.113.0', '203.0.113.255', 'documentation'],
  ['224.0.0.0', '239.255.255.255', 'multicast'],
  ['240.0.0.0', '255.255.255.255', 'reserved'],
  ['::', '::', 'unspecified'],
  ['::1', '::1', 'loopback'],
  ['::2', '::ffff:ffff', 'embedded_ipv4'],
  ['64:ff9b::', '64:ff9b::ffff:ffff', 'embedded_ipv4'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', 'embedded_ipv4'],
  ['100::', '100::ffff:ffff:ffff:ffff', 'reserved'],
  ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', 'embedded_ipv4'],
  ['2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff', 'benchmarking'],
  ['2001:1::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'protocol_assignment'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'embedded_ipv4'],
  ['2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff', 'anycast_service'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'documentation'],
  ['4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved'],
  ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'reserved'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'link_local'],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast'],
];

describe('the network', () => {
  it.each(BLOCKED_NETWORKS)('%s to %s is %s', (first, last, verdict) => {
    expect(judgeAddress(first, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict });
    expect(judgeAddress(last, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict });
  });
});

describe('an address next to a blocked network is public:', () => {
  it.each([
    ...[
      '1.0.0.0',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0'],
    ...['192.0.1.255', '192.0.3.0', '192.31.195.255', '192.31.197.0', '192.52.192.255', '192.52.194.0'],
    ...['192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0', '192.175.47.255', '192.175.49.0'],
    ...['198.17.255.255', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0'],
    ...['223.255.255.255', '168.63.129.15', '168.63.129.17', '1.1.1.1', '8.8.8.8', '::ffff:8.8.8.8'],
    ...[
      '2000::',
      '2001:200::',
      '2001:db7:ffff::',
      '2001:db9::',
      '2001:ffff::',
      '2003::',
      '2606:4700:4700::1111',
    ],
    ...['2620:4f:7fff::', '2620:4f:8001::', '2a05:d018::1', '3ffe:ffff::', '3fff:1000::', '3fff:ffff::'],
  ])('%s', (ip) => {
    expect(judgeAddress(ip, NO_ALLOWANCE)).toEqual({ ok: true, verdict: 'public' });
  });
});

describe('an address inside a cloud', () => {
  it.each([
    ['169.254.169.254', 'instance metadata'],
    ['169.254.170.2', 'container credentials'],
    ['169.254.170.23', 'container credentials'],
    ['100.100.100.200', 'instance metadata'],
    ['192.0.0.192', 'instance metadata'],
    ['168.63.129.16', 'platform service'],
    ['fd00:ec2::254', 'instance metadata'],
    ['fd00:ec2::253', 'platform services'],
    ['::ffff:a9fe:a9fe', 'instance metadata'],
  ])('%s is %s', (ip, what) => {
    const judged = judgeAddress(ip, NO_ALLOWANCE);
    expect(judged).toMatchObject({ ok: false, verdict: 'metadata', detail: expect.stringContaining(what) });
  });
});

it.each([
  ['IPv4-mapped', '::ffff:10.0.0.5', 'private'],
  ['IPv4-mapped in hex', '::ffff:7f00:1', 'loopback'],
  ['IPv4-mapped in full', '0:0:0:0:0:ffff:c0a8:0101', 'private'],
  ['IPv4-compatible', '::127.0.0.1', 'embedded_ipv4'],
  ['NAT64', '64:ff9b::169.254.169.254', 'embedded_ipv4'],
  ['NAT64 of a public one', '64:ff9b::808:808', 'embedded_ipv4'],
  ['6to4', '2002:7f00:1::', 'embedded_ipv4'],
  ['6to4 of a public one', '2002:808:808::1', 'embedded_ipv4'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2', 'embedded_ipv4'],
])('an address that carries another is refused: %s', (_what, ip, verdict) => {
  expect(judgeAddress(ip, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict });
});

it.each([
  '',
  'localhost',
  '127.1',
  '0177.0.0.1',
  '0x7f000001',
  '2130706433',
  '1.2.3.4.',
  '1.2.3.256',
  '[::1]',
])('%j is not an address, and so refused', (text) => {
  expect(judgeAddress(text, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict: 'not_an_address' });
});

it.each(['fe80::1%eth0', '2606:4700::1%eth0'])('an address with a zone, %s, belongs to a link', (ip) => {
  expect(judgeAddress(ip, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict: 'not_an_address' });
});

describe('an allowance', () => {
  const opening = (...cidrs: string[]): EgressAllowance => ({ http: false, cidrs });

  it.each([
    ['10.1.0.0/16', '10.1.2.3'],
    ['127.0.0.0/8', '127.0.0.1'],
    ['127.0.0.0/8', '::ffff:127.0.0.1'],
    ['::ffff:127.0.0.0/104', '127.0.0.1'],
    ['192.168.1.1', '192.168.1.1'],
    ['::1/128', '::1'],
    ['fd00::/8', 'fd12::1'],
  ])('of %s opens %s', (cidr, ip) => {
    expect(judgeAddress(ip, opening(cidr))).toEqual({ ok: true, verdict: 'allowed' });
  });

  it.each([
    ['10.1.0.0/16', '10.2.0.0'],
    ['127.0.0.0/8', '::1'],
    ['127.0.0.1/32', '127.0.0.2'],
    ['::1/128', '127.0.0.1'],
    ['fd00::/8', 'fc00::1'],
  ])('of %s does not open %s', (cidr, ip) => {
    expect(judgeAddress(ip, opening(cidr)).ok).toBe(false);
  });

  it.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.*',
    '10.0.0.0/08',
    '',
  ])('that is written %j opens nothing', (cidr) => {
    expect(judgeAddress('10.0.0.0', opening(cidr)).ok).toBe(false);
  });

  it.each([
    '169.254.169.254',
    '169.254.1.1',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('of the whole Internet does not open %s', (ip) => {
    expect(judgeAddress(ip, opening('0.0.0.0/0', '::/0')).ok).toBe(false);
  });

  it('leaves public addresses public', () => {
    expect(judgeAddress('8.8.8.8', opening('0.0.0.0/0'))).toEqual({ ok: true, verdict: 'public' });
  });
});

it.each(['8.8.8.8', '::ffff:8.8.8.8'])('our own address is refused as a loop, written %s', (ip) => {
  expect(judgeAddress(ip, NO_ALLOWANCE, ['8.8.8.8'])).toMatchObject({ ok: false, verdict: 'own' });
});

it('a network of our own is refused whatever the project opens', () => {
  const everything: EgressAllowance = { http: true, cidrs: ['0.0.0.0/0', '::/0'] };
  for (const ip of ['127.0.0.1', '127.255.255.255', '::ffff:127.0.0.1']) {
    expect(judgeAddress(ip, everything, ['127.0.0.0/8'])).toMatchObject({ ok: false, verdict: 'own' });
  }
  expect(judgeAddress('128.0.0.0', everything, ['127.0.0.0/8']).ok).toBe(true);
});
