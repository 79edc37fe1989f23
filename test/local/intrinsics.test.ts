import { expect, test } from 'vitest';
import { type Names, resolve } from '../../local/template/intrinsics.ts';

const names: Names = {
  ref: (name) => {
    if (name === 'Queue') return 'http://q';
    throw new Error(`nothing is called ${name}`);
  },
  attribute: (logicalId, attribute) => `${logicalId}!${attribute}`,
};

test.each([
  ['a plain value', 7, 7],
  ['a list', [1, { Ref: 'Queue' }], [1, 'http://q']],
  ['a name', { Ref: 'Queue' }, 'http://q'],
  ['a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['an attribute, as a list', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'Role!Arn'],
  ['an attribute, as text', { 'Fn::GetAtt': 'Api.Some.Thing' }, 'Api!Some.Thing'],
  [
    'a join of intrinsics',
    { 'Fn::Join': ['/', ['a', { Ref: 'Queue' }, { 'Fn::GetAtt': ['R', 'A'] }]] },
    'a/http://q/R!A',
  ],
  ['a choice of a split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  [
    'a substitution',
    { 'Fn::Sub': `\${Queue}-\${Role.Arn}-\${AWS::AccountId}-\${!literal}` },
    `http://q-Role!Arn-000000000000-\${literal}`,
  ],
  [
    'a substitution with names of its own',
    { 'Fn::Sub': [`\${Mine}/\${Queue}`, { Mine: { Ref: 'Queue' } }] },
    'http://q/http://q',
  ],
])('resolves %s', (_what, value, expected) => {
  expect(resolve(value, names)).toEqual(expected);
});

test('drops a property whose value is AWS::NoValue', () => {
  expect(resolve({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, names)).toEqual({ b: [1] });
});

test('says which intrinsic or name it does not know', () => {
  expect(() => resolve({ 'Fn::ImportValue': 'x' }, names)).toThrow('Fn::ImportValue is not supported');
  expect(() => resolve({ Ref: 'Nobody' }, names)).toThrow('nothing is called Nobody');
});
