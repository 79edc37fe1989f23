/** The one client for everything that leaves: deliveries, tests, alerts, keys. Implements `HttpCaller` and `HttpGetter`. */

import type { HttpResult } from '../../domain/delivery/outcome.ts';
import { hostOf, judgeUrl, NO_OWN_PLACES, type OwnPlaces, portOf } from '../../domain/egress/url.ts';
import type { TransportError } from '../../domain/error-code.ts';
import { USER_AGENT } from '../../domain/headers.ts';
import type { HttpCall, HttpCaller, HttpFetch, HttpGetter } from '../../ports/http-caller.ts';
import { guardedAgent } from './agent.ts';
import { exchange } from './exchange.ts';
import { dnsResolve, type Resolve } from './resolve.ts';
import { startTrace } from './trace.ts';

export interface HttpCallerOptions {
  /** Names to addresses; the DNS when left out. */
  readonly resolve?: Resolve;
  /** The gateway's own hosts and addresses, refused as loops. */
  readonly own?: OwnPlaces;
  /** PEM certificates trusted instead of the public authorities. */
  readonly ca?: readonly string[];
  /** Milliseconds on a clock that never jumps back. */
  readonly now?: () => number;
}

const GET_HEADERS = { 'user-agent': USER_AGENT, accept: '*/*' };
const NO_BODY = new Uint8Array();

type Outgoing = HttpCall & Required<Pick<HttpCall, 'method'>> & Partial<Pick<HttpFetch, 'keepBytes'>>;

/** Keep it for the life of the process: it holds the kept-alive connections. `close` ends the idle ones. */
export function createHttpCaller(
  options: HttpCallerOptions = {},
): HttpCaller & HttpGetter & { close(): void } {
  const { own = NO_OWN_PLACES, now = () => performance.now() } = options;
  const settings = {
    resolve: options.resolve ?? dnsResolve(),
    ownAddresses: own.addresses,
    ...(options.ca !== undefined && { ca: options.ca }),
  };
  const plain = guardedAgent(false, settings, now);
  const encrypted = guardedAgent(true, settings, now);

  const send = async (call: Outgoing, url: URL, signal: AbortSignal): Promise<HttpResult> => {
    const guarded = url.protocol === 'https:' ? encrypted : plain;
    const dialling = {
      host: hostOf(url),
      port: portOf(url),
      encrypted: guarded === encrypted,
      allowance: call.allowance,
      trace: startTrace(now),
      signal,
    };
    const { method, body, keepBytes } = call;
    const headers = {
      ...call.headers,
      host: url.host,
      ...((method !== 'GET' || body.length > 0) && { 'content-length': String(body.length) }),
    };
    // Each round uses up one dead idle connection, so this ends; the deadline bounds it anyway.
    for (;;) {
      await guarded.dropStale(dialling);
      const ended = await exchange(
        { dialling, path: url.pathname + url.search, headers, body, method, ...(keepBytes && { keepBytes }) },
        guarded,
      );
      if (ended.kind !== 'again') return ended;
    }
  };

  const judgedSend = async (call: Outgoing): Promise<HttpResult> => {
    const judged = judgeUrl(call.url, call.allowance, own);
    if (!judged.ok) {
      const error: TransportError =
        judged.verdict === 'url_blocked_address' ? 'address_blocked' : 'url_blocked';
      return { kind: 'no_response', error, detail: judged.detail, durationMs: 0, phases: {} };
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), call.timeoutMs);
    try {
      return await send(call, new URL(judged.url), deadline.signal);
    } catch (error) {
      return { kind: 'our_fault', detail: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    post: (call) => judgedSend({ method: 'POST', ...call }),
    get: (call) => judgedSend({ ...call, method: 'GET', headers: GET_HEADERS, body: NO_BODY }),
    close() {
      plain.agent.destroy();
      encrypted.agent.destroy();
    },
  };
}
