import { describe, expect, test } from 'vitest';
import { evaluate, matches } from '../../../lambdas/domain/filter/evaluate.ts';
import { MAX_FILTER_STEPS, MAX_MATCHING_STEPS } from '../../../lambdas/domain/filter/filter.ts';
import { aFilter, bodyMatches, isMatch, verdictOn } from './filters.ts';

describe('a comparison', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: '1' }, { a: 1 }, false],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 0 }, false],
    [{ a: false }, { a: false }, true],
    [{ a: { $eq: { x: 1, y: [2] } } }, { a: { y: [2], x: 1 } }, true],
    [{ a: { $eq: { x: 1 } } }, { a: { x: 1, y: 2 } }, false],
    [{ a: { $neq: 1 } }, { a: 2 }, true],
    [{ a: { $neq: 1 } }, { a: '1' }, true],
    [{ a: { $neq: 1 } }, { a: 1 }, false],
    [{ a: { $gt: 1 } }, { a: 1.5 }, true],
    [{ a: { $gt: 1 } }, { a: 1 }, false],
    [{ a: { $gte: 1 } }, { a: 1 }, true],
    [{ a: { $lt: 1 } }, { a: 0 }, true],
    [{ a: { $lte: 1 } }, { a: 1.01 }, false],
    [{ a: { $gt: 1 } }, { a: '2' }, false],
    [{ a: { $gt: 1 } }, { a: null }, false],
    [{ a: { $gte: 10, $lt: 20 } }, { a: 15 }, true],
    [{ a: { $gte: 10, $lt: 20 } }, { a: 20 }, false],
    [{ at: { $gte: '2026-11-23' } }, { at: '2026-11-23T10:00:00Z' }, true],
    [{ at: { $lt: '2026-11-23' } }, { at: '2026-11-23T10:00:00Z' }, false],
    [{ at: { $lt: '3' } }, { at: 2 }, false],
    [{ a: { $in: ['x', 2, null] } }, { a: null }, true],
    [{ a: { $in: ['x', 2, { b: 1 }] } }, { a: { b: 1 } }, true],
    [{ a: { $in: ['x', 2] } }, { a: '2' }, false],
    [{ a: { $nin: ['x', 2] } }, { a: '2' }, true],
    [{ a: { $nin: ['x', 2] } }, { a: 'x' }, false],
    [{ a: { $startsWith: 'in' } }, { a: 'invoice' }, true],
    [{ a: { $startsWith: 'in' } }, { a: 'an invoice' }, false],
    [{ a: { $endsWith: 'ce' } }, { a: 'invoice' }, true],
    [{ a: { $endsWith: 'in' } }, { a: 'invoice' }, false],
    [{ a: { $contains: 'voi' } }, { a: 'invoice' }, true],
    [{ a: { $contains: '5' } }, { a: 155 }, false],
    [{ a: { $regex: '^in.*ce$' } }, { a: 'invoice' }, true],
    [{ a: { $regex: '5' } }, { a: 5 }, false],
    [{ a: { $exist: true } }, { a: null }, true],
    [{ a: { $exist: false } }, { a: null }, false],
    [{ a: { $not: { $gt: 1 } } }, { a: 'text' }, true],
    [{ a: { $not: 1 } }, { a: 2 }, true],
    [{ a: { $or: ['x', { $startsWith: 'y' }] } }, { a: 'yes' }, true],
    [{ a: { $or: ['x', { $startsWith: 'y' }] } }, { a: 'no' }, false],
    [{ a: { $and: [{ $gt: 1 }, { $neq: 5 }] } }, { a: 5 }, false],
  ])('%j on %j: %s', (condition, body, wanted) => expect(bodyMatches(condition, body)).toBe(wanted));

  test('may be about the body as a whole', () => {
    expect(bodyMatches('ping', 'ping')).toBe(true);
    expect(bodyMatches({ $gt: 1 }, 2)).toBe(true);
    expect(bodyMatches({ $exist: true }, null)).toBe(true);
    expect(bodyMatches({ $exist: true }, undefined)).toBe(false);
  });
});

