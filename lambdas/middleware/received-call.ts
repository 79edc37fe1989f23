/** Between the door (a REST API, payload 1.0, every body in base64) and a call as the flow takes it. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { CallAnswer } from '../domain/inbound/call-answer.ts';
import type { ReceivedCall } from '../domain/inbound/received-call.ts';

/** What of a door's event a call is made of. */
export type DoorEvent = Pick<
  APIGatewayProxyEvent,
  | 'httpMethod'
  | 'path'
  | 'pathParameters'
  | 'multiValueHeaders'
  | 'multiValueQueryStringParameters'
  | 'body'
  | 'isBase64Encoded'
> & { readonly requestContext: { readonly identity: { readonly sourceIp: string } } };

export interface DoorCall extends ReceivedCall {
  readonly sourceId: string;
}

/** @param base what stands before a source's id, without a slash at the end */
export function readCall(event: DoorEvent, base: string): DoorCall {
  const sourceId = event.pathParameters?.source_id ?? '';
  // A domain of the user's may put a path of its own before it.
  const start = event.path.indexOf(`/${sourceId}`);
  const path = start < 0 ? '' : event.path.slice(start + 1 + sourceId.length);
  const query = queryOf(event.multiValueQueryStringParameters ?? {});
  return {
    sourceId,
    method: event.httpMethod,
    url: `${base}/${sourceId}${path}${query === '' ? '' : `?${query}`}`,
    path,
    query,
    headers: headersOf(event.multiValueHeaders),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    address: event.requestContext.identity.sourceIp,
  };
}

/** Added by API Gateway on the way in: nothing the sender said. And the one name that the table's client can't store. */
const LEFT_OUT = /^(x-forwarded-(for|port|proto)|x-amzn-trace-id|via|x-amz-cf-id|cloudfront-.*|__proto__)$/;

function headersOf(given: DoorEvent['multiValueHeaders'] | null): Record<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(given ?? {})) {
    const lower = name.toLowerCase();
    if (!LEFT_OUT.test(lower)) headers.set(lower, [...(headers.get(lower) ?? []), ...(values ?? [])]);
  }
  return Object.fromEntries(headers);
}

/** The door has decoded it. A sender that signs its own spelling of a query is the one case this can't give back. */
function queryOf(given: Readonly<Record<string, string[] | undefined>>): string {
  return Object.entries(given)
    .flatMap(([name, values]) => (values ?? []).map((value) => `${encoded(name)}=${encoded(value)}`))
    .join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** An answer may echo what a stranger sent: no browser is to run or keep it. */
const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** In base64, because the door takes every type for binary. */
export function answerCall(answer: CallAnswer): APIGatewayProxyResult {
  return {
    statusCode: answer.status,
    headers: { ...answer.headers, ...ALWAYS, 'content-type': answer.contentType },
    body: Buffer.from(answer.body).toString('base64'),
    isBase64Encoded: true,
  };
}
