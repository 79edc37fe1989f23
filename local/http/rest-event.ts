/** An HTTP request as API Gateway's REST API hands it to a function (payload format 1.0), every type being binary. Pure. */
import { ACCOUNT } from '../template/intrinsics.ts';
import type { HttpRequest, MatchedRoute, Moment } from './event.ts';

/** @param stage the first part of the path, which the function does not see */
export function toRestEvent(
  request: HttpRequest,
  route: MatchedRoute,
  stage: string,
  { requestId, now }: Moment,
) {
  const end = request.url.indexOf('?');
  const whole = end < 0 ? request.url : request.url.slice(0, end);
  const path = whole.slice(stage.length + 1) || '/';
  const headers = pairsOf(request);
  const query = end < 0 ? [] : [...new URLSearchParams(request.url.slice(end))];
  return {
    resource: path,
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: allOf(headers),
    queryStringParameters: query.length === 0 ? null : lastOf(query),
    multiValueQueryStringParameters: query.length === 0 ? null : allOf(query),
    pathParameters: route.pathParameters ?? null,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      stage,
      path: whole,
      httpMethod: request.method,
      protocol: 'HTTP/1.1',
      requestId,
      requestTimeEpoch: now,
      identity: { sourceIp: request.sourceIp, userAgent: request.headers['user-agent'] ?? null },
    },
    body: request.body.length === 0 ? null : request.body.toString('base64'),
    isBase64Encoded: request.body.length > 0,
  };
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** Each line of a header by itself, its name spelled as the sender did. */
function pairsOf({ headers, rawHeaders }: HttpRequest): Pairs {
  if (rawHeaders === undefined) {
    return Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each) => [name, each] as const),
    );
  }
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
}

function lastOf(pairs: Pairs): Record<string, string> {
  return Object.fromEntries(pairs);
}

function allOf(pairs: Pairs): Record<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries(all);
}
