/** One delivery to the server on this machine, with every header as the gateway made it. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { PickedUpView, ReportFields } from '../../lambdas/contract/api/listen.ts';

/** More of an answer is not kept, and not waited for. */
const MAX_BODY_BYTES = 16 * 1024;

export type Forwarded = Omit<ReportFields, 'claim'>;

/** Never throws: no answer is a report too. */
export async function forward(target: URL, item: PickedUpView, ended: AbortSignal): Promise<Forwarded> {
  const startedAt = performance.now();
  const measured = () => ({ duration_ms: Math.round((performance.now() - startedAt) * 10) / 10 });
  try {
    const { body, ...answer } = await call(target, item, ended);
    return { ...answer, ...bodyFields(body), ...measured() };
  } catch (error) {
    return { ...faultOf(error), ...measured() };
  }
}

/** What is sent, as bytes: those the signature is over. */
export function bytesOf(item: Pick<PickedUpView, 'body' | 'body_base64'>): Buffer {
  return item.body_base64 === undefined
    ? Buffer.from(item.body ?? '')
    : Buffer.from(item.body_base64, 'base64');
}

interface Answer {
  readonly status_code: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly truncated: boolean;
}

function call(target: URL, item: PickedUpView, ended: AbortSignal): Promise<Answer> {
  const { method, headers, timeout_seconds: seconds } = item;
  const signal = AbortSignal.any([AbortSignal.timeout(seconds * 1000), ended]);
  const options: RequestOptions = { method, headers, signal };
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(target, options, (response) => readAnswer(response).then(resolve, reject));
    request.once('error', reject);
    request.end(bytesOf(item));
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) break;
  }
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as const],
  );
  return {
    status_code: response.statusCode!,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES),
    truncated: length > MAX_BODY_BYTES,
  };
}

/** What is no text travels as base64; a text may be cut in the middle of a character. */
function bodyFields(body: Buffer): Pick<Forwarded, 'body' | 'body_base64'> {
  const text = body.toString();
  return Buffer.from(text).equals(body) ? { body: text } : { body_base64: body.toString('base64') };
}

const ERRORS: Readonly<Record<string, Forwarded['error']>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  ENOTFOUND: 'dns_not_found',
  EAI_AGAIN: 'dns_error',
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ABORT_ERR: 'response_timeout',
  CERT_HAS_EXPIRED: 'tls_expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_untrusted',
};
const MAX_DETAIL_LENGTH = 300;

function faultOf(error: unknown): Pick<Forwarded, 'error' | 'detail'> {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const known = ERRORS[code] ?? (code.startsWith('ERR_SSL') || code === 'EPROTO' ? 'tls_error' : undefined);
  if (known !== undefined) return { error: known };
  return { error: 'bad_response', detail: (message || code).slice(0, MAX_DETAIL_LENGTH) };
}
