/** How an attempt can fail, in codes that programs can switch on. `why.ts` has the words. */

/** Nothing that was a whole answer came of calling a URL. */
type CallError =
  | 'dns_not_found'
  | 'dns_error'
  | 'address_blocked'
  | 'url_blocked'
  | 'connection_refused'
  | 'connection_reset'
  | 'connect_timeout'
  | 'unreachable'
  | 'tls_expired'
  | 'tls_wrong_name'
  | 'tls_untrusted'
  | 'tls_error'
  | 'response_timeout'
  | 'bad_response';

/** How a destination inside AWS can fail an attempt. */
export type DestinationError =
  | 'role_not_assumable'
  | 'destination_denied'
  | 'destination_not_found'
  | 'destination_throttled'
  | 'destination_too_large'
  | 'destination_rejected'
  | 'destination_unavailable'
  | 'function_failed'
  | 'response_timeout';

/** Ways an attempt can end without a status. */
export type TransportError = CallError | DestinationError | 'transformation_failed';

/** What a status that is not 2xx means. */
export type StatusError =
  | 'redirect'
  | 'gone'
  | 'rate_limited'
  | 'client_error'
  | 'unauthorized'
  | 'not_found'
  | 'payload_too_large'
  | 'server_error'
  | 'gateway_error'
  | 'unexpected_status';

/** `unknown_outcome`: nobody recorded how it ended. */
export type ErrorCode = TransportError | StatusError | 'unknown_outcome';
