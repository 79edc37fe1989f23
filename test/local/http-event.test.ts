import { expect, test } from 'vitest';
import { type HttpRequest, toAnswer, toEvent } from '../../local/http/event.ts';

const ROUTE = { routeKey: 'ANY /{proxy+}', pathParameters: { proxy: 'v1/events' } };
const MOMENT = { requestId: 'r1', now: 1_795_463_120_347 };

function request(part: Partial<HttpRequest>): HttpRequest {
  return {
    method: 'POST',
    url: '/v1/events',
    headers: { host: 'localhost:4000' },
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    ...part,
  };
}

test.each([
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['application/problem+json', false],
  ['application/cloudevents+json', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['text/plain', false],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['multipart/form-data; boundary=x', true],
  ['image/svg+xml', true],
  [undefined, true],
])('a body of type %s travels in base64: %s', (type, encoded) => {
  const headers = { host: 'h', ...(type !== undefined && { 'content-type': type }) };
  const event = toEvent(request({ headers, body: Buffer.from('ä=1') }), ROUTE, MOMENT);
  expect(event.isBase64Encoded).toBe(encoded);
  expect(event.body).toBe(encoded ? Buffer.from('ä=1').toString('base64') : 'ä=1');
});

test('no body is no body', () => {
  const event = toEvent(request({ method: 'GET' }), ROUTE, MOMENT);
  expect(event).toMatchObject({ isBase64Encoded: false });
  expect(event).not.toHaveProperty('body');
});

test('has the shape of payload format 2.0', () => {
  const event = toEvent(
    request({
      url: '/v1/events?limit=2&type=a&type=b%20c',
      headers: { host: 'localhost:4000', 'user-agent': 'curl', cookie: 'a=1; b=2', accept: '*/*' },
    }),
    ROUTE,
    MOMENT,
  );
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath: '/v1/events',
    rawQueryString: 'limit=2&type=a&type=b%20c',
    cookies: ['a=1', 'b=2'],
    headers: { host: 'localhost:4000', 'user-agent': 'curl', accept: '*/*' },
    queryStringParameters: { limit: '2', type: 'a,b c' },
    pathParameters: { proxy: 'v1/events' },
    requestContext: expect.objectContaining({
      http: {
        method: 'POST',
        path: '/v1/events',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'curl',
      },
      requestId: 'r1',
      stage: '$default',
      timeEpoch: MOMENT.now,
    }),
    isBase64Encoded: false,
  });
});

test('answers with what a function said', () => {
  const answer = toAnswer({
    statusCode: 202,
    headers: { 'Content-Type': 'application/json', 'Retry-After': 5 },
    cookies: ['a=1'],
    body: Buffer.from('{}').toString('base64'),
    isBase64Encoded: true,
  });
  expect(answer).toEqual({
    status: 202,
    headers: { 'content-type': 'application/json', 'retry-after': '5', 'set-cookie': ['a=1'] },
    body: Buffer.from('{}'),
  });
});

test('answers 200 and JSON when a function gave no status', () => {
  expect(toAnswer({ hello: 1 })).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"hello":1}'),
  });
});
