import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromAttributes, toAttributes } from '../../lambdas/adapters/dynamodb/attribute-value.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import type { DynamoClient } from '../../lambdas/adapters/dynamodb/operations.ts';
import fc from '../properties.ts';
import { AWS, type LocalDynamo, ownDynamoClient, startDynamo, TABLES } from './emulators.ts';

/** DynamoDB takes no smaller ones. */
const SMALLEST = 1e-130;

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }).map((n) => (Math.abs(n) < SMALLEST ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'S')), tie('value')),
  ),
}));
const fields = fc.dictionary(fc.string(), value);

describe('values of DynamoDB', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const wire = JSON.parse(JSON.stringify(toAttributes(given)));
        expect(fromAttributes(wire)).toEqual(given);
      }),
    );
  });

  it('leave out what is absent, also in maps and lists', () => {
    expect(toAttributes({ a: undefined, m: { b: undefined }, l: [undefined, 1] })).toEqual({
      m: { M: {} },
      l: { L: [{ N: '1' }] },
    });
  });

  it.each([
    ['a set', new Set(['a'])],
    ['a date', new Date(0)],
    ['a function', () => {}],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a number that would lose digits', 2 ** 53],
    ['a big integer', 1n],
  ])('can not be %s', (_, wrong) => {
    expect(() => toAttributes({ deep: [{ wrong }] })).toThrow(/^DynamoDB can't hold /);
  });

  it('of a type we never write are refused, not guessed', () => {
    expect(() => fromAttributes({ s: { SS: ['a'] } as never })).toThrow('a value of type SS');
  });
});

describe('what our client writes', () => {
  let dynamo: LocalDynamo;
  let own: DynamoClient;
  let sdk: DynamoClient;
  beforeAll(async () => {
    dynamo = await startDynamo();
    own = ownDynamoClient(dynamo.endpoint);
    sdk = documentClient(new DynamoDBClient({ ...AWS, endpoint: dynamo.endpoint }));
  });
  afterAll(() => dynamo.stop());

  it('the SDK reads, and the other way round', async () => {
    const table = { TableName: TABLES.state };
    // Its own reading loses a field of that name.
    const known = value.filter((one) => !JSON.stringify(one).includes('__proto__'));
    await fc.assert(
      fc.asyncProperty(known, async (held) => {
        for (const [writer, reader] of [
          [own, sdk],
          [sdk, own],
        ] as const) {
          const Key = { pk: 'p', sk: 's' };
          await writer.put({ ...table, Item: { ...Key, held } });
          expect((await reader.get({ ...table, Key })).Item).toEqual({ ...Key, held });
        }
      }),
      { numRuns: 60 },
    );
  });
});
