import { expect, test } from 'vitest';
import { readCall } from '../../lambdas/middleware/received-call.ts';
import type { HttpRequest } from '../../local/http/event.ts';
import { toRestEvent } from '../../local/http/rest-event.ts';

const ROUTE = { routeKey: 'ANY /in/{source_id}', pathParameters: { source_id: 'src_1' } };
const MOMENT = { requestId: 'r1', now: 1_795_463_120_347 };

function request(part: Partial<HttpRequest>): HttpRequest {
  return {
    method: 'POST',
    url: '/in/src_1',
    headers: {},
    body: Buffer.alloc(0),
    sourceIp: '198.51.100.7',
    ...part,
  };
}

test.each(['application/json', 'text/plain', 'image/png', undefined])(
  'bytes of type %s arrive as they were sent',
  (type) => {
    const body = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    const headers = type === undefined ? {} : { 'content-type': type };
    const event = toRestEvent(request({ headers, body }), ROUTE, 'in', MOMENT);
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(readCall(event, 'https://gw.example/in').body)).toEqual(body);
  },
);

test('the stage is no part of the path; what stands behind the source is', () => {
  const event = toRestEvent(request({ url: '/in/src_1/orders/a%20b?x=1&x=2&y=%20' }), ROUTE, 'in', MOMENT);
  expect(event.path).toBe('/src_1/orders/a%20b');
  expect(readCall(event, 'https://gw.example/in')).toMatchObject({
    sourceId: 'src_1',
    path: '/orders/a%20b',
    query: 'x=1&x=2&y=%20',
    url: 'https://gw.example/in/src_1/orders/a%20b?x=1&x=2&y=%20',
    address: '198.51.100.7',
  });
});

test('each line of a header is kept, whatever the case of its name', () => {
  const rawHeaders = ['X-Signature', 'one', 'x-signature', 'two', 'Host', 'gw.example'];
  const event = toRestEvent(request({ rawHeaders }), ROUTE, 'in', MOMENT);
  expect(readCall(event, 'https://gw.example/in').headers).toEqual({
    'x-signature': ['one', 'two'],
    host: ['gw.example'],
  });
});

test('what API Gateway adds on the way in is nothing the sender said', () => {
  const rawHeaders = ['X-Forwarded-For', '198.51.100.7', 'X-Amzn-Trace-Id', 'Root=1', 'X-Mine', 'yes'];
  const event = toRestEvent(request({ rawHeaders }), ROUTE, 'in', MOMENT);
  expect(Object.keys(readCall(event, 'https://gw.example/in').headers)).toEqual(['x-mine']);
});

test('a call without a body has none', () => {
  const event = toRestEvent(request({ method: 'GET' }), ROUTE, 'in', MOMENT);
  expect(event).toMatchObject({ body: null, isBase64Encoded: false, httpMethod: 'GET' });
  expect(readCall(event, 'https://gw.example/in').body).toHaveLength(0);
});
