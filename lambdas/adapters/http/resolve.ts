/** Names to addresses. Every address is returned, for every one of them is judged. */
import { lookup, Resolver } from 'node:dns/promises';
import type { EgressAllowance } from '../../domain/project.ts';

/** All addresses of a name. Rejects with Node's error codes (ENOTFOUND, ESERVFAIL, ...), never with a guess. */
export type Resolve = (name: string, allowance: EgressAllowance) => Promise<readonly string[]>;

/** Two tries of two seconds stay inside the default deadline of an attempt. */
const TRY_TIMEOUT_MS = 2000;
const TRIES = 2;
const NO_SUCH_NAME = 'ENOTFOUND';
const NO_SUCH_RECORD = 'ENODATA';

/**
 * Asks the DNS itself. `getaddrinfo` would occupy one of four threads for seconds when a receiver's name
 * servers are silent, and four such names would stop every other delivery of the process. A project that may
 * reach inside networks is resolved by the system, because that is where the hosts file and search domains count.
 * @param servers `ip` or `ip:port`; the machine's own when left out
 */
export function dnsResolve(servers?: readonly string[]): Resolve {
  const resolver = new Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (name, allowance) => {
    if (allowance.cidrs.length > 0 && servers === undefined) {
      return (await lookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address);
    }
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    throw worst(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])));
  };
}

/** "No such name" only when nothing else went wrong; a server's failure must not look like a wrong URL. */
function worst(reasons: readonly unknown[]): unknown {
  const rank = (reason: unknown) =>
    [NO_SUCH_NAME, NO_SUCH_RECORD].indexOf((reason as NodeJS.ErrnoException).code ?? '');
  return (
    reasons.find((reason) => rank(reason) === -1) ??
    reasons.find((reason) => rank(reason) === 1) ??
    reasons[0] ??
    Object.assign(new Error('no answer'), { code: NO_SUCH_RECORD })
  );
}
