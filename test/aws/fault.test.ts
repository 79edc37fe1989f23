import { describe, expect, it } from 'vitest';
import { faultOf } from '../../lambdas/aws/fault.ts';

const headers = { 'x-amzn-requestid': 'R1' };

describe('the fault of an answer', () => {
  it.each([
    'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    'ConditionalCheckFailedException',
    'ConditionalCheckFailedException:http://internal.amazon.com/coral/com.amazonaws.dynamodb/',
  ])('is named without its namespace: %s', (__type) => {
    const fault = faultOf('PutItem', {
      status: 400,
      headers,
      body: JSON.stringify({ __type, message: 'no' }),
    });
    expect(fault).toBeInstanceOf(Error);
    expect(fault.name).toBe('ConditionalCheckFailedException');
    expect(fault.message).toBe('no');
    expect(fault.$metadata).toEqual({ httpStatusCode: 400, requestId: 'R1' });
  });

  it('takes the name from the header, and the message however it is spelled', () => {
    const named = { ...headers, 'x-amzn-errortype': 'ThrottlingException' };
    const fault = faultOf('PutItem', { status: 400, headers: named, body: '{"Message":"slow down"}' });
    expect(fault).toMatchObject({ name: 'ThrottlingException', message: 'slow down' });
  });

  it.each(['', '<html>', 'null', '[]', '"text"'])('survives what is not of AWS: %j', (body) => {
    expect(faultOf('PutItem', { status: 502, headers: {}, body })).toMatchObject({
      name: 'UnknownError',
      message: 'PutItem was answered 502',
      $metadata: { httpStatusCode: 502 },
    });
  });
});