describe('keys', () => {
  test.each([
    [{ a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }, true],
    [{ 'a.b.c': 1 }, { a: { b: { c: 1 } } }, true],
    [{ 'a.b': { c: 1, d: 2 } }, { a: { b: { c: 1, d: 3 } } }, false],
    [{ 'a\\.b': 1 }, { 'a.b': 1 }, true],
    [{ 'a\\.b': 1 }, { a: { b: 1 } }, false],
    [{ '\\$ref': '#/a' }, { $ref: '#/a' }, true],
    [{ a: 1, $or: [{ b: 1 }, { c: 1 }] }, { a: 1, c: 1 }, true],
    [{ a: 1, $or: [{ b: 1 }, { c: 1 }] }, { a: 2, c: 1 }, false],
  ])('%j on %j: %s', (condition, body, wanted) => expect(bodyMatches(condition, body)).toBe(wanted));

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'])(
    'may be called %s',
    (key) => {
      const has = JSON.parse(`{"${key}": {"a": 1}}`);
      expect(bodyMatches(JSON.parse(`{"${key}": {"a": 1}}`), has)).toBe(true);
      expect(bodyMatches(JSON.parse(`{"${key}.a": 1}`), has)).toBe(true);
      expect(bodyMatches(JSON.parse(`{"${key}": {"$exist": false}}`), {})).toBe(true);
      expect(bodyMatches(JSON.parse(`{"${key}": {"$exist": true}}`), [])).toBe(false);
      expect(bodyMatches(JSON.parse(`{"a": {"$eq": {"${key}": 1}}}`), { a: {} })).toBe(false);
      expect(({} as { a?: unknown }).a).toBeUndefined();
    },
  );
});

describe('what is missing never matches', () => {
  test.each([
    [{ b: 1 }],
    [{ b: null }],
    [{ b: { $neq: 1 } }],
    [{ b: { $nin: [1] } }],
    [{ b: { $in: [1, null] } }],
    [{ b: { $not: 1 } }],
    [{ b: { $not: { $gt: 1 } } }],
    [{ b: { $not: { $not: 1 } } }],
    [{ $not: { b: 1 } }],
    [{ $not: { b: { $neq: 1 } } }],
    [{ b: { c: 1 } }],
    [{ 'b.c': { $neq: 1 } }],
    [{ 'a.c': { $neq: 1 } }],
    [{ a: { c: { $neq: 1 } } }],
    [{ $and: [{ a: 1 }, { b: 1 }] }],
    [{ $or: [{ a: 2 }, { b: 1 }] }],
    [{ b: { $exist: true } }],
    [{ b: { $exist: false, $neq: 1 } }],
    [{ b: { $or: [{ $neq: 1 }, { $exist: true }] } }],
  ])('%j does not match {"a": 1}', (condition) => {
    expect(bodyMatches(condition, { a: 1 })).toBe(false);
  });

  test.each([
    [{ b: { $exist: false } }],
    [{ 'b.c': { $exist: false } }],
    [{ b: { c: { $exist: false } } }],
    [{ 'a.c': { $exist: false } }],
    [{ a: { c: { $exist: false } } }],
    [{ b: { $not: { $exist: true } } }],
    [{ $or: [{ b: { $neq: 1 } }, { b: { $exist: false } }] }],
    [{ $or: [{ b: 1 }, { a: 1 }] }],
    // The missing part does not matter here: what is there is wrong already.
    [{ $not: { a: 2, b: 1 } }],
  ])('but %j does', (condition) => {
    expect(bodyMatches(condition, { a: 1 })).toBe(true);
  });
});

