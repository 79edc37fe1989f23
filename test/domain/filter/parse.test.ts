import { describe, expect, test } from 'vitest';
import { MAX_ERRORS_SHOWN } from '../../../lambdas/domain/failure.ts';
import { parseFilter } from '../../../lambdas/domain/filter/parse.ts';
import fc from '../../properties.ts';
import { aFilter, mistakesOf } from './filters.ts';

describe('a filter is refused', () => {
  test.each([
    [null, 'filter wrong_type'],
    ['x', 'filter wrong_type'],
    [[], 'filter wrong_type'],
    [{}, 'filter empty'],
    [{ body: {} }, 'filter.body empty'],
    [{ body: { a: {} } }, 'filter.body.a empty'],
    [{ $or: [{}] }, 'filter.$or[0] empty'],
    [{ $or: [] }, 'filter.$or wrong_type'],
    [{ body: { $and: {} } }, 'filter.body.$and wrong_type'],
    [{ body: { a: { $not: {} } } }, 'filter.body.a.$not empty'],
    [{ amount: 1 }, 'filter.amount unknown_field'],
    [{ bodi: { a: 1 } }, 'filter.bodi unknown_field'],
    [{ $eq: 1 }, 'filter.$eq unknown_field'],
    [{ body: { $or: [{ a: { $gtt: 1 } }] } }, 'filter.body.$or[0].a.$gtt unknown_operator'],
    [{ body: { a: { $gt: 1, b: 2 } } }, 'filter.body.a.$gt mixed'],
    [{ body: { a: { $gt: true } } }, 'filter.body.a.$gt bad_operand'],
    [{ body: { a: { $in: 'x' } } }, 'filter.body.a.$in bad_operand'],
    [{ body: { a: { $nin: [] } } }, 'filter.body.a.$nin bad_operand'],
    [{ body: { a: { $in: Array(201).fill(1) } } }, 'filter.body.a.$in bad_operand'],
    [{ body: { a: { $exist: 'yes' } } }, 'filter.body.a.$exist wrong_type'],
    [{ body: { a: { $startsWith: 1 } } }, 'filter.body.a.$startsWith bad_operand'],
    [{ body: { a: { $endsWith: '' } } }, 'filter.body.a.$endsWith bad_operand'],
    [{ body: { a: { $contains: '' } } }, 'filter.body.a.$contains bad_operand'],
    [{ body: { a: { $regex: '(a' } } }, 'filter.body.a.$regex bad_operand'],
    [{ body: { a: { $regex: '(?=a)' } } }, 'filter.body.a.$regex bad_operand'],
    [{ body: { a: [{ $gt: 1 }] } }, 'filter.body.a operator_in_list'],
    [{ body: { 'a..b': 1 } }, 'filter.body.a..b bad_path'],
    [{ body: { '': 1 } }, 'filter.body. bad_path'],
    [{ body: { id: 2 ** 53 } }, 'filter.body.id bad_operand'],
    [JSON.parse('{"body":{"a":1e999}}'), 'filter.body.a bad_operand'],
    [JSON.parse('{"body":{"a":[{"b":-1e999}]}}'), 'filter.body.a bad_operand'],
    [JSON.parse('{"body":{"a":{"$gt":1e999}}}'), 'filter.body.a.$gt bad_operand'],
    [JSON.parse('{"body":{"a":{"$contains":1e999}}}'), 'filter.body.a.$contains bad_operand'],
    [JSON.parse('{"headers":{"a":{"$lte":1e999}}}'), 'filter.headers.a.$lte bad_operand'],
    [{ headers: 'x' }, 'filter.headers wrong_type'],
    [{ headers: { 'x-a': 1 } }, 'filter.headers.x-a bad_operand'],
    [{ headers: { 'x-a': { b: 'c' } } }, 'filter.headers.x-a not_allowed'],
    [{ headers: { $eq: 'x' } }, 'filter.headers.$eq not_allowed'],
    [{ query: { a: { $in: ['1', 2] } } }, 'filter.query.a.$in bad_operand'],
    [{ path: { a: 'b' } }, 'filter.path not_allowed'],
    [{ path: 1 }, 'filter.path bad_operand'],
  ])('%j: %s', (filter, mistake) => expect(mistakesOf(filter)).toEqual([mistake]));

  test('with all its mistakes at once, as many as can be shown', () => {
    expect(mistakesOf({ body: { a: { $gtt: 1 }, b: { $in: 1 } }, x: 1 })).toHaveLength(3);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, {}]));
    expect(mistakesOf({ body: many })).toHaveLength(MAX_ERRORS_SHOWN);
  });

  test.each([
    [{ body: { a: { $ne: 1 } } }, /did you mean \$neq/],
    [{ body: { a: { $exists: true } } }, /did you mean \$exist/],
    [{ body: { a: { $startswith: 'a' } } }, /did you mean \$startsWith/],
    [{ body: { a: { $elemMatch: { b: 1 } } } }, /nested object/],
    [{ body: { a: { $xyzzy: 1 } } }, /operators are \$eq/],
    [{ bodi: { a: 1 } }, /did you mean "body"/],
    [{ amount: 1 }, /inside "body"/],
    [{ headers: { 'x-a': 1 } }, /write "1"/],
    [{ body: { a: { $gt: 1, b: 2 } } }, /\$and/],
  ])('with the fix: %j', (filter, fix) => {
    const parsed = parseFilter(filter);
    expect(parsed.ok ? '' : parsed.failure[0]!.detail).toMatch(fix);
  });

  test('when it is too deep, too large or has too many conditions', () => {
    const deep = (depth: number) => JSON.parse(`{"body":${'{"a":'.repeat(depth)}1${'}'.repeat(depth + 1)}`);
    expect(mistakesOf(deep(19))).toEqual([]);
    expect(mistakesOf(deep(20))).toEqual(['filter too_deep']);
    expect(mistakesOf(deep(100_000))).toEqual(['filter too_deep']);
    expect(mistakesOf({ body: { a: 'x'.repeat(9_000) } })).toEqual(['filter too_large']);
    expect(mistakesOf({ body: { a: Array(100_000).fill(1) } })).toEqual(['filter too_large']);
    const conditions = (count: number) => ({
      body: Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])),
    });
    expect(mistakesOf(conditions(100))).toEqual([]);
    expect(mistakesOf(conditions(101))).toEqual(['filter too_many']);
    const patterns = (count: number) => ({
      body: { $or: Array(count).fill({ $regex: '.{100}.{100}.{100}' }) },
    });
    expect(mistakesOf(patterns(6))).toEqual([]);
    expect(mistakesOf(patterns(7))).toEqual(['filter too_many']);
  });
});

test('a filter says whether it needs the body', () => {
  expect(aFilter({ headers: { a: 'b' }, path: '/' }).needsBody).toBe(false);
  expect(aFilter({ $or: [{ path: '/' }, { $not: { body: { a: 1 } } }] }).needsBody).toBe(true);
});

test('any JSON is a filter or has its mistakes named, without a fault', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'body',
      'headers',
      'query',
      'path',
      '$and',
      '$or',
      '$not',
      '$eq',
      '$in',
      '$gt',
      '$exist',
      '$regex',
    ),
    fc.string({ maxLength: 5 }),
    fc.constantFrom('__proto__', 'constructor', 'a.b', '\\'),
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3 }),
      fc.array(tie('json'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(json, (filter) => {
      const parsed = parseFilter(filter);
      if (parsed.ok) return;
      expect(parsed.failure.length).toBeGreaterThan(0);
      for (const { field, detail } of parsed.failure) {
        expect(field).toMatch(/^filter/);
        expect(detail).not.toBe('');
      }
    }),
    { numRuns: 1_000 },
  );
});
