/** Which URLs an endpoint may have. Applied when one is set and again at every attempt. */
import { isIP } from 'node:net';
import type { FieldError } from '../failure.ts';
import type { EgressAllowance } from '../project.ts';
import { judgeAddress } from './address.ts';
import { isBlockedPort } from './blocked-ports.ts';
import { whySpecial } from './special-names.ts';

export const MAX_URL_LENGTH = 2048;

export type UrlVerdict =
  | 'url_too_long'
  | 'url_forbidden_character'
  | 'url_malformed'
  | 'url_not_https'
  | 'url_has_credentials'
  | 'url_has_fragment'
  | 'url_bad_host'
  | 'url_special_name'
  | 'url_blocked_address'
  | 'url_blocked_port'
  | 'url_own_host';

export type UrlJudgement =
  /** `url` is the canonical spelling: lower-case punycode host without a final dot, default port left out. */
  | { readonly ok: true; readonly url: string }
  /** `detail` says what is wrong and what would be right. */
  | { readonly ok: false; readonly verdict: UrlVerdict; readonly detail: string };

/** Where the gateway itself is reached and sends from: a delivery there would be a loop. */
export interface OwnPlaces {
  /** `name` or `name:port`, lower case. */
  readonly hosts: readonly string[];
  /** Addresses, or networks such as `127.0.0.0/8`. */
  readonly addresses: readonly string[];
}

export const NO_OWN_PLACES: OwnPlaces = { hosts: [], addresses: [] };

/** Controls, white space, invisible and bidirectional characters, and the backslash: parsers disagree about them. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\\]/u;
/** The URL parser would accept `https:host` and `https:///host` too. */
const SHAPE = /^([a-z][a-z0-9+.-]*):(?:\/\/(?!\/)([^/?#]*))?/i;

/**
 * Judges a URL as text: the parser's repairs would hide what someone tried. Names are judged again when they
 * resolve, so with an allowance that opens networks an inside name passes here and its addresses decide.
 */
export function judgeUrl(
  text: string,
  allowance: EgressAllowance,
  own: OwnPlaces = NO_OWN_PLACES,
): UrlJudgement {
  if (text.length > MAX_URL_LENGTH) {
    return refused('url_too_long', `at most ${MAX_URL_LENGTH} characters, not ${text.length}`);
  }
  const bad = FORBIDDEN.exec(text)?.[0];
  if (bad !== undefined) {
    return refused(
      'url_forbidden_character',
      `remove the character ${named(bad)}, or percent-encode it in the path`,
    );
  }
  const [, scheme, authority] = SHAPE.exec(text) ?? [];
  if (scheme === undefined) {
    return refused('url_malformed', 'write the whole URL, such as https://example.com/webhooks');
  }
  const schemeRefused = judgeScheme(scheme.toLowerCase(), allowance);
  if (schemeRefused !== undefined) return schemeRefused;
  if (authority === undefined || authority === '') {
    return refused('url_malformed', `after "${scheme}:" come two slashes and the host`);
  }
  if (authority.includes('@')) {
    return refused('url_has_credentials', 'remove what stands before "@"; use a header for credentials');
  }
  if (text.includes('#')) {
    return refused('url_has_fragment', 'remove "#" and what follows; it is never sent');
  }
  if (!URL.canParse(text)) return refused('url_malformed', 'the host or the port can not be read');
  const url = new URL(text);
  const written = authority.replace(/:\d*$/, '');
  const judge = isIP(hostOf(url)) === 0 ? judgeName : judgeLiteral;
  return judge(url, written, allowance, own);
}

/** The URL's mistake as a field error, or undefined when it may be used. */
export function urlFieldError(
  field: string,
  text: string,
  allowance: EgressAllowance,
  own: OwnPlaces = NO_OWN_PLACES,
): FieldError | undefined {
  const judged = judgeUrl(text, allowance, own);
  return judged.ok ? undefined : { field, code: judged.verdict, detail: judged.detail };
}

function judgeScheme(scheme: string, allowance: EgressAllowance): UrlJudgement | undefined {
  if (scheme === 'https' || (scheme === 'http' && allowance.http)) return undefined;
  const fix =
    scheme === 'http' ? 'use https, or allow plain http in the project’s egress settings' : 'use https';
  return refused('url_not_https', `"${scheme}" is not sent to; ${fix}`);
}

/** A host that is an address. Inside what the allowance opens, every port may be used. */
function judgeLiteral(url: URL, written: string, allowance: EgressAllowance, own: OwnPlaces): UrlJudgement {
  const host = hostOf(url);
  // "0x7f.1", "2130706433" and full-width digits all parse to an address; only its plain spelling is one.
  if (isIP(host) === 4 && written !== host) {
    return refused('url_bad_host', `write the address as ${host}, or use a name`);
  }
  const address = judgeAddress(host, allowance, own.addresses);
  if (!address.ok) return refused('url_blocked_address', `${address.detail}; use a public address`);
  if (isOwn(host, portOf(url), own)) return ownHost(host);
  return (
    (address.verdict === 'public' ? judgePort(url, allowance) : undefined) ?? { ok: true, url: url.href }
  );
}

function judgeName(url: URL, written: string, allowance: EgressAllowance, own: OwnPlaces): UrlJudgement {
  const name = url.hostname.replace(/\.$/, '');
  if (!isHostName(name) || written.includes('%')) {
    return refused('url_bad_host', 'the host is not a name DNS can hold; use one such as example.com');
  }
  if (isOwn(name, portOf(url), own)) return ownHost(name);
  if (allowance.cidrs.length === 0) {
    const special = whySpecial(name);
    if (special !== undefined) return refused('url_special_name', `${special}; use a public host name`);
    const port = judgePort(url, allowance);
    if (port !== undefined) return port;
  }
  const canonical = new URL(url);
  canonical.hostname = name;
  return { ok: true, url: canonical.href };
}

/** Labels of 1 to 63 characters, 253 in all (RFC 1035). */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
}

function judgePort(url: URL, allowance: EgressAllowance): UrlJudgement | undefined {
  const port = portOf(url);
  return isBlockedPort(port, allowance)
    ? refused(
        'url_blocked_port',
        `port ${port} belongs to another protocol; use 443 or another web port, or allow it in the project’s egress settings`,
      )
    : undefined;
}

/** The host without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function isOwn(host: string, port: number, own: OwnPlaces): boolean {
  return own.hosts.some((place) => place === host || place === `${host}:${port}`);
}

function ownHost(host: string): UrlJudgement {
  return refused('url_own_host', `${host} is this gateway; an endpoint there would receive itself for ever`);
}

function named(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function refused(verdict: UrlVerdict, detail: string): UrlJudgement {
  return { ok: false, verdict, detail };
}
