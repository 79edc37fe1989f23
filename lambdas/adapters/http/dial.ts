/** From a host to a connected socket: resolve once, judge every address, dial exactly one that was judged. */

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { judgeAddress } from '../../domain/egress/address.ts';
import { isBlockedPort } from '../../domain/egress/blocked-ports.ts';
import type { TransportError } from '../../domain/error-code.ts';
import type { EgressAllowance } from '../../domain/project.ts';
import type { Resolve } from './resolve.ts';
import type { Trace } from './trace.ts';

export interface Dialling {
  readonly host: string;
  readonly port: number;
  readonly encrypted: boolean;
  readonly allowance: EgressAllowance;
  readonly trace: Trace;
  /** Fires at the deadline. */
  readonly signal: AbortSignal;
}

export interface DialSettings {
  readonly resolve: Resolve;
  readonly ownAddresses: readonly string[];
  /** PEM certificates trusted instead of the public authorities. */
  readonly ca?: readonly string[];
}

/** The policy forbids the connection; nothing was dialled. */
export class RefusedByPolicy extends Error {
  override readonly name = 'RefusedByPolicy';
  readonly error: TransportError;
  constructor(error: TransportError, detail: string) {
    super(detail);
    this.error = error;
  }
}

/** A receiver may name many addresses; trying them all would be a port scan on request. */
const MAX_ADDRESSES_TRIED = 3;
/** After these nothing was sent and another address may answer. */
const TRY_NEXT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Rejects with Node's own error, or with `RefusedByPolicy`. The signal ends it at any point. */
export async function dial(to: Dialling, settings: DialSettings): Promise<Socket> {
  const addresses = await judgedAddresses(to, settings);
  to.signal.throwIfAborted();
  const socket = await connectFirst(addresses.slice(0, MAX_ADDRESSES_TRIED), to);
  return to.encrypted ? secure(socket, to, settings.ca) : socket;
}

/** Addresses that may be dialled, IPv4 first: a fixed egress address is IPv4. One bad address refuses them all. */
async function judgedAddresses(to: Dialling, settings: DialSettings): Promise<readonly string[]> {
  const found = isIP(to.host) === 0 ? await settings.resolve(to.host, to.allowance) : [to.host];
  if (found.length === 0) throw Object.assign(new Error('no address'), { code: 'ENODATA' });
  for (const address of found) {
    const judged = judgeAddress(address, to.allowance, settings.ownAddresses);
    if (!judged.ok) throw new RefusedByPolicy('address_blocked', judged.detail);
    if (judged.verdict === 'public' && isBlockedPort(to.port, to.allowance)) {
      throw new RefusedByPolicy('url_blocked', `port ${to.port} belongs to another protocol`);
    }
  }
  return found.toSorted((a, b) => isIP(a) - isIP(b));
}

async function connectFirst(addresses: readonly string[], to: Dialling): Promise<Socket> {
  to.trace.enter('connect');
  let last: unknown;
  for (const address of addresses) {
    to.trace.dialled(address);
    try {
      // `host` is a literal address, so nothing is looked up a second time.
      const socket = connect({ host: address, port: to.port, noDelay: true });
      return await opened(socket, 'connect', to.signal);
    } catch (error) {
      last = error;
      if (!TRY_NEXT.has((error as NodeJS.ErrnoException).code ?? '')) break;
    }
  }
  throw last;
}

/** The certificate is checked against the name the customer wrote; an address must stand in it as one. */
function secure(socket: Socket, to: Dialling, ca: readonly string[] | undefined): Promise<TLSSocket> {
  to.trace.enter('tls');
  const tls = connectTls({
    socket,
    host: to.host,
    // RFC 6066: no address in SNI.
    ...(isIP(to.host) === 0 && { servername: to.host }),
    ...(ca !== undefined && { ca: [...ca] }),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    // Said aloud, so that no environment variable can turn it off.
    rejectUnauthorized: true,
  });
  return opened(tls, 'secureConnect', to.signal);
}

/** Waits for the event; on an error or the signal the socket is destroyed and no listener stays behind. */
function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>();
  const onError = (error: Error) => reject(error);
  const onAbort = () => socket.destroy(new Error('deadline'));
  const onOpen = () => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', onError);
    resolve(socket);
  };
  socket.once(event, onOpen);
  socket.on('error', onError);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return promise;
}
