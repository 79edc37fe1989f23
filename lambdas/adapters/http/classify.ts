/** From what Node reports to our own words. A table, so that a new code is one line and one test row. */
import type { TransportError } from '../../domain/error-code.ts';
import type { Stage } from './trace.ts';

/** The parts of a Node error that mean something. */
export interface WireError {
  readonly code?: string | undefined;
  readonly message: string;
  /** Of a certificate for another name: which names it has. */
  readonly reason?: string | undefined;
}

export type Cause =
  | { readonly kind: 'no_response'; readonly error: TransportError; readonly detail?: string }
  | { readonly kind: 'our_fault'; readonly detail: string };

const MAX_DETAIL_LENGTH = 300;

/** Resources of this machine ran out, or its resolver is not there: the receiver has no part in it. */
const OURS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);
const OUR_RESOLVER = new Set([
  'ECONNREFUSED',
  'EAI_MEMORY',
  'EAI_SYSTEM',
  'EFILE',
  'ENOTINITIALIZED',
  'EDESTRUCTION',
  'ELOADIPHLPAPI',
  'EADDRGETNETWORKPARAMS',
  'EINVAL',
  'EPERM',
  'EACCES',
]);

const CONNECTION: Readonly<Record<string, TransportError>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  // Node's parser: the stream ended inside the headers.
  HPE_INVALID_EOF_STATE: 'connection_reset',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  CERT_HAS_EXPIRED: 'tls_expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_name',
  HOSTNAME_MISMATCH: 'tls_wrong_name',
};

/** X.509 verification results that OpenSSL gives and Node passes on, besides those named above. */
const UNTRUSTED =
  /^(CERT_|CRL_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERROR_IN_CERT_)/;
const TLS_PROTOCOL = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/;
const PARSER = /^(HPE_|ERR_HTTP_|ERR_STREAM_)/;

/**
 * What a failed call means, by the stage it had reached.
 * @param family of the dialled address; a machine without IPv6 says EADDRNOTAVAIL, which then is no shortage
 */
export function classify(error: WireError, stage: Stage, family: 4 | 6 = 4): Cause {
  const code = error.code ?? '';
  if (OURS.has(code) && !(code === 'EADDRNOTAVAIL' && family === 6)) return ourFault(error);
  if (stage === 'dns') return classifyLookup(error);
  if (code === 'EADDRNOTAVAIL') return failed('unreachable', code);
  if (code === 'ETIMEDOUT') return failed(stage === 'connect' ? 'connect_timeout' : 'connection_reset', code);
  const known = CONNECTION[code];
  if (known !== undefined) return failed(known, detailOf(error, stage));
  if (UNTRUSTED.test(code)) return failed('tls_untrusted', code);
  if (TLS_PROTOCOL.test(code)) return failed('tls_error', code);
  if (PARSER.test(code)) return failed('bad_response', code);
  return failed(stage === 'tls' ? 'tls_error' : 'connection_reset', code === '' ? error.message : code);
}

/** What it means that the deadline came during `stage`. */
export function classifyDeadline(stage: Stage): Cause {
  if (stage === 'dns') return failed('dns_error', 'no answer in time');
  if (stage === 'connect') return { kind: 'no_response', error: 'connect_timeout' };
  // Not `tls_error`: that is for handshakes that can't succeed, and this one may, another time.
  if (stage === 'tls') return failed('connect_timeout', 'the TLS handshake did not end in time');
  return { kind: 'no_response', error: 'response_timeout' };
}

function classifyLookup(error: WireError): Cause {
  const code = error.code ?? '';
  if (OUR_RESOLVER.has(code)) return ourFault(error);
  if (code === 'ENOTFOUND') return failed('dns_not_found', undefined);
  if (code === 'ENODATA') return failed('dns_error', 'the name has no address');
  return failed('dns_error', code === '' ? error.message : code);
}

function detailOf(error: WireError, stage: Stage): string | undefined {
  if (error.reason !== undefined) return error.reason;
  return stage === 'tls' && error.code === 'ECONNRESET' ? 'during the TLS handshake' : undefined;
}

function failed(error: TransportError, detail: string | undefined): Cause {
  return {
    kind: 'no_response',
    error,
    ...(detail !== undefined && { detail: detail.slice(0, MAX_DETAIL_LENGTH) }),
  };
}

function ourFault(error: WireError): Cause {
  return { kind: 'our_fault', detail: (error.code ?? error.message).slice(0, MAX_DETAIL_LENGTH) };
}