describe('of an array', () => {
  test.each([
    // One element has to pass, or the array as a whole.
    [{ tags: 'b' }, { tags: ['a', 'b'] }, true],
    [{ tags: 'c' }, { tags: ['a', 'b'] }, false],
    [{ tags: ['a', 'b'] }, { tags: ['a', 'b'] }, true],
    [{ tags: ['b', 'a'] }, { tags: ['a', 'b'] }, false],
    [{ tags: ['a'] }, { tags: [['a'], 'b'] }, true],
    [{ tags: { $in: ['x', 'b'] } }, { tags: ['a', 'b'] }, true],
    [{ tags: { $startsWith: 'b' } }, { tags: ['a', 'bc'] }, true],
    [{ tags: { $regex: '^b' } }, { tags: ['a', 'bc'] }, true],
    // The same element for all comparisons of one object.
    [{ n: { $gt: 1, $lt: 5 } }, { n: [0, 9] }, false],
    [{ n: { $gt: 1, $lt: 5 } }, { n: [0, 3, 9] }, true],
    [{ n: { $and: [{ $gt: 1 }, { $lt: 5 }] } }, { n: [0, 9] }, true],
    // Negations: no element may.
    [{ tags: { $neq: 'a' } }, { tags: ['a', 'b'] }, false],
    [{ tags: { $neq: 'c' } }, { tags: ['a', 'b'] }, true],
    [{ tags: { $nin: ['c', 'b'] } }, { tags: ['a', 'b'] }, false],
    [{ tags: { $not: { $startsWith: 'a' } } }, { tags: ['a', 'b'] }, false],
    [{ tags: { $not: { $startsWith: 'c' } } }, { tags: ['a', 'b'] }, true],
    [{ tags: { $neq: 'a' } }, { tags: [] }, true],
    [{ tags: { $nin: ['a'] } }, { tags: [] }, true],
    [{ tags: 'a' }, { tags: [] }, false],
    // Of the array itself, not of texts in it.
    [{ tags: { $contains: 'art' } }, { tags: ['art', 'b'] }, true],
    [{ tags: { $contains: 'art' } }, { tags: ['cartoon'] }, false],
    [{ tags: { $contains: 2 } }, { tags: [1, 2] }, true],
    [{ tags: { $contains: { a: 1 } } }, { tags: [{ a: 1 }] }, true],
    [{ tags: { $exist: true } }, { tags: [] }, true],
  ])('values, %j on %j: %s', (condition, body, wanted) => expect(bodyMatches(condition, body)).toBe(wanted));

  const items = { items: [{ sku: 'a', n: 1 }, { sku: 'b', n: 9 }, {}] };
  test.each([
    // A dotted path names the values of all elements.
    [{ 'items.sku': 'b' }, true],
    [{ 'items.sku': 'a', 'items.n': 9 }, true],
    [{ 'items.sku': { $neq: 'a' } }, false],
    [{ 'items.sku': { $neq: 'c' } }, true],
    [{ 'items.sku': { $nin: ['c', 'd'] } }, true],
    [{ 'items.sku': { $exist: false } }, false],
    [{ 'items.nothing': { $exist: false } }, true],
    [{ 'items.nothing': { $neq: 1 } }, false],
    // A nested object is asked of one element at a time.
    [{ items: { sku: 'a', n: 9 } }, false],
    [{ items: { sku: 'b', n: 9 } }, true],
    [{ items: { sku: { $neq: 'a' } } }, true],
    [{ items: { sku: { $exist: false } } }, true],
    [{ items: { nothing: { $neq: 1 } } }, false],
    [{ items: { $not: { sku: 'a' } } }, false],
    [{ items: { $not: { sku: 'c' } } }, true],
    [{ items: { $or: [{ sku: 'c' }, { n: { $gt: 5 } }] } }, true],
    // An index names one element.
    [{ 'items.0.sku': 'a' }, true],
    [{ 'items.1.sku': 'a' }, false],
    [{ 'items.9.sku': { $neq: 'a' } }, false],
    [{ 'items.9': { $exist: false } }, true],
    [{ items: { 0: { sku: 'a' }, 1: { sku: 'b' } } }, true],
    [{ items: { 0: { sku: 'a' }, sku: 'b' } }, true],
    [{ items: { 0: { sku: 'b' }, sku: 'b' } }, false],
    [{ items: { length: 3 } }, false],
  ])('objects, %j: %s', (condition, wanted) => expect(bodyMatches(condition, items)).toBe(wanted));

  test('none in it is like nothing there', () => {
    expect(bodyMatches({ 'items.sku': { $neq: 'a' } }, { items: [] })).toBe(false);
    expect(bodyMatches({ items: { sku: { $neq: 'a' } } }, { items: [] })).toBe(false);
    expect(bodyMatches({ items: { sku: { $exist: false } } }, { items: [] })).toBe(true);
    expect(bodyMatches({ 'items.sku': { $exist: false } }, { items: [] })).toBe(true);
  });

  test('inside another one, only an index leads into it', () => {
    const body = { rows: [[1, 2], [3]] };
    expect(bodyMatches({ rows: 3 }, body)).toBe(false);
    expect(bodyMatches({ 'rows.1': 3 }, body)).toBe(true);
    expect(bodyMatches({ rows: { $eq: [3] } }, body)).toBe(true);
    expect(bodyMatches({ 'rows.a': 1 }, { rows: [[{ a: 1 }]] })).toBe(false);
    expect(bodyMatches({ rows: { a: 1 } }, { rows: [[{ a: 1 }]] })).toBe(false);
    expect(bodyMatches({ 'rows.0.a': 1 }, { rows: [[{ a: 1 }]] })).toBe(true);
  });
});

