import { expect, test } from 'vitest';
import { filterHeaders, subjectOf } from '../../../lambdas/domain/filter/subject.ts';

const published = {
  contentType: 'text/plain',
  headers: { 'X-Tenant': 'acme' },
  body: Buffer.from(' {"a": 1}\n'),
};

test('a published event has headers, its content type among them, and a body', () => {
  const subject = subjectOf(published);
  expect(subject).toEqual({
    headers: { 'content-type': 'text/plain', 'x-tenant': 'acme' },
    query: undefined,
    path: undefined,
    body: { a: 1 },
  });
  expect(subject.body).toBe(subject.body);
});

test('an inbound one has the path, the query and the headers of its call', () => {
  const inbound = { path: '/a', query: 'x=1&y=a%20b&x=2&__proto__=z', headers: { 'user-agent': 'them' } };
  const subject = subjectOf({ ...published, inbound });
  expect(subject).toMatchObject({ path: '/a', headers: { 'user-agent': 'them', 'x-tenant': 'acme' } });
  expect(Object.entries(subject.query!)).toEqual([
    ['x', ['1', '2']],
    ['y', 'a b'],
    ['__proto__', 'z'],
  ]);
});

test('headers whose names differ in case only are one', () => {
  expect(filterHeaders({ Accept: 'a', accept: ['b', 'c'] })).toEqual({ accept: 'a, b, c' });
});

test('the body of a form is its fields, unless it is JSON', () => {
  const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
  const bodyOf = (text: string) => subjectOf({ ...published, contentType, body: Buffer.from(text) }).body;
  const fields = bodyOf('From=%2B49&MediaUrl=a&MediaUrl=b+c&__proto__=z') as object;
  expect(Object.entries(fields)).toEqual([
    ['From', '+49'],
    ['MediaUrl', ['a', 'b c']],
    ['__proto__', 'z'],
  ]);
  expect(bodyOf('{"a": 1}')).toEqual({ a: 1 });
});

test.each([undefined, [], [0xff, 0x31], [...Buffer.from('{"a":')], [...Buffer.from('a=1')]])(
  'a body of %j is missing',
  (bytes) => expect(subjectOf({ ...published, body: bytes && Uint8Array.from(bytes) }).body).toBeUndefined(),
);
