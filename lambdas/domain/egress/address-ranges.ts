/**
 * Networks that webhooks are not sent to: the IANA special-purpose registries of IPv4 and IPv6 (RFC 6890 and
 * its updates), and public addresses that cloud platforms answer from inside. First match wins.
 */
export type BlockedRange =
  | 'metadata'
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'cgnat'
  | 'link_local'
  | 'protocol_assignment'
  | 'documentation'
  | 'benchmarking'
  | 'anycast_service'
  | 'embedded_ipv4'
  | 'multicast'
  | 'reserved';

export const BLOCKED_IPV4: readonly (readonly [cidr: string, range: BlockedRange, what: string])[] = [
  ['169.254.169.254/32', 'metadata', 'instance metadata'],
  ['169.254.170.0/24', 'metadata', 'container credentials'],
  ['100.100.100.200/32', 'metadata', 'instance metadata'],
  ['192.0.0.192/32', 'metadata', 'instance metadata'],
  ['168.63.129.16/32', 'metadata', 'platform service on a public address'],
  ['0.0.0.0/8', 'unspecified', '"this network", which connects to the machine itself'],
  ['10.0.0.0/8', 'private', 'private network (RFC 1918)'],
  ['100.64.0.0/10', 'cgnat', 'carrier-grade NAT (RFC 6598)'],
  ['127.0.0.0/8', 'loopback', 'loopback'],
  ['169.254.0.0/16', 'link_local', 'link-local (RFC 3927)'],
  ['172.16.0.0/12', 'private', 'private network (RFC 1918)'],
  ['192.0.0.0/24', 'protocol_assignment', 'IETF protocol assignments (RFC 6890)'],
  ['192.0.2.0/24', 'documentation', 'documentation (RFC 5737)'],
  ['192.31.196.0/24', 'anycast_service', 'AS112 (RFC 7535)'],
  ['192.52.193.0/24', 'anycast_service', 'AMT (RFC 7450)'],
  ['192.88.99.0/24', 'anycast_service', '6to4 relay (RFC 7526)'],
  ['192.168.0.0/16', 'private', 'private network (RFC 1918)'],
  ['192.175.48.0/24', 'anycast_service', 'AS112 (RFC 7534)'],
  ['198.18.0.0/15', 'benchmarking', 'benchmarking (RFC 2544)'],
  ['198.51.100.0/24', 'documentation', 'documentation (RFC 5737)'],
  ['203.0.113.0/24', 'documentation', 'documentation (RFC 5737)'],
  ['224.0.0.0/4', 'multicast', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved', 'reserved, broadcast included (RFC 1112)'],
];

/** The named ones first; then whatever lies outside global unicast, `2000::/3`, is reserved. */
export const BLOCKED_IPV6: readonly (readonly [cidr: string, range: BlockedRange, what: string])[] = [
  ['fd00:ec2::/32', 'metadata', 'instance metadata and platform services'],
  ['fd20:ce::254/128', 'metadata', 'instance metadata'],
  ['::/128', 'unspecified', 'unspecified'],
  ['::1/128', 'loopback', 'loopback'],
  ['::/96', 'embedded_ipv4', 'IPv4-compatible, deprecated (RFC 4291)'],
  ['64:ff9b::/96', 'embedded_ipv4', 'NAT64 (RFC 6052)'],
  ['64:ff9b:1::/48', 'embedded_ipv4', 'local NAT64 (RFC 8215)'],
  ['2001::/32', 'embedded_ipv4', 'Teredo (RFC 4380)'],
  ['2001:2::/48', 'benchmarking', 'benchmarking (RFC 5180)'],
  ['2001::/23', 'protocol_assignment', 'IETF protocol assignments (RFC 2928)'],
  ['2001:db8::/32', 'documentation', 'documentation (RFC 3849)'],
  ['2002::/16', 'embedded_ipv4', '6to4 (RFC 3056)'],
  ['2620:4f:8000::/48', 'anycast_service', 'AS112 (RFC 7534)'],
  ['3fff::/20', 'documentation', 'documentation (RFC 9637)'],
  ['fc00::/7', 'private', 'unique local (RFC 4193)'],
  ['fe80::/10', 'link_local', 'link-local (RFC 4291)'],
  ['fec0::/10', 'private', 'site-local, deprecated (RFC 3879)'],
  ['ff00::/8', 'multicast', 'multicast (RFC 4291)'],
];

export const GLOBAL_UNICAST_IPV6 = '2000::/3';

/**
 * No allowance opens these, not even one of everything: nothing that receives webhooks lives there, what does
 * hands out credentials, and an embedded IPv4 address would be opened without having been judged.
 */
export const NEVER_OPENED: ReadonlySet<BlockedRange> = new Set([
  'metadata',
  'unspecified',
  'link_local',
  'embedded_ipv4',
  'multicast',
]);