describe('headers, query and path', () => {
  const subject = {
    headers: { 'x-tenant': 'acme', 'x-count': '12', 'x-odd.name': 'y' },
    query: { page: '2', tag: ['a', 'b'], 'filter[x]': '1' },
    path: '/orders/17',
    body: {},
  };
  test.each([
    [{ headers: { 'x-tenant': 'acme' } }, true],
    [{ headers: { 'X-Tenant': { $startsWith: 'ac' } } }, true],
    [{ headers: { 'x-odd.name': 'y' } }, true],
    [{ headers: { 'x-count': { $gt: 9 } } }, true],
    [{ headers: { 'x-count': { $gt: '9' } } }, false],
    [{ headers: { 'x-tenant': { $gt: 9 } } }, false],
    [{ headers: { 'x-none': { $neq: 'a' } } }, false],
    [{ headers: { 'x-none': { $exist: false } } }, true],
    [{ headers: { $or: [{ 'x-none': 'a' }, { 'x-tenant': 'acme' }] } }, true],
    [{ query: { page: { $lte: 2 } } }, true],
    [{ query: { tag: 'b' } }, true],
    [{ query: { tag: { $nin: ['b'] } } }, false],
    [{ query: { 'filter[x]': '1' } }, true],
    [{ path: '/orders/17' }, true],
    [{ path: { $regex: '^/orders/\\d+$' } }, true],
    [{ path: { $not: { $startsWith: '/users' } } }, true],
    [{ headers: { 'x-tenant': 'acme' }, path: '/' }, false],
    [{ $or: [{ path: '/' }, { query: { page: '2' } }] }, true],
    [{ $not: { path: '/' } }, true],
    [{ path: '/orders/17', $and: [{ query: { page: '2' } }, { headers: { 'x-tenant': 'acme' } }] }, true],
  ])('%j: %s', (filter, wanted) => expect(isMatch(filter, subject)).toBe(wanted));

  test('a filter on one that an event does not have does not match it, nor does its opposite', () => {
    for (const filter of [
      { path: { $neq: '/' } },
      { $not: { query: { a: '1' } } },
      { body: { a: { $neq: 1 } } },
    ]) {
      expect(isMatch(filter, { headers: {} })).toBe(false);
    }
    expect(isMatch({ path: { $exist: false } }, { headers: {} })).toBe(true);
  });
});

describe('what failed', () => {
  const failedOf = (filter: unknown, body: unknown) => {
    const verdict = verdictOn({ body: filter }, { body });
    return verdict.matched ? [] : verdict.failed;
  };

  test('is every clause that did not hold, with what is there instead', () => {
    const filter = {
      status: 'paid',
      amount: { $gte: 100, $lt: 500 },
      customer: { country: { $in: ['DE'] } },
      id: 1,
    };
    expect(failedOf(filter, { status: 'open', amount: 42, id: 1 })).toEqual([
      { path: 'body.status', operator: '$eq', expected: 'paid', reason: 'differs', actual: 'open' },
      { path: 'body.amount', operator: '$gte', expected: 100, reason: 'differs', actual: 42 },
      { path: 'body.customer.country', operator: '$in', expected: ['DE'], reason: 'missing' },
    ]);
  });

  test('of an $or is each of its branches, and nothing when one holds', () => {
    const filter = { $or: [{ a: 1 }, { b: 1 }], c: 1 };
    expect(failedOf(filter, { a: 1 }).map(({ path }) => path)).toEqual(['body.c']);
    expect(failedOf(filter, { a: 2, c: 1 }).map(({ path, reason }) => [path, reason])).toEqual([
      ['body.a', 'differs'],
      ['body.b', 'missing'],
    ]);
  });

  test('of a $not is the $not', () => {
    expect(failedOf({ a: { $not: { $gt: 1 } } }, { a: 2 })).toEqual([
      { path: 'body.a', operator: '$not', expected: { $gt: 1 }, reason: 'differs', actual: 2 },
    ]);
  });

  test('of a nested object in an array is told of the element that came nearest', () => {
    const filter = { items: { sku: 'a', color: 'red', size: 'L' } };
    const body = { items: [{ sku: 'b' }, { sku: 'a', color: 'red', size: 'M' }, {}] };
    expect(failedOf(filter, body)).toEqual([
      { path: 'body.items.size', operator: '$eq', expected: 'L', reason: 'differs', actual: 'M' },
    ]);
  });

  test('shows of large values the beginning', () => {
    const [clause] = failedOf({ a: 1 }, { a: { text: 'x'.repeat(1_000), list: Array(1_000).fill(0) } });
    expect(JSON.stringify(clause!.actual).length).toBeLessThan(400);
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(JSON.stringify(failedOf({ a: 1 }, { a: deep })[0]!.actual)).toBe('[[["…"]]]');
  });
});

