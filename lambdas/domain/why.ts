/** Why an attempt failed: a code programs can switch on and one sentence a person understands. */

import type { ErrorCode } from './error-code.ts';

export interface Why {
  /** Who can mend it. */
  readonly fault: 'receiver' | 'settings' | 'gateway';
  readonly sentence: string;
}

export interface FailedAttempt {
  readonly error: ErrorCode;
  readonly statusCode?: number;
  readonly detail?: string;
  readonly timeoutSeconds?: number;
}

/** Receivers choose parts of the evidence: it may not colour the terminal it is shown in, or turn its words round. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/gu;

/** One sentence for every way an attempt can fail. The switch is exhaustive: a new code does not compile without words. */
export function explain(failed: FailedAttempt): Why {
  const of = (fault: Why['fault'], sentence: string): Why => ({ fault, sentence });
  const detail = failed.detail ? ` (${failed.detail.replace(UNPRINTABLE, '\u{fffd}')})` : '';
  const status = failed.statusCode ?? 'with an error status';
  const deadline = failed.timeoutSeconds === undefined ? 'in time' : `in ${failed.timeoutSeconds} s`;
  switch (failed.error) {
    case 'dns_not_found':
      return of(
        'receiver',
        `The host name does not exist${detail}. Check the URL for a typing mistake, or restore the DNS record.`,
      );
    case 'dns_error':
      return of(
        'receiver',
        `The host name could not be resolved${detail}. Its DNS servers gave no usable answer: check them and its records.`,
      );
    case 'address_blocked':
      return of(
        'settings',
        `The host name points to an address that webhooks are not sent to${detail}. Use a public address.`,
      );
    case 'url_blocked':
      return of('settings', `The URL is not allowed${detail}. Use https and a public host.`);
    case 'connection_refused':
      return of('receiver', `Nothing listens on that port${detail}. Start the server, or correct the port.`);
    case 'connection_reset':
      return of(
        'receiver',
        `The connection was cut before an answer arrived${detail}. The event may have been received: look for a crash, or a proxy that gave up.`,
      );
    case 'connect_timeout':
      return of(
        'receiver',
        `No connection could be made in time${detail}. A firewall may drop our packets: allow our egress addresses.`,
      );
    case 'unreachable':
      return of(
        'receiver',
        `The address cannot be reached${detail}. Check its network, and that DNS names the right one.`,
      );
    case 'tls_expired':
      return of('receiver', `The TLS certificate has expired${detail}. Renew it.`);
    case 'tls_wrong_name':
      return of(
        'receiver',
        `The TLS certificate is for another name${detail}. Add the URL's host to it, or correct the URL.`,
      );
    case 'tls_untrusted':
      return of(
        'receiver',
        `The TLS certificate is not trusted${detail}. It is self-signed, or an intermediate certificate is missing.`,
      );
    case 'tls_error':
      return of(
        'receiver',
        `The TLS handshake failed${detail}. Offer TLS 1.2 or newer and HTTP/1.1, and ask for no client certificate.`,
      );
    case 'response_timeout':
      return of(
        'receiver',
        `Connected, but no complete answer arrived ${deadline}. Answer 2xx first and do the work afterwards.`,
      );
    case 'bad_response':
      return of(
        'receiver',
        `The answer was not valid HTTP${detail}. An HTTP/1.1 server has to listen at that port.`,
      );
    case 'redirect':
      return of(
        'receiver',
        `The server answered with a redirect${detail}. Redirects are not followed: set the endpoint's URL to the target.`,
      );
    case 'gone':
      return of(
        'receiver',
        'The server answered 410 Gone, which asks us to stop. The endpoint was disabled.',
      );
    case 'rate_limited':
      return of(
        'receiver',
        'The server answered 429 Too Many Requests. Raise its limit, or let it say in Retry-After when to come again.',
      );
    case 'unauthorized':
      return of(
        'receiver',
        `The server answered ${status}: signature or credentials were refused. Check that it verifies with the endpoint's current secret, on the raw body.`,
      );
    case 'not_found':
      return of(
        'receiver',
        `The server answered ${status}: no handler at that path and method. Check the endpoint's URL.`,
      );
    case 'payload_too_large':
      return of(
        'receiver',
        'The server answered 413: the body is larger than it accepts. Raise its limit, or publish smaller events.',
      );
    case 'client_error':
      return of(
        'receiver',
        `The server answered ${status}: it refuses the request. Its response may say why.`,
      );
    case 'server_error':
      return of(
        'receiver',
        `The server answered ${status}: it failed while handling the event. Its log says why.`,
      );
    case 'gateway_error':
      return of(
        'receiver',
        `The server answered ${status}: its proxy is up, the application behind it is not. Start it, or look at what keeps it busy.`,
      );
    case 'unexpected_status':
      return of('receiver', `The server answered ${status}, which is unusual. Only 2xx counts as delivered.`);
    case 'unknown_outcome':
      return of(
        'gateway',
        'The worker stopped before it recorded the answer. The event may have been received; when it is sent again, it has the same webhook-id.',
      );
    case 'role_not_assumable':
      return of(
        'settings',
        `The role could not be taken on${detail}. Its trust policy has to name the gateway's delivery role and the endpoint's external_id.`,
      );
    case 'destination_denied':
      return of(
        'settings',
        `AWS does not allow us to send there${detail}. Allow it in the role's policy, and in those of the destination and its key.`,
      );
    case 'destination_not_found':
      return of('receiver', `The destination does not exist${detail}. Create it, or correct its ARN.`);
    case 'destination_throttled':
      return of(
        'receiver',
        `The destination takes no more for now${detail}. We send slower; raise its quota.`,
      );
    case 'destination_too_large':
      return of(
        'receiver',
        `The event is larger than the destination takes${detail}. It is not sent again: raise the limit and retry it, or publish smaller events.`,
      );
    case 'destination_rejected':
      return of(
        'receiver',
        `The destination refused the event${detail}. Change what it accepts, or publish what it does.`,
      );
    case 'destination_unavailable':
      return of(
        'receiver',
        `The destination's service in AWS did not answer as it should${detail}. Such faults usually pass.`,
      );
    case 'transformation_failed':
      return of(
        'settings',
        `What the subscription makes of the event can't be sent${detail}. Nothing was sent. Change the subscription, and what it held goes out.`,
      );
    case 'function_failed':
      return of('receiver', `The function failed while handling the event${detail}. Its log says why.`);
  }
}
