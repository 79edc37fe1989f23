import { describe, expect, test } from 'vitest';
import { answerCall, type DoorEvent, readCall } from '../../lambdas/middleware/received-call.ts';
import { anId } from '../factories.ts';

const ID = anId('src');
const BASE = 'https://hooks.example.com/in';

function aDoorEvent(over: Partial<DoorEvent> = {}): DoorEvent {
  return {
    httpMethod: 'POST',
    path: `/${ID}`,
    pathParameters: { source_id: ID },
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { identity: { sourceIp: '198.51.100.7' } },
    ...over,
  };
}

describe('a call as it comes through the door', () => {
  test('names its source and what stands behind it', () => {
    const call = readCall(aDoorEvent({ path: `/${ID}/orders/1` }), BASE);
    expect(call).toMatchObject({ sourceId: ID, path: '/orders/1', query: '', url: `${BASE}/${ID}/orders/1` });
    expect(readCall(aDoorEvent(), BASE)).toMatchObject({ path: '', url: `${BASE}/${ID}` });
    expect(readCall(aDoorEvent({ path: `/${ID}/` }), BASE).path).toBe('/');
  });

  test('finds its source behind the path that a domain of the user puts before it', () => {
    const call = readCall(aDoorEvent({ path: `/hooks/${ID}/a`, pathParameters: { source_id: ID } }), BASE);
    expect(call).toMatchObject({ sourceId: ID, path: '/a' });
  });

  test('has every line of a header, whatever the case of its name, and none that the door added', () => {
    const multiValueHeaders = { 'X-A': ['1', '2'], 'x-a': ['3'], Via: ['door'], 'X-Forwarded-For': ['ip'] };
    expect(readCall(aDoorEvent({ multiValueHeaders }), BASE).headers).toEqual({ 'x-a': ['1', '2', '3'] });
  });

  test('has no header of the one name that can not be stored: it would be refused whole', () => {
    const multiValueHeaders = { constructor: ['1'], ...JSON.parse('{"__proto__": ["2"]}') };
    expect(Object.entries(readCall(aDoorEvent({ multiValueHeaders }), BASE).headers)).toEqual([
      ['constructor', ['1']],
    ]);
  });

  test('encodes the query again, also one that no text can hold', () => {
    const multiValueQueryStringParameters = { 'a b': ['1&2', ''], c: ['\ud800'] };
    const call = readCall(aDoorEvent({ multiValueQueryStringParameters }), BASE);
    expect(call.query).toBe('a%20b=1%262&a%20b=&c=%EF%BF%BD');
  });
});

test('no answer is a page: not an echo, not one that the source was given', () => {
  const { headers } = answerCall({ status: 200, contentType: 'text/html', body: '<script>1</script>' });
  expect(headers?.['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
});