describe('work is bounded', () => {
  test('a filter that would look at too much does not match, and says so', () => {
    const body = { items: Array.from({ length: MAX_FILTER_STEPS }, (_, n) => ({ n })) };
    const verdict = verdictOn({ body: { 'items.n': { $neq: -1 } } }, { body });
    expect(verdict).toMatchObject({ matched: false, overBudget: true });
    expect(verdict).toMatchObject({ failed: [{ path: 'body.items.n', reason: 'over_budget' }] });
    expect(verdictOn({ body: { $not: { 'items.n': -1 } } }, { body })).toMatchObject({ matched: false });
  });

  test('what comes after does not make up for it', () => {
    const body = { items: Array(MAX_FILTER_STEPS).fill(0), a: 1 };
    const filter = { $or: [{ body: { items: 1 } }, { body: { a: 1 } }] };
    expect(verdictOn(filter, { body })).toMatchObject({ matched: false, overBudget: true });
    expect(isMatch({ $or: filter.$or.toReversed() }, { body })).toBe(true);
  });

  test('a pattern on a long text', () => {
    const filter = { body: { $regex: '(x+x+)+y' } };
    expect(verdictOn(filter, { body: 'x'.repeat(1_000_000) })).toMatchObject({ overBudget: true });
    expect(isMatch(filter, { body: `${'x'.repeat(1_000)}y` })).toBe(true);
  });

  test('a part of a text costs by the length of the text', () => {
    const filter = aFilter({ body: { $contains: 'xy' } });
    const meter = { steps: MAX_MATCHING_STEPS };
    matches(filter, { body: 'x'.repeat(1_000_000) }, meter);
    expect(MAX_MATCHING_STEPS - meter.steps).toBeGreaterThan(1_000_000 / 128);
    expect(matches(filter, { body: 'x'.repeat(1_048_576) })).toBe(false);
  });

  test('objects in a list cost a comparison each', () => {
    const listed = Array.from({ length: 200 }, (_, i) => ({ i }));
    const items = Array.from({ length: 1_000 }, () => ({}));
    expect(verdictOn({ body: { items: { $in: [{}, ...listed.slice(1)] } } }, { body: { items } })).toEqual({
      matched: true,
    });
    expect(verdictOn({ body: { items: { $in: listed } } }, { body: { items } })).toMatchObject({
      overBudget: true,
    });
  });

  test('the keys of a large object are counted once, however often it is compared', () => {
    let counted = 0;
    const large = new Proxy(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i])), {
      ownKeys(target) {
        counted++;
        return Reflect.ownKeys(target);
      },
    });
    const filter = aFilter({
      body: { $or: Array.from({ length: 30 }, () => ({ large: { $eq: { k1: 1 } } })) },
    });
    expect(matches(filter, { body: { large } })).toBe(false);
    expect(counted).toBe(1);
  });

  test('of what is left for an event, a filter takes what it used and no more', () => {
    const filter = aFilter({ body: { items: { $neq: -1 } } });
    const meter = { steps: 250 };
    const body = { items: Array(100).fill(0) };
    expect(matches(filter, { body }, meter)).toBe(true);
    expect(matches(filter, { body }, meter)).toBe(true);
    expect(meter.steps).toBeGreaterThan(0);
    expect(matches(filter, { body }, meter)).toBe('over_budget');
    expect(meter.steps).toBe(0);
    expect(matches(filter, { body: { items: [0] } }, meter)).toBe('over_budget');
  });

  test('a hundred conditions on a large body', () => {
    const body = { list: Array.from({ length: 50_000 }, (_, i) => ({ a: [i], b: 'x'.repeat(20) })) };
    const every = Array.from({ length: 98 }, (_, i) => ({ list: { a: -i - 1, b: { $regex: '(x|x)*y' } } }));
    const filter = aFilter({ body: { $or: every.slice(0, 30) } });
    let steps = 0;
    const counting = new Proxy(body.list, {
      get(target, key, receiver) {
        steps++;
        return Reflect.get(target, key, receiver);
      },
    });
    expect(evaluate(filter, { body: { list: counting } })).toMatchObject({
      matched: false,
      overBudget: true,
    });
    expect(steps).toBeLessThan(5 * MAX_FILTER_STEPS);
  });
});
